"""What is wrong with the conditions of a questionnaire: what they name, what they test, and what nobody clarifies.

Pure Python. Syntax is the parser's business; here a condition is held against the questions it reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from questionnaire.checks.problem import Problem, suggest_spelling
from questionnaire.definition import UNSURE_CODES, Definition, Flag, Question, QuestionType
from questionnaire.rules import conditions
from questionnaire.rules.conditions import (
    Compare,
    ConditionError,
    Expression,
    HasAny,
    Missing,
    NotBelow,
    OneOf,
    ScoreAtLeast,
    Test,
)

_KIND_NAMES = {
    QuestionType.CHOICE: "a single choice",
    QuestionType.MULTI_CHOICE: "a multi-choice question",
    QuestionType.INTEGER: "a number",
    QuestionType.TEXT: "free text",
}


def find_condition_problems(definition: Definition) -> Iterator[Problem]:
    """Every fault of every `shown_when` and flag condition, then what is left without a clarify flag or a reader."""
    for question in definition.questions.values():
        if question.shown_when:
            where = f"question {question.link_id} shown_when"
            yield from _Condition(definition, where, question.shown_when).problems()
            yield from _forward_problems(definition, question, where)
    for flag in definition.flags:
        yield from _Condition(definition, f"flag {flag.code} condition", flag.condition).problems()
    yield from _unclarified(definition)
    yield from _unread(definition)


def parse_if_valid(text: str | None) -> Expression | None:
    """The expression in this text; None for an empty one or one with a syntax error."""
    try:
        return conditions.parse_condition(text) if text else None
    except ConditionError:
        return None


def find_questions_read(definition: Definition, text: str | None) -> frozenset[str]:
    """The link ids a condition reads, the items of its scores included."""
    expression = parse_if_valid(text)
    tests = conditions.iter_tests(expression) if expression else ()
    return frozenset(link_id for test in tests for link_id in _read_by(definition, test))


def _read_by(definition: Definition, test: Test) -> tuple[str, ...]:
    if isinstance(test, ScoreAtLeast):
        score = definition.scores_by_name.get(test.name)
        return score.items if score else ()
    return conditions.list_link_ids(test)


# One condition --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Condition:
    definition: Definition
    where: str
    text: str

    def problems(self) -> Iterator[Problem]:
        try:
            expression = conditions.parse_condition(self.text)
        except ConditionError as error:
            yield Problem("syntax", self.where, str(error))
            return
        for test in conditions.iter_tests(expression):
            yield from self._test_problems(test)

    def _problem(self, code: str, test: Test, message: str) -> Problem:
        return Problem(code, self.where, f"line {test.at.line}, column {test.at.column}: {message}")

    def _test_problems(self, test: Test) -> Iterator[Problem]:
        if isinstance(test, ScoreAtLeast):
            if test.name not in self.definition.scores_by_name:
                hint = suggest_spelling(test.name, self.definition.scores_by_name)
                yield self._problem("unknown-score", test, f'there is no score "{test.name}"{hint}')
            return
        for link_id in conditions.list_link_ids(test):
            question = self.definition.questions.get(link_id)
            if question is None:
                hint = suggest_spelling(link_id, self.definition.questions)
                yield self._problem("unknown-question", test, f'there is no question "{link_id}"{hint}')
            elif message := _type_fault(test, question):
                yield self._problem("type", test, message)
            else:
                yield from self._code_problems(test, question)

    def _code_problems(self, test: Test, question: Question) -> Iterator[Problem]:
        for code in test.codes if isinstance(test, OneOf | HasAny) else ():
            if code in UNSURE_CODES:
                message = f'"{code}" is never a known answer: write unsure({question.link_id})'
                yield self._problem("tests-unsure-code", test, message)
            elif code not in question.codes:
                message = f'"{code}" is not an option of {question.link_id}{suggest_spelling(code, question.codes)}'
                yield self._problem("unknown-code", test, message)


def _type_fault(test: Test, question: Question) -> str | None:
    """Why this kind of test cannot be put to this question, or None."""
    if isinstance(test, OneOf):
        return _wants(question, QuestionType.CHOICE, "= and in need a single choice", _INSTEAD_OF_EQUALS)
    if isinstance(test, HasAny):
        return _wants(question, QuestionType.MULTI_CHOICE, "has and has-any need several answers", _INSTEAD_OF_HAS)
    if isinstance(test, NotBelow):
        return _wants(question, QuestionType.INTEGER, "a comparison of two questions needs numbers", {})
    if isinstance(test, Compare):
        return _compare_fault(question)
    if isinstance(test, Missing) and test.kind == "unsure" and question.type is QuestionType.TEXT:
        return (
            f"{question.link_id} is free text, which cannot be answered not sure: write unanswered({question.link_id})"
        )
    return None


_INSTEAD_OF_EQUALS = {QuestionType.MULTI_CHOICE: "write has or has-any", QuestionType.INTEGER: "write >= and <="}
_INSTEAD_OF_HAS = {QuestionType.CHOICE: "write = or in"}


def _wants(question: Question, kind: QuestionType, need: str, instead: dict[QuestionType, str]) -> str | None:
    if question.type is kind:
        return None
    hint = f": {instead[question.type]}" if question.type in instead else ""
    return f"{need}, and {question.link_id} is {_KIND_NAMES[question.type]}{hint}"


def _compare_fault(question: Question) -> str | None:
    if question.type is QuestionType.INTEGER:
        return None
    if question.type is not QuestionType.CHOICE:
        return f"a number test needs a number, and {question.link_id} is {_KIND_NAMES[question.type]}"
    wordy = [c.code for c in question.options if not c.is_unsure and not c.code.isdecimal()]
    if wordy:
        return f'a number test needs options that are whole numbers, and {question.link_id} has "{wordy[0]}"'
    return None


# Between conditions ---------------------------------------------------------------------------------------------------


def _forward_problems(definition: Definition, question: Question, where: str) -> Iterator[Problem]:
    """A question can be opened only by questions on pages before its own."""
    own_page = definition.page_of[question.link_id]
    for link_id in sorted(find_questions_read(definition, question.shown_when)):
        page = definition.page_of.get(link_id)
        if page is None or page < own_page:
            continue
        if link_id == question.link_id:
            yield Problem("forward-reference", where, "reads itself; it can only look back")
        elif page == own_page:
            yield Problem("opens-in-own-page", where, f"reads {link_id}, on the same page; put it on a later page")
        else:
            yield Problem("forward-reference", where, f"reads {link_id}, which comes later; it can only look back")


def _unclarified(definition: Definition) -> Iterator[Problem]:
    """Unknown never means no: what a content flag reads, a clarify flag must ask about when it is unknown."""
    clarified = {link_id for flag in definition.flags if flag.clarifies for link_id in _asked_if_unknown(flag)}
    users: dict[str, list[str]] = {}
    for flag in definition.flags:
        if not flag.clarifies:
            for link_id in find_questions_read(definition, flag.condition):
                users.setdefault(link_id, []).append(flag.code)
    for link_id in definition.questions:
        if link_id in users and link_id not in clarified:
            flags = ", ".join(users[link_id])
            message = (
                f"read by {flags}, but no flag is raised when its answer is not known: "
                f'"not sure" would go unnoticed; add a clarify flag that has unknown({link_id})'
            )
            yield Problem("unclarified", f"question {link_id}", message)


def _asked_if_unknown(flag: Flag) -> tuple[str, ...]:
    expression = parse_if_valid(flag.condition)
    tests: Callable[[Expression], Iterator[Test]] = conditions.iter_tests
    missing = [t for t in (tests(expression) if expression else ()) if isinstance(t, Missing) and t.kind == "unknown"]
    return tuple(link_id for test in missing for link_id in test.link_ids)


def _unread(definition: Definition) -> Iterator[Problem]:
    read = {link_id for flag in definition.flags for link_id in find_questions_read(definition, flag.condition)}
    for question in definition.questions.values():
        if question.link_id not in read and not question.readers:
            message = "no flag reads its answer and no reader is named: name who uses it, or do not ask"
            yield Problem("no-reader", f"question {question.link_id}", message)
