"""Conditions compiled to closures over a `Patient`, once per version: nothing is parsed per patient.

A test is true, false, or unknown (None); AND and OR are those of Kleene's strong logic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import assert_never

from questionnaire.definition import Definition, QuestionType
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
)
from questionnaire.rules.patient import Patient
from questionnaire.rules.scores import ScoreItems, compare_score, compile_score_items
from questionnaire.rules.states import State, Truth, Verdict

# Bound once: looking a member up on its enum at every test took a sixth of the time that one patient takes.
_NEVER_ASKED, _NOT_APPLICABLE, _BLANK, _UNSURE, _PARTLY, _KNOWN = State

# Inside, a condition is true, false or None, not a Verdict: a shown_when is not "raised", and with an enum
# here one
# patient took about 5 % longer to judge (`python -m benchmarks.rules`). Outside it is a Verdict.
Judge = Callable[[Patient], Truth]
Because = Callable[[Patient], Iterable[int]]


@dataclass(frozen=True)
class CompiledCondition:
    """A compiled condition: its truth for a patient, and the places of the questions that made it true."""

    judge: Judge
    because: Because

    def find_verdict(self, patient: Patient) -> Verdict:
        """What a flag with this condition says of this patient."""
        return Verdict.from_truth(self.judge(patient))


class ConditionCompiler:
    """Turns expressions into closures, with link ids resolved to places in the file."""

    def __init__(self, definition: Definition) -> None:
        """Raises KeyError for a score with an item that is not a question."""
        self.questions = definition.questions
        self.place = {link_id: place for place, link_id in enumerate(definition.questions)}
        self.scores = {s.name: compile_score_items(definition, s, self.place) for s in definition.scores}

    def compile(self, expression: Expression) -> CompiledCondition:
        """The compiled expression. Raises KeyError for a question or score that is not there."""
        match expression:
            case AnyOf(terms):
                return _compile_any_of([self.compile(term) for term in terms])
            case AllOf(terms):
                return _compile_all_of([self.compile(term) for term in terms])
            case OneOf() | HasAny():
                return _compile_codes(self.place[expression.link_id], frozenset(expression.codes))
            case Compare():
                return self._compile_comparison(expression)
            case NotBelow():
                return _compile_not_below(self.place[expression.link_id], self.place[expression.other])
            case ScoreAtLeast():
                return _compile_score(self.scores[expression.name], expression.number)
            case Missing():
                return _compile_missing(expression, [self.place[link_id] for link_id in expression.link_ids])
            case _:
                assert_never(expression)

    def _compile_comparison(self, test: Compare) -> CompiledCondition:
        question, holds = self.questions[test.link_id], _COMPARISONS[test.operator]
        if question.type is QuestionType.INTEGER:
            return _compile_number(self.place[test.link_id], holds, test.number)
        codes = frozenset(c for c in question.codes if c.isdecimal() and holds(int(c), test.number))
        return _compile_codes(self.place[test.link_id], codes)


_COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    ">=": int.__ge__,
    "<=": int.__le__,
    ">": int.__gt__,
    "<": int.__lt__,
}


# Kleene's OR and AND ----------------------------------------------------------------------------------------


def _compile_any_of(terms: list[CompiledCondition]) -> CompiledCondition:
    judges = tuple(term.judge for term in terms)

    def judge(patient: Patient) -> Truth:
        truth: Truth = False
        for judge_term in judges:
            term_truth = judge_term(patient)
            if term_truth:
                return True
            if term_truth is None:
                truth = None
        return truth

    def because(patient: Patient) -> Iterable[int]:
        return (place for term in terms if term.judge(patient) for place in term.because(patient))

    return CompiledCondition(judge, because)


def _compile_all_of(terms: list[CompiledCondition]) -> CompiledCondition:
    judges = tuple(term.judge for term in terms)

    def judge(patient: Patient) -> Truth:
        truth: Truth = True
        for judge_term in judges:
            term_truth = judge_term(patient)
            if term_truth is False:
                return False
            if term_truth is None:
                truth = None
        return truth

    def because(patient: Patient) -> Iterable[int]:
        return (place for term in terms for place in term.because(patient))

    return CompiledCondition(judge, because)


# Tests: not applicable is false; never asked, blank and unsure are unknown ----------------------------------


def _compile_codes(place: int, codes: frozenset[str]) -> CompiledCondition:
    """A code among several; also every test of one code, since a choice is a set of one."""

    def judge(patient: Patient) -> Truth:
        state = patient.states[place]
        if state is _NOT_APPLICABLE:
            return False
        value = patient.values[place]
        if state is _KNOWN:
            return value in codes if isinstance(value, str) else not codes.isdisjoint(value)  # type: ignore[arg-type]
        # A named code beside "not sure" is known to be ticked; that any other code is not ticked stays
        # unknown.
        if state is _PARTLY and not codes.isdisjoint(value):  # type: ignore[arg-type]
            return True
        return None

    return CompiledCondition(judge, lambda patient: (place,))


def _compile_number(place: int, holds: Callable[[int, int], bool], number: int) -> CompiledCondition:
    def judge(patient: Patient) -> Truth:
        state = patient.states[place]
        if state is _KNOWN:
            return holds(patient.values[place], number)  # type: ignore[arg-type]
        return False if state is _NOT_APPLICABLE else None

    return CompiledCondition(judge, lambda patient: (place,))


def _compile_not_below(place: int, other: int) -> CompiledCondition:
    def judge(patient: Patient) -> Truth:
        states = patient.states[place], patient.states[other]
        if _NOT_APPLICABLE in states:
            return False
        if states != (_KNOWN, _KNOWN):
            return None
        return patient.values[place] >= patient.values[other]  # type: ignore[operator]

    return CompiledCondition(judge, lambda patient: (place, other))


def _compile_score(items: ScoreItems, number: int) -> CompiledCondition:
    def judge(patient: Patient) -> Truth:
        return compare_score(items, number, patient.states, patient.values)

    def because(patient: Patient) -> Iterable[int]:
        return (
            i.place for i in items if patient.states[i.place] is _KNOWN and i.points[patient.values[i.place]]
        )

    return CompiledCondition(judge, because)


_MISSING_STATES: dict[MissingKind, frozenset[State]] = {
    MissingKind.UNSURE: frozenset({_UNSURE, _PARTLY}),
    MissingKind.UNANSWERED: frozenset({_BLANK}),
    MissingKind.UNKNOWN: frozenset({_UNSURE, _PARTLY, _BLANK}),
}


def _compile_missing(test: Missing, places: list[int]) -> CompiledCondition:
    wanted = _MISSING_STATES[test.kind]

    def judge(patient: Patient) -> Truth:
        states = [patient.states[place] for place in places]
        if not wanted.isdisjoint(states):
            return True
        return None if _NEVER_ASKED in states else False

    return CompiledCondition(
        judge, lambda patient: (place for place in places if patient.states[place] in wanted)
    )
