"""What a condition means for one patient, in three verdicts: true, false, or unknown (None). Strong Kleene logic.

Each condition is compiled once per version to closures over a `Patient`: the state of every question, computed in file
order. No parsing happens per patient.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeGuard

from questionnaire.definition import UNSURE_CODES, Definition, Flag, Question, QuestionType
from questionnaire.rules import conditions
from questionnaire.rules.answers import AnswerError, Value, read_answer
from questionnaire.rules.conditions import (
    AllOf,
    AnyOf,
    Compare,
    Expression,
    HasAny,
    Missing,
    NotBelow,
    OneOf,
    ScoreAtLeast,
)
from questionnaire.rules.scores import Bounds, Items, at_least, bounds, score_items

Verdict = bool | None


class State(IntEnum):
    """What we know of one question."""

    NEVER_ASKED = 0
    """It may concern the patient, but was not put to them: its shown_when is unknown, or its page is still ahead."""
    NOT_APPLICABLE = 1
    """Closed by a known answer: every test on it is false."""
    BLANK = 2
    UNSURE = 3
    PARTLY = 4
    """Several codes, "not sure" among them."""
    KNOWN = 5


class Patient:
    """One patient's answers against one version: the state and value of every question, by place in the file."""

    __slots__ = ("opened", "states", "values")

    def __init__(self, size: int) -> None:
        self.opened: list[Verdict] = [None] * size
        self.states: list[State] = [State.NEVER_ASKED] * size
        self.values: list[Value] = [None] * size


Known = tuple[State, Value]
Single = str | tuple[str]
"""One code, as choice and multi-choice questions store it."""
Judge = Callable[[Patient], Verdict]
Because = Callable[[Patient], Iterable[int]]


@dataclass(frozen=True)
class CompiledCondition:
    """A compiled condition: its verdict, and the places of the questions that made it true."""

    judge: Judge
    because: Because


@dataclass(frozen=True)
class CompiledQuestionnaire:
    """A whole questionnaire compiled: made once per version."""

    questions: tuple[tuple[Question, Judge | None, Mapping[Single, Known]], ...]
    """Each question, what opens it (None: always open), and what each single code means."""
    flags: tuple[tuple[Flag, CompiledCondition], ...]
    scores: dict[str, Items]
    link_ids: tuple[str, ...]

    def read_patient(self, answers: Mapping[str, object], asked: Collection[str] | None = None) -> Patient:
        """The state of every question. With `asked`, questions outside it count as never asked."""
        patient = Patient(len(self.questions))
        opened, states, values = patient.opened, patient.states, patient.values
        for place, (question, shown_when, codes) in enumerate(self.questions):
            is_open = opened[place] = True if shown_when is None else shown_when(patient)
            if is_open is False:
                states[place] = State.NOT_APPLICABLE
            elif is_open and (asked is None or question.link_id in asked):
                raw = answers.get(question.link_id)
                found = codes.get(raw) if _is_single(raw) else None
                states[place], values[place] = found or classify_answer(question, raw)
        return patient

    def bound_score(self, name: str, patient: Patient) -> Bounds:
        return bounds(self.scores[name], patient.states, patient.values)


def compile_questionnaire(definition: Definition) -> CompiledQuestionnaire:
    """The compiled questionnaire, kept with its definition. An unchecked draft raises ConditionError or KeyError."""
    compiled: CompiledQuestionnaire | None = definition.__dict__.get("_program")
    if compiled is None:
        compiled = _compile(definition)
        definition.__dict__["_program"] = compiled
    return compiled


def _is_single(raw: object) -> TypeGuard[Single]:
    """Whether this is one code as it is stored: read once per version, not once per patient."""
    return isinstance(raw, str) or (isinstance(raw, tuple) and len(raw) == 1 and isinstance(raw[0], str))


def classify_answer(question: Question, raw: object) -> Known:
    """The state of an open question with this answer. One that cannot be read counts as blank, never as "no"."""
    if raw is None:
        return State.BLANK, None
    try:
        value = read_answer(question, raw)
    except AnswerError:
        return State.BLANK, None
    return _known_state(question, value), value


def _known_state(question: Question, value: Value) -> State:
    if value is None:
        return State.BLANK
    if question.type is QuestionType.TEXT or isinstance(value, int):
        return State.KNOWN
    if isinstance(value, str):
        return State.UNSURE if value in UNSURE_CODES else State.KNOWN
    unsure = sum(code in UNSURE_CODES for code in value)
    if not unsure:
        return State.KNOWN
    return State.UNSURE if unsure == len(value) else State.PARTLY


def _compile(definition: Definition) -> CompiledQuestionnaire:
    compiler = ConditionCompiler(definition)
    questions = tuple(compiler.question(question) for question in definition.questions.values())
    flags = tuple((flag, compiler.compile(conditions.parse_condition(flag.condition))) for flag in definition.flags)
    return CompiledQuestionnaire(questions, flags, compiler.scores, tuple(definition.questions))


class ConditionCompiler:
    """Turns expressions into closures, with link ids resolved to places in the file."""

    def __init__(self, definition: Definition) -> None:
        self.questions = definition.questions
        self.place = {link_id: place for place, link_id in enumerate(definition.questions)}
        self.scores = {s.name: score_items(definition, s, self.place) for s in definition.scores}

    def question(self, question: Question) -> tuple[Question, Judge | None, Mapping[Single, Known]]:
        opens = self.compile(conditions.parse_condition(question.shown_when)).judge if question.shown_when else None
        if question.type is QuestionType.CHOICE:
            return question, opens, {code: (_known_state(question, code), code) for code in question.codes}
        several = question.codes if question.type is QuestionType.MULTI_CHOICE else frozenset[str]()
        return question, opens, {(code,): (_known_state(question, (code,)), (code,)) for code in several}

    def compile(self, expression: Expression) -> CompiledCondition:
        if isinstance(expression, AnyOf):
            return _either([self.compile(term) for term in expression.terms])
        if isinstance(expression, AllOf):
            return _all([self.compile(term) for term in expression.terms])
        if isinstance(expression, OneOf | HasAny):
            return _codes(self.place[expression.link_id], frozenset(expression.codes))
        if isinstance(expression, Compare):
            return self._compare(expression)
        if isinstance(expression, NotBelow):
            return _not_below(self.place[expression.link_id], self.place[expression.other])
        if isinstance(expression, ScoreAtLeast):
            return _score(self.scores[expression.name], expression.number)
        return _missing(expression, [self.place[link_id] for link_id in expression.link_ids])

    def _compare(self, test: Compare) -> CompiledCondition:
        question, holds = self.questions[test.link_id], _COMPARISONS[test.operator]
        if question.type is QuestionType.INTEGER:
            return _number(self.place[test.link_id], holds, test.number)
        codes = frozenset(c for c in question.codes if c.isdecimal() and holds(int(c), test.number))
        return _codes(self.place[test.link_id], codes)


_COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    ">=": int.__ge__,
    "<=": int.__le__,
    ">": int.__gt__,
    "<": int.__lt__,
}


# Kleene's OR and AND --------------------------------------------------------------------------------------------------


def _either(terms: list[CompiledCondition]) -> CompiledCondition:
    judges = tuple(term.judge for term in terms)

    def judge(patient: Patient) -> Verdict:
        verdict: Verdict = False
        for term in judges:
            found = term(patient)
            if found:
                return True
            if found is None:
                verdict = None
        return verdict

    def because(patient: Patient) -> Iterable[int]:
        return (place for term in terms if term.judge(patient) for place in term.because(patient))

    return CompiledCondition(judge, because)


def _all(terms: list[CompiledCondition]) -> CompiledCondition:
    judges = tuple(term.judge for term in terms)

    def judge(patient: Patient) -> Verdict:
        verdict: Verdict = True
        for term in judges:
            found = term(patient)
            if found is False:
                return False
            if found is None:
                verdict = None
        return verdict

    def because(patient: Patient) -> Iterable[int]:
        return (place for term in terms for place in term.because(patient))

    return CompiledCondition(judge, because)


# Tests: not applicable is false; never asked, blank and unsure are unknown ------------------------------------------


def _codes(place: int, codes: frozenset[str]) -> CompiledCondition:
    """A code among several; also every test of one code, since a choice is a set of one."""

    def judge(patient: Patient) -> Verdict:
        state = patient.states[place]
        if state is State.NOT_APPLICABLE:
            return False
        value = patient.values[place]
        if state is State.KNOWN:
            return value in codes if isinstance(value, str) else not codes.isdisjoint(value)  # type: ignore[arg-type]
        if state is State.PARTLY and not codes.isdisjoint(value):  # type: ignore[arg-type]
            return True
        return None

    return CompiledCondition(judge, lambda patient: (place,))


def _number(place: int, holds: Callable[[int, int], bool], number: int) -> CompiledCondition:
    def judge(patient: Patient) -> Verdict:
        state = patient.states[place]
        if state is State.KNOWN:
            return holds(patient.values[place], number)  # type: ignore[arg-type]
        return False if state is State.NOT_APPLICABLE else None

    return CompiledCondition(judge, lambda patient: (place,))


def _not_below(place: int, other: int) -> CompiledCondition:
    def judge(patient: Patient) -> Verdict:
        states = patient.states[place], patient.states[other]
        if State.NOT_APPLICABLE in states:
            return False
        if states != (State.KNOWN, State.KNOWN):
            return None
        return patient.values[place] >= patient.values[other]  # type: ignore[operator]

    return CompiledCondition(judge, lambda patient: (place, other))


def _score(items: Items, number: int) -> CompiledCondition:
    def judge(patient: Patient) -> Verdict:
        return at_least(items, number, patient.states, patient.values)

    def because(patient: Patient) -> Iterable[int]:
        return (i.place for i in items if patient.states[i.place] is State.KNOWN and i.points[patient.values[i.place]])

    return CompiledCondition(judge, because)


_MISSING: dict[str, frozenset[State]] = {
    "unsure": frozenset({State.UNSURE, State.PARTLY}),
    "unanswered": frozenset({State.BLANK}),
    "unknown": frozenset({State.UNSURE, State.PARTLY, State.BLANK}),
}


def _missing(test: Missing, places: list[int]) -> CompiledCondition:
    wanted = _MISSING[test.kind]

    def judge(patient: Patient) -> Verdict:
        states = [patient.states[place] for place in places]
        if not wanted.isdisjoint(states):
            return True
        return None if State.NEVER_ASKED in states else False

    return CompiledCondition(judge, lambda patient: (place for place in places if patient.states[place] in wanted))
