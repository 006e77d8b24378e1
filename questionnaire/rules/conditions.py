"""The condition language: what a condition can say, and its one text form.

`parsing.py` reads the text; `evaluation.py` decides what a condition means for one patient; `explain.py` says
it in plain words. There is no NOT on purpose (see grammar.lark).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import assert_never


@dataclass(frozen=True)
class Position:
    """Where a test stands in its text, counted from 1."""

    line: int = 1
    column: int = 1


_START = Position()


class MissingKind(StrEnum):
    """How an answer can be missing, by the word of the condition language."""

    UNKNOWN = "unknown"
    """Unsure or blank."""
    UNSURE = "unsure"
    """"Not sure" or "prefer not to say" is among the answers."""
    UNANSWERED = "unanswered"
    """Left blank."""


@dataclass(frozen=True)
class AllOf:
    """AND: true when every term is true."""

    terms: tuple[Expression, ...]


@dataclass(frozen=True)
class AnyOf:
    """OR: true when any term is true."""

    terms: tuple[Expression, ...]


@dataclass(frozen=True)
class OneOf:
    """`id = code` or `id in {…}`: a single choice is one of these."""

    link_id: str
    codes: tuple[str, ...]
    at: Position = field(default=_START, compare=False, repr=False)


@dataclass(frozen=True)
class HasAny:
    """`id has code` or `id has-any {…}`: a multi-choice answer includes any of these."""

    link_id: str
    codes: tuple[str, ...]
    at: Position = field(default=_START, compare=False, repr=False)


@dataclass(frozen=True)
class Compare:
    """`id >= n` and its kin; the question is an integer, or a choice whose codes are whole numbers."""

    link_id: str
    operator: str
    number: int
    at: Position = field(default=_START, compare=False, repr=False)


@dataclass(frozen=True)
class NotBelow:
    """`id >= other-id`, between two integer questions."""

    link_id: str
    other: str
    at: Position = field(default=_START, compare=False, repr=False)


@dataclass(frozen=True)
class ScoreAtLeast:
    """`score(name) >= n`."""

    name: str
    number: int
    at: Position = field(default=_START, compare=False, repr=False)


@dataclass(frozen=True)
class Missing:
    """`unknown(…)`, `unknown-any(…)`, `unsure(id)`, `unanswered(id)`: something was not said."""

    kind: MissingKind
    link_ids: tuple[str, ...]
    at: Position = field(default=_START, compare=False, repr=False)


Test = OneOf | HasAny | Compare | NotBelow | ScoreAtLeast | Missing
Expression = AllOf | AnyOf | Test


def iter_tests(expression: Expression) -> Iterator[Test]:
    """Every test in an expression, from left to right."""
    match expression:
        case AllOf(terms) | AnyOf(terms):
            for term in terms:
                yield from iter_tests(term)
        case _:
            yield expression


def list_link_ids(test: Test) -> tuple[str, ...]:
    """The questions a test reads; of a score none, because its items are the definition's business."""
    match test:
        case OneOf() | HasAny() | Compare():
            return (test.link_id,)
        case NotBelow():
            return (test.link_id, test.other)
        case Missing():
            return test.link_ids
        case ScoreAtLeast():
            return ()
        case _:
            assert_never(test)


# Writing ----------------------------------------------------------------------------------------------------


def write_condition(expression: Expression) -> str:
    """The one text form: `parse_condition(write_condition(x)) == x` for every expression that was parsed."""
    match expression:
        case AnyOf(terms):
            return " OR ".join(write_condition(term) for term in terms)
        case AllOf(terms):
            return " AND ".join(_write_term(term) for term in terms)
        case _:
            return _write_test(expression)


def _write_term(term: Expression) -> str:
    """A term of an AND: an OR inside it needs brackets, because AND binds closer."""
    return f"({write_condition(term)})" if isinstance(term, AnyOf) else write_condition(term)


def _write_test(test: Test) -> str:
    match test:
        case OneOf():
            return _write_codes(test.link_id, "=", "in", test.codes)
        case HasAny():
            return _write_codes(test.link_id, "has", "has-any", test.codes)
        case Compare():
            return f"{test.link_id} {test.operator} {test.number}"
        case NotBelow():
            return f"{test.link_id} >= {test.other}"
        case ScoreAtLeast():
            return f"score({test.name}) >= {test.number}"
        case Missing():
            name = "unknown-any" if len(test.link_ids) > 1 else test.kind
            return f"{name}({', '.join(test.link_ids)})"
        case _:
            assert_never(test)


def _write_codes(link_id: str, one: str, several: str, codes: tuple[str, ...]) -> str:
    return f"{link_id} {one} {codes[0]}" if len(codes) == 1 else f"{link_id} {several} {{{', '.join(codes)}}}"
