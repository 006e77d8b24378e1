"""What is wrong with the conditions of a questionnaire: what they name, what they test, and what nobody
clarifies.

Pure Python. Syntax is the parser's business; here a condition is held against the questions it reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from questionnaire.checks.problem import Problem, suggest_spelling
from questionnaire.definition import UNSURE_CODES, Definition, Flag, Question, QuestionType
from questionnaire.rules.conditions import (
    Compare,
    HasAny,
    Missing,
    MissingKind,
    NotBelow,
    OneOf,
    ScoreAtLeast,
    Test,
    iter_tests,
)
from questionnaire.rules.parsing import ConditionError, find_questions_read, parse_condition, parse_if_valid

_TYPE_NAMES = {
    QuestionType.CHOICE: "a single choice",
    QuestionType.MULTI_CHOICE: "a multi-choice question",
    QuestionType.INTEGER: "a number",
    QuestionType.TEXT: "free text",
}


def find_condition_problems(definition: Definition) -> Iterator[Problem]:
    """Every fault of every `shown_when` and flag condition, then what is left without a clarify flag or a
    reader."""
    for question in definition.questions.values():
        if question.shown_when:
            where = f"question {question.link_id} shown_when"
            yield from _ConditionCheck(definition, where, question.shown_when).find_problems()
            yield from _find_forward_references(definition, question, where)
    for flag in definition.flags:
        yield from _ConditionCheck(definition, f"flag {flag.code} condition", flag.condition).find_problems()
    yield from _find_unclarified_questions(definition)
    yield from _find_unread_questions(definition)


# One condition ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _ConditionCheck:
    """One condition, held against the questionnaire it stands in."""

    definition: Definition
    where: str
    text: str

    def find_problems(self) -> Iterator[Problem]:
        try:
            expression = parse_condition(self.text)
        except ConditionError as error:
            yield Problem("syntax", self.where, str(error))
            return
        for test in iter_tests(expression):
            yield from self._check_test(test)

    def _make_problem(self, code: str, test: Test, message: str) -> Problem:
        return Problem(code, self.where, f"line {test.at.line}, column {test.at.column}: {message}")

    def _check_test(self, test: Test) -> Iterator[Problem]:
        match test:
            case ScoreAtLeast():
                yield from self._check_score(test)
            case OneOf() | HasAny():
                yield from self._check_question(test, test.link_id, test.codes)
            case Compare():
                yield from self._check_question(test, test.link_id)
            case NotBelow():
                yield from self._check_question(test, test.link_id)
                yield from self._check_question(test, test.other)
            case Missing():
                for link_id in test.link_ids:
                    yield from self._check_question(test, link_id)
            case _:
                assert_never(test)

    def _check_score(self, test: ScoreAtLeast) -> Iterator[Problem]:
        if test.name not in self.definition.scores_by_name:
            hint = suggest_spelling(test.name, self.definition.scores_by_name)
            yield self._make_problem("unknown-score", test, f'there is no score "{test.name}"{hint}')

    def _check_question(self, test: Test, link_id: str, codes: tuple[str, ...] = ()) -> Iterator[Problem]:
        question = self.definition.questions.get(link_id)
        if question is None:
            hint = suggest_spelling(link_id, self.definition.questions)
            yield self._make_problem("unknown-question", test, f'there is no question "{link_id}"{hint}')
        elif message := _describe_type_error(test, question):
            yield self._make_problem("type", test, message)
        else:
            yield from self._check_codes(test, question, codes)

    def _check_codes(self, test: Test, question: Question, codes: tuple[str, ...]) -> Iterator[Problem]:
        for code in codes:
            if code in UNSURE_CODES:
                message = f'"{code}" is never a known answer: write unsure({question.link_id})'
                yield self._make_problem("tests-unsure-code", test, message)
            elif code not in question.codes:
                hint = suggest_spelling(code, question.codes)
                yield self._make_problem(
                    "unknown-code", test, f'"{code}" is not an option of {question.link_id}{hint}'
                )


def _describe_type_error(test: Test, question: Question) -> str | None:
    """Why this kind of test cannot be put to this question, or None."""
    match test:
        case OneOf():
            return _require_type(
                question, QuestionType.CHOICE, "= and in need a single choice", _INSTEAD_OF_EQUALS
            )
        case HasAny():
            need = "has and has-any need several answers"
            return _require_type(question, QuestionType.MULTI_CHOICE, need, _INSTEAD_OF_HAS)
        case NotBelow():
            return _require_type(
                question, QuestionType.INTEGER, "a comparison of two questions needs numbers", {}
            )
        case Compare():
            return _describe_compare_error(question)
        case Missing(MissingKind.UNSURE) if question.type is QuestionType.TEXT:
            link_id = question.link_id
            return f"{link_id} is free text, which cannot be answered not sure: write unanswered({link_id})"
        case Missing() | ScoreAtLeast():
            return None
        case _:
            assert_never(test)


_INSTEAD_OF_EQUALS = {
    QuestionType.MULTI_CHOICE: "write has or has-any",
    QuestionType.INTEGER: "write >= and <=",
}
_INSTEAD_OF_HAS = {QuestionType.CHOICE: "write = or in"}


def _require_type(
    question: Question, type: QuestionType, need: str, instead: dict[QuestionType, str]
) -> str | None:
    if question.type is type:
        return None
    hint = f": {instead[question.type]}" if question.type in instead else ""
    return f"{need}, and {question.link_id} is {_TYPE_NAMES[question.type]}{hint}"


def _describe_compare_error(question: Question) -> str | None:
    if question.type is QuestionType.INTEGER:
        return None
    if question.type is not QuestionType.CHOICE:
        return f"a number test needs a number, and {question.link_id} is {_TYPE_NAMES[question.type]}"
    not_numbers = [c.code for c in question.options if not c.is_unsure and not c.code.isdecimal()]
    if not_numbers:
        return (
            f"a number test needs options that are whole numbers, and {question.link_id} has "
            f'"{not_numbers[0]}"'
        )
    return None


# Between conditions -----------------------------------------------------------------------------------------


def _find_forward_references(definition: Definition, question: Question, where: str) -> Iterator[Problem]:
    """A question can be opened only by questions on pages before its own."""
    own_page = definition.page_of[question.link_id]
    for link_id in sorted(find_questions_read(definition, question.shown_when)):
        page = definition.page_of.get(link_id)
        if page is None or page < own_page:
            continue
        if link_id == question.link_id:
            yield Problem("forward-reference", where, "reads itself; it can only look back")
        elif page == own_page:
            yield Problem(
                "opens-in-own-page", where, f"reads {link_id}, on the same page; put it on a later page"
            )
        else:
            yield Problem(
                "forward-reference", where, f"reads {link_id}, which comes later; it can only look back"
            )


def _find_unclarified_questions(definition: Definition) -> Iterator[Problem]:
    """Unknown never means no: what a content flag reads, a clarify flag must ask about when it is unknown."""
    clarified = {link_id for flag in definition.flags if flag.clarifies for link_id in _list_clarified(flag)}
    readers: dict[str, list[str]] = {}
    for flag in definition.flags:
        if not flag.clarifies:
            for link_id in find_questions_read(definition, flag.condition):
                readers.setdefault(link_id, []).append(flag.code)
    for link_id in definition.questions:
        if link_id in readers and link_id not in clarified:
            flags = ", ".join(readers[link_id])
            message = (
                f"read by {flags}, but no flag is raised when its answer is not known: "
                f'"not sure" would go unnoticed; add a clarify flag that has unknown({link_id})'
            )
            yield Problem("unclarified", f"question {link_id}", message)


def _list_clarified(flag: Flag) -> tuple[str, ...]:
    """The questions this flag asks about when their answer is unknown."""
    expression = parse_if_valid(flag.condition)
    missing = [test for test in (iter_tests(expression) if expression else ()) if isinstance(test, Missing)]
    return tuple(link_id for test in missing if test.kind is MissingKind.UNKNOWN for link_id in test.link_ids)


def _find_unread_questions(definition: Definition) -> Iterator[Problem]:
    read = {
        link_id for flag in definition.flags for link_id in find_questions_read(definition, flag.condition)
    }
    for question in definition.questions.values():
        if question.link_id not in read and not question.readers:
            message = "no flag reads its answer and no reader is named: name who uses it, or do not ask"
            yield Problem("no-reader", f"question {question.link_id}", message)
