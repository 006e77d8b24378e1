"""The condition language: what a condition says, parsed from text and written back.

Grammar in `grammar.lark`. `evaluation.py` decides what one means for a patient; `explain.py` reads it in plain words.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import cast

from lark import Lark, Token, Transformer, UnexpectedInput, UnexpectedToken, v_args
from lark.exceptions import VisitError

MAXIMUM_LENGTH = 10_000
MAXIMUM_DEPTH = 20
MAXIMUM_DIGITS = 9
_KEYWORDS = ("AND", "OR", "in", "has", "has-any", "score", "unknown", "unknown-any", "unsure", "unanswered")


@dataclass(frozen=True)
class Position:
    """Where a test stands in its text, counted from 1."""

    line: int = 1
    column: int = 1


_START = Position()


class ConditionError(ValueError):
    """A text that is not a condition. The message says line, column, what was found and what could stand there."""

    def __init__(
        self, found: str, expected: tuple[str, ...], position: Position, suggestion: str | None = None
    ) -> None:
        self.found, self.expected, self.suggestion = found, expected, suggestion
        self.line, self.column = position.line, position.column
        could = f"; expected {_either(expected)}" if expected else ""
        hint = f'; did you mean "{suggestion}"?' if suggestion else ""
        super().__init__(f"line {self.line}, column {self.column}: found {found}{could}{hint}")


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

    kind: str
    link_ids: tuple[str, ...]
    at: Position = field(default=_START, compare=False, repr=False)


Test = OneOf | HasAny | Compare | NotBelow | ScoreAtLeast | Missing
Expression = AllOf | AnyOf | Test


def iter_tests(expression: Expression) -> Iterator[Test]:
    """Every test in an expression, from left to right."""
    if isinstance(expression, AllOf | AnyOf):
        for term in expression.terms:
            yield from iter_tests(term)
    else:
        yield expression


def list_link_ids(test: Test) -> tuple[str, ...]:
    """The questions a test reads; a score's items are the definition's business."""
    if isinstance(test, Missing):
        return test.link_ids
    if isinstance(test, NotBelow):
        return (test.link_id, test.other)
    return () if isinstance(test, ScoreAtLeast) else (test.link_id,)


# Writing ------------------------------------------------------------------------------------------------------------


def write_condition(expression: Expression) -> str:
    """The one text form: `parse_condition(write_condition(x)) == x` for every expression that was parsed."""
    if isinstance(expression, AnyOf):
        return " OR ".join(write_condition(term) for term in expression.terms)
    if isinstance(expression, AllOf):
        return " AND ".join(
            f"({write_condition(t)})" if isinstance(t, AnyOf) else write_condition(t) for t in expression.terms
        )
    return _write_test(expression)


def _write_test(test: Test) -> str:
    if isinstance(test, OneOf):
        return _write_codes(test.link_id, "=", "in", test.codes)
    if isinstance(test, HasAny):
        return _write_codes(test.link_id, "has", "has-any", test.codes)
    if isinstance(test, Compare):
        return f"{test.link_id} {test.operator} {test.number}"
    if isinstance(test, NotBelow):
        return f"{test.link_id} >= {test.other}"
    if isinstance(test, ScoreAtLeast):
        return f"score({test.name}) >= {test.number}"
    name = "unknown-any" if len(test.link_ids) > 1 else test.kind
    return f"{name}({', '.join(test.link_ids)})"


def _write_codes(link_id: str, one: str, several: str, codes: tuple[str, ...]) -> str:
    return f"{link_id} {one} {codes[0]}" if len(codes) == 1 else f"{link_id} {several} {{{', '.join(codes)}}}"


# Parsing ------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def parse_condition(text: str) -> Expression:
    """The expression in this text. Raises ConditionError. Whether its ids and codes exist is for checks/."""
    _refuse_oversize(text)
    try:
        return cast(Expression, _parser().parse(text))
    except UnexpectedInput as error:
        raise _syntax_error(error, text) from None
    except VisitError as error:
        raise error.orig_exc from None


def _refuse_oversize(text: str) -> None:
    if len(text) > MAXIMUM_LENGTH:
        raise ConditionError(f"{len(text)} characters", (f"at most {MAXIMUM_LENGTH}",), Position())
    depth = 0
    for place, character in enumerate(text):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth > MAXIMUM_DEPTH:
            position = Position(text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place))
            raise ConditionError(f"more than {MAXIMUM_DEPTH} nested brackets", ("a simpler condition",), position)


@v_args(inline=True)
class _Build(Transformer[Token, Expression]):
    """Turns parsed tokens into the dataclasses above."""

    def either(self, *terms: Expression) -> Expression:
        return terms[0] if len(terms) == 1 else AnyOf(_flat(terms, AnyOf))

    def both(self, *terms: Expression) -> Expression:
        return terms[0] if len(terms) == 1 else AllOf(_flat(terms, AllOf))

    def is_code(self, link_id: Token, code: Token) -> Expression:
        return OneOf(str(link_id), (str(code),), _position(link_id))

    def one_of(self, link_id: Token, *codes: Token) -> Expression:
        return OneOf(str(link_id), _distinct(codes), _position(link_id))

    def has(self, link_id: Token, code: Token) -> Expression:
        return HasAny(str(link_id), (str(code),), _position(link_id))

    def has_any(self, link_id: Token, *codes: Token) -> Expression:
        return HasAny(str(link_id), _distinct(codes), _position(link_id))

    def compare(self, link_id: Token, operator: Token, number: Token) -> Expression:
        return Compare(str(link_id), str(operator), _number(number), _position(link_id))

    def at_least(self, link_id: Token, number: Token) -> Expression:
        return Compare(str(link_id), ">=", _number(number), _position(link_id))

    def not_below(self, link_id: Token, other: Token) -> Expression:
        return NotBelow(str(link_id), str(other), _position(link_id))

    def score(self, name: Token, number: Token) -> Expression:
        return ScoreAtLeast(str(name), _number(number), _position(name))

    def unknown(self, *ids: Token) -> Expression:
        return Missing("unknown", _distinct(ids), _position(ids[0]))

    def unsure(self, link_id: Token) -> Expression:
        return Missing("unsure", (str(link_id),), _position(link_id))

    def unanswered(self, link_id: Token) -> Expression:
        return Missing("unanswered", (str(link_id),), _position(link_id))


def _flat(terms: tuple[Expression, ...], kind: type[AllOf] | type[AnyOf]) -> tuple[Expression, ...]:
    """Bracketed ORs inside an OR (and ANDs inside an AND) say nothing extra."""
    return tuple(inner for term in terms for inner in (term.terms if isinstance(term, kind) else (term,)))


def _distinct(tokens: tuple[Token, ...]) -> tuple[str, ...]:
    repeated = next((token for place, token in enumerate(tokens) if token in tokens[:place]), None)
    if repeated is not None:
        raise ConditionError(f'"{repeated}" twice', ("each once",), _position(repeated))
    return tuple(str(token) for token in tokens)


def _number(token: Token) -> int:
    if len(token) > MAXIMUM_DIGITS:
        raise ConditionError(
            f"a number of {len(token)} digits", (f"at most {MAXIMUM_DIGITS} digits",), _position(token)
        )
    return int(token)


def _position(token: Token) -> Position:
    return Position(token.line or 1, token.column or 1)


@lru_cache(maxsize=1)
def _parser() -> Lark:
    grammar = files("questionnaire.rules").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", transformer=_Build(), maybe_placeholders=False)


# Explaining a syntax error ------------------------------------------------------------------------------------------

_IN_WORDS = {
    "ID": "a question or score name",
    "CODE": "an option code",
    "NUMBER": "a whole number",
    "AT_MOST": '"<="',
    "MORE": '">"',
    "LESS": '"<"',
    "EQUAL": '"="',
    "_AT_LEAST": '">="',
    "LPAR": '"("',
    "RPAR": '")"',
    "LBRACE": '"{"',
    "RBRACE": '"}"',
    "COMMA": '","',
    "_IN": '"in"',
    "_HAS": '"has"',
    "_HAS_ANY": '"has-any"',
    "_SCORE": '"score"',
    "$END": "the end",
}


def _syntax_error(error: UnexpectedInput, text: str) -> ConditionError:
    ended = isinstance(error, UnexpectedToken) and error.token.type == "$END"
    place = len(text.rstrip()) if ended else (error.pos_in_stream or 0)
    position = Position(text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place))
    word = "" if ended else _word_at(text, place)
    names = getattr(error, "accepts", None) or getattr(error, "allowed", None) or getattr(error, "expected", None)
    expected = tuple(sorted({_in_words(name) for name in names or ()}))
    close = difflib.get_close_matches(word, [k for k in _KEYWORDS if f'"{k}"' in expected], 1, 0.5) if word else []
    suggestion = close[0] if close else next((k for k in _KEYWORDS if k.lower() == word.lower() and k != word), None)
    return ConditionError(f'"{word}"' if word else "the end", expected, position, suggestion)


def _word_at(text: str, place: int) -> str:
    end = place
    while end < len(text) and (text[end].isalnum() or text[end] in "-_"):
        end += 1
    return text[place : max(end, place + 1)]


def _in_words(terminal: str) -> str:
    if terminal in _IN_WORDS:
        return _IN_WORDS[terminal]
    definition = next((t for t in _parser().terminals if t.name == terminal), None)
    return f'"{definition.pattern.value}"' if definition else terminal


def _either(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
