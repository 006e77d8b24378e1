"""A condition as rows of a sentence, for people who do not write the condition language.

A sentence joins rows by "all" or "any"; a row is one test, or a group of tests joined the other way. What nests deeper
is left to the text form. Pure: rows from an expression, an expression from rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from questionnaire.definition import UNSURE_CODES, Definition, Question, QuestionType
from questionnaire.rules.conditions import (
    All,
    Compare,
    Either,
    Expression,
    HasAny,
    Missing,
    NotBelow,
    OneOf,
    ScoreAtLeast,
    Test,
)

SEVERAL = "*"
"""Stands for "any of several questions" where a row names its question."""
SCORE = "score:"
"""Stands before a score's name where a row names its question."""
ALL, ANY = "all", "any"
COMPARISONS = {"at-least": ">=", "at-most": "<=", "more": ">", "less": "<"}
MISSING = ("unknown", "unsure", "unanswered")
_NAMED = {operator: name for name, operator in COMPARISONS.items()}


@dataclass(frozen=True)
class Row:
    """One test as it is being put together: any part may still be missing."""

    about: str = ""
    """A link id, `score:name`, `*` for several questions, or "" for not yet chosen."""
    test: str = ""
    codes: tuple[str, ...] = ()
    number: str = ""
    other: str = ""
    several: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """Rows joined the other way than the sentence they stand in."""

    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Sentence:
    join: str = ALL
    parts: tuple[Row | Group, ...] = (Row(),)

    def places(self) -> Iterator[tuple[str, Row]]:
        """Each row with its place: "0", or "1.2" for a row in a group."""
        for number, part in enumerate(self.parts):
            if isinstance(part, Group):
                yield from ((f"{number}.{inner}", row) for inner, row in enumerate(part.rows))
            else:
                yield str(number), part


class Unfinished(ValueError):
    """A row cannot be a test yet. `place` is its place, `what` says what is missing."""

    def __init__(self, place: str, what: str) -> None:
        self.place, self.what = place, what
        super().__init__(f"{place}: {what}")


# What can be asked of what -------------------------------------------------------------------------------------------


def tests_for(definition: Definition, about: str) -> tuple[str, ...]:
    """The tests that fit this question, the usual one first."""
    if about == SEVERAL:
        return ("unknown",)
    if about.startswith(SCORE):
        return ("at-least",)
    question = definition.questions.get(about)
    if question is None:
        return ()
    if question.type is QuestionType.TEXT:
        return ("unanswered", "unknown")
    if question.type is QuestionType.INTEGER:
        return (*COMPARISONS, "not-below", *MISSING)
    if question.type is QuestionType.CHOICE and _counts(question):
        return ("one-of", *COMPARISONS, *MISSING)
    return ("one-of", *MISSING)


def known_codes(question: Question) -> tuple[str, ...]:
    """The options a condition may name: "not sure" is never a known answer."""
    return tuple(choice.code for choice in question.options if choice.code not in UNSURE_CODES)


def fitted(definition: Definition, row: Row) -> Row:
    """The row with a test that fits its question, and without options of another question."""
    fitting = tests_for(definition, row.about)
    question = definition.questions.get(row.about)
    codes = tuple(code for code in known_codes(question) if code in row.codes) if question else ()
    return replace(row, test=row.test if row.test in fitting else (*fitting, "")[0], codes=codes)


def _counts(question: Question) -> bool:
    return bool(known_codes(question)) and all(code.isdecimal() for code in known_codes(question))


# From an expression to a sentence ------------------------------------------------------------------------------------


def sentence_of(expression: Expression | None) -> Sentence | None:
    """The sentence that says this, or None when it nests too deep for rows."""
    if expression is None:
        return Sentence()
    if not isinstance(expression, All | Either):
        return Sentence(ALL, (_row(expression),))
    parts = tuple(_part(term) for term in expression.terms)
    if any(part is None for part in parts):
        return None
    return Sentence(ALL if isinstance(expression, All) else ANY, tuple(part for part in parts if part))


def _part(term: Expression) -> Row | Group | None:
    if not isinstance(term, All | Either):
        return _row(term)
    rows = tuple(_row(inner) for inner in term.terms if not isinstance(inner, All | Either))
    return Group(rows) if len(rows) == len(term.terms) else None


def _row(test: Test) -> Row:
    if isinstance(test, OneOf | HasAny):
        return Row(test.link_id, "one-of", codes=test.codes)
    if isinstance(test, Compare):
        return Row(test.link_id, _NAMED[test.operator], number=str(test.number))
    if isinstance(test, NotBelow):
        return Row(test.link_id, "not-below", other=test.other)
    if isinstance(test, ScoreAtLeast):
        return Row(f"{SCORE}{test.name}", "at-least", number=str(test.number))
    if len(test.link_ids) > 1:
        return Row(SEVERAL, test.kind, several=test.link_ids)
    return Row(test.link_ids[0], test.kind)


# From a sentence to an expression ------------------------------------------------------------------------------------


def expression_of(definition: Definition, sentence: Sentence) -> Expression | None:
    """What the sentence says; None for one without a row. Raises Unfinished."""
    inner, outer = (Either, All) if sentence.join == ALL else (All, Either)
    terms: list[Expression] = []
    for number, part in enumerate(sentence.parts):
        if isinstance(part, Group):
            tests = tuple(_test(definition, row, f"{number}.{place}") for place, row in enumerate(part.rows))
            if tests:
                terms.append(tests[0] if len(tests) == 1 else inner(tests))
        else:
            terms.append(_test(definition, part, str(number)))
    if not terms:
        return None
    return terms[0] if len(terms) == 1 else outer(tuple(terms))


def _test(definition: Definition, row: Row, place: str) -> Test:
    if row.test not in tests_for(definition, row.about):
        raise Unfinished(place, "test" if row.about else "question")
    if row.about == SEVERAL:
        return _several(definition, row, place)
    if row.about.startswith(SCORE):
        return ScoreAtLeast(row.about.removeprefix(SCORE), _number(row, place))
    if row.test in COMPARISONS:
        return Compare(row.about, COMPARISONS[row.test], _number(row, place))
    if row.test == "not-below":
        if row.other not in definition.questions or row.other == row.about:
            raise Unfinished(place, "other")
        return NotBelow(row.about, row.other)
    if row.test in MISSING:
        return Missing(row.test, (row.about,))
    if not row.codes:
        raise Unfinished(place, "codes")
    kind = HasAny if definition.questions[row.about].type is QuestionType.MULTI_CHOICE else OneOf
    return kind(row.about, row.codes)


def _several(definition: Definition, row: Row, place: str) -> Test:
    known = tuple(dict.fromkeys(link_id for link_id in row.several if link_id in definition.questions))
    if not known:
        raise Unfinished(place, "several")
    return Missing("unknown", known)


def _number(row: Row, place: str) -> int:
    digits = row.number.strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 9):
        raise Unfinished(place, "number")
    return int(digits)
