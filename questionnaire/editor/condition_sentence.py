"""A condition as rows of a sentence, for people who do not write the condition language.

A sentence joins rows by "all" or "any"; a row is one test, or a group of tests joined the other way. What
nests deeper is left to the text form. Pure: rows from an expression, an expression from rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never

from questionnaire.definition import UNSURE_CODES, Definition, Question, QuestionType
from questionnaire.rules.conditions import (
    AllOf,
    AnyOf,
    Compare,
    Expression,
    HasAny,
    Missing,
    MissingKind,
    NotBelow,
    OneOf,
    ScoreAtLeast,
    Test,
)

SEVERAL = "*"
"""Stands for "any of several questions" where a row names its question."""
SCORE = "score:"
"""Stands before a score's name where a row names its question."""


class Join(StrEnum):
    """How the rows of a sentence are joined; those of a group in it are joined the other way."""

    ALL = "all"
    ANY = "any"


class RowTest(StrEnum):
    """What a row can test, as its page sends it."""

    ONE_OF = "one-of"
    AT_LEAST = "at-least"
    AT_MOST = "at-most"
    MORE = "more"
    LESS = "less"
    NOT_BELOW = "not-below"
    UNKNOWN = "unknown"
    UNSURE = "unsure"
    UNANSWERED = "unanswered"


class MissingPart(StrEnum):
    """What a row still needs before it is a test."""

    QUESTION = "question"
    TEST = "test"
    CODES = "codes"
    NUMBER = "number"
    OTHER = "other"
    """The other number that an answer is compared with."""
    SEVERAL = "several"
    """The questions of a test on several."""


COMPARISONS = {RowTest.AT_LEAST: ">=", RowTest.AT_MOST: "<=", RowTest.MORE: ">", RowTest.LESS: "<"}
NOT_KNOWN = (RowTest.UNKNOWN, RowTest.UNSURE, RowTest.UNANSWERED)
_COMPARISON_OF_OPERATOR = {operator: test for test, operator in COMPARISONS.items()}


@dataclass(frozen=True)
class SentenceRow:
    """One test as it is being put together: any part may still be missing."""

    about: str = ""
    """A link id, `score:name`, `*` for several questions, or "" for not yet chosen."""
    test: str = ""
    """A RowTest, or whatever a browser sent."""
    codes: tuple[str, ...] = ()
    number: str = ""
    other: str = ""
    several: tuple[str, ...] = ()


@dataclass(frozen=True)
class RowGroup:
    """Rows joined the other way than the sentence they stand in."""

    rows: tuple[SentenceRow, ...]


@dataclass(frozen=True)
class Sentence:
    """The rows of a condition and how they are joined."""

    join: Join = Join.ALL
    parts: tuple[SentenceRow | RowGroup, ...] = (SentenceRow(),)

    def places(self) -> Iterator[tuple[str, SentenceRow]]:
        """Each row with its place: "0", or "1.2" for a row in a group."""
        for number, part in enumerate(self.parts):
            if isinstance(part, RowGroup):
                yield from ((f"{number}.{inner}", row) for inner, row in enumerate(part.rows))
            else:
                yield str(number), part


class UnfinishedRowError(ValueError):
    """A row cannot be a test yet. `place` is its place, `missing` says what it needs."""

    def __init__(self, place: str, missing: MissingPart) -> None:
        self.place, self.missing = place, missing
        super().__init__(f"{place}: {missing}")


# What can be asked of what ----------------------------------------------------------------------------------


def find_tests(definition: Definition, about: str) -> tuple[RowTest, ...]:
    """The tests that fit this question, the usual one first."""
    if about == SEVERAL:
        return (RowTest.UNKNOWN,)
    if about.startswith(SCORE):
        return (RowTest.AT_LEAST,)
    question = definition.questions.get(about)
    if question is None:
        return ()
    if question.type is QuestionType.TEXT:
        return (RowTest.UNANSWERED, RowTest.UNKNOWN)
    if question.type is QuestionType.INTEGER:
        return (*COMPARISONS, RowTest.NOT_BELOW, *NOT_KNOWN)
    if question.type is QuestionType.CHOICE and _has_numbers_as_codes(question):
        return (RowTest.ONE_OF, *COMPARISONS, *NOT_KNOWN)
    return (RowTest.ONE_OF, *NOT_KNOWN)


def list_known_codes(question: Question) -> tuple[str, ...]:
    """The options a condition may name: "not sure" is never a known answer."""
    return tuple(choice.code for choice in question.options if choice.code not in UNSURE_CODES)


def choose_test(row: SentenceRow, fitting: tuple[RowTest, ...]) -> str:
    """The row's test where it fits its question, else the usual one; "" where none fits."""
    return row.test if row.test in fitting else (*fitting, "")[0]


def fit_row(definition: Definition, row: SentenceRow) -> SentenceRow:
    """The row with a test that fits its question, and without options of another question."""
    question = definition.questions.get(row.about)
    codes = tuple(code for code in list_known_codes(question) if code in row.codes) if question else ()
    return replace(row, test=choose_test(row, find_tests(definition, row.about)), codes=codes)


def _has_numbers_as_codes(question: Question) -> bool:
    codes = list_known_codes(question)
    return bool(codes) and all(code.isdecimal() for code in codes)


# From an expression to a sentence ---------------------------------------------------------------------------


def build_sentence(expression: Expression | None) -> Sentence | None:
    """The sentence that says this, or None when it nests too deep for rows."""
    if expression is None:
        return Sentence()
    if not isinstance(expression, AllOf | AnyOf):
        return Sentence(Join.ALL, (_build_row(expression),))
    parts = tuple(_build_part(term) for term in expression.terms)
    if any(part is None for part in parts):
        return None
    join = Join.ALL if isinstance(expression, AllOf) else Join.ANY
    return Sentence(join, tuple(part for part in parts if part))


def _build_part(term: Expression) -> SentenceRow | RowGroup | None:
    if not isinstance(term, AllOf | AnyOf):
        return _build_row(term)
    rows = tuple(_build_row(inner) for inner in term.terms if not isinstance(inner, AllOf | AnyOf))
    return RowGroup(rows) if len(rows) == len(term.terms) else None


def _build_row(test: Test) -> SentenceRow:
    match test:
        case OneOf() | HasAny():
            return SentenceRow(test.link_id, RowTest.ONE_OF, codes=test.codes)
        case Compare():
            return SentenceRow(test.link_id, _COMPARISON_OF_OPERATOR[test.operator], number=str(test.number))
        case NotBelow():
            return SentenceRow(test.link_id, RowTest.NOT_BELOW, other=test.other)
        case ScoreAtLeast():
            return SentenceRow(f"{SCORE}{test.name}", RowTest.AT_LEAST, number=str(test.number))
        case Missing() if len(test.link_ids) > 1:
            return SentenceRow(SEVERAL, test.kind, several=test.link_ids)
        case Missing():
            return SentenceRow(test.link_ids[0], test.kind)
        case _:
            assert_never(test)


# From a sentence to an expression ---------------------------------------------------------------------------


def build_expression(definition: Definition, sentence: Sentence) -> Expression | None:
    """What the sentence says; None for one without a row. Raises UnfinishedRowError."""
    outer, inner = (AllOf, AnyOf) if sentence.join == Join.ALL else (AnyOf, AllOf)
    terms: list[Expression] = []
    for number, part in enumerate(sentence.parts):
        if not isinstance(part, RowGroup):
            terms.append(_build_test(definition, part, str(number)))
        elif part.rows:
            tests = [_build_test(definition, row, f"{number}.{place}") for place, row in enumerate(part.rows)]
            terms.append(_join_terms(inner, tests))
    return _join_terms(outer, terms) if terms else None


def _join_terms(joined: type[AllOf | AnyOf], terms: Sequence[Expression]) -> Expression:
    return terms[0] if len(terms) == 1 else joined(tuple(terms))


def _build_test(definition: Definition, row: SentenceRow, place: str) -> Test:
    if row.test not in find_tests(definition, row.about):
        raise UnfinishedRowError(place, MissingPart.TEST if row.about else MissingPart.QUESTION)
    if row.about == SEVERAL:
        return _build_test_on_several(definition, row, place)
    if row.about.startswith(SCORE):
        return ScoreAtLeast(row.about.removeprefix(SCORE), _read_number(row, place))
    return _build_test_on_question(definition.questions, row, place)


def _build_test_on_several(definition: Definition, row: SentenceRow, place: str) -> Test:
    link_ids = tuple(dict.fromkeys(link_id for link_id in row.several if link_id in definition.questions))
    if not link_ids:
        raise UnfinishedRowError(place, MissingPart.SEVERAL)
    return Missing(MissingKind.UNKNOWN, link_ids)


def _build_test_on_question(questions: Mapping[str, Question], row: SentenceRow, place: str) -> Test:
    match RowTest(row.test):
        case RowTest.AT_LEAST | RowTest.AT_MOST | RowTest.MORE | RowTest.LESS as comparison:
            return Compare(row.about, COMPARISONS[comparison], _read_number(row, place))
        case RowTest.NOT_BELOW:
            if row.other not in questions or row.other == row.about:
                raise UnfinishedRowError(place, MissingPart.OTHER)
            return NotBelow(row.about, row.other)
        case RowTest.UNKNOWN | RowTest.UNSURE | RowTest.UNANSWERED as kind:
            return Missing(MissingKind(kind), (row.about,))
        case RowTest.ONE_OF:
            if not row.codes:
                raise UnfinishedRowError(place, MissingPart.CODES)
            is_several = questions[row.about].type is QuestionType.MULTI_CHOICE
            return HasAny(row.about, row.codes) if is_several else OneOf(row.about, row.codes)


def _read_number(row: SentenceRow, place: str) -> int:
    digits = row.number.strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 9):
        raise UnfinishedRowError(place, MissingPart.NUMBER)
    return int(digits)
