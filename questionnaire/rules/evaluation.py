"""A whole questionnaire compiled, and one patient's answers read against it, question by question in file
order."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeGuard

from questionnaire.definition import Definition, Flag, Question, QuestionType
from questionnaire.rules.compilation import CompiledCondition, ConditionCompiler, Judge
from questionnaire.rules.parsing import parse_condition
from questionnaire.rules.patient import Patient, StateAndValue, classify_answer, classify_value
from questionnaire.rules.scores import ScoreBounds, ScoreItems, compute_bounds
from questionnaire.rules.states import State

_NOT_APPLICABLE = State.NOT_APPLICABLE
"""Bound once, for speed: see compilation.py."""

SingleCode = str | tuple[str]
"""One code, as choice and multi-choice questions store it."""


class CompiledQuestion(NamedTuple):
    """A question, what opens it (None: always open), and what each single code means."""

    question: Question
    shown_when: Judge | None
    codes: Mapping[SingleCode, StateAndValue]


@dataclass(frozen=True)
class CompiledQuestionnaire:
    """A whole questionnaire compiled: made once per version."""

    questions: tuple[CompiledQuestion, ...]
    flags: tuple[tuple[Flag, CompiledCondition], ...]
    scores: dict[str, ScoreItems]
    link_ids: tuple[str, ...]

    def read_patient(self, answers: Mapping[str, object], asked: Collection[str] | None = None) -> Patient:
        """The state of every question. With `asked`, questions outside it count as never asked."""
        patient = Patient(len(self.questions))
        open_questions, states, values = patient.is_open, patient.states, patient.values
        for place, (question, shown_when, codes) in enumerate(self.questions):
            is_open = open_questions[place] = True if shown_when is None else shown_when(patient)
            if is_open is False:
                states[place] = _NOT_APPLICABLE
            elif is_open and (asked is None or question.link_id in asked):
                raw = answers.get(question.link_id)
                known = codes.get(raw) if _is_single_code(raw) else None
                states[place], values[place] = known or classify_answer(question, raw)
        return patient

    def find_open_questions(self, patient: Patient) -> tuple[str, ...]:
        """The link ids of the questions that are open for this patient, in file order."""
        pairs = zip(self.link_ids, patient.is_open, strict=True)
        return tuple(link_id for link_id, is_open in pairs if is_open)

    def compute_score(self, name: str, patient: Patient) -> ScoreBounds:
        """The least and the most that this score can be for this patient."""
        return compute_bounds(self.scores[name], patient.states, patient.values)


def compile_questionnaire(definition: Definition) -> CompiledQuestionnaire:
    """The compiled questionnaire, kept with its definition.

    Raises ConditionError or KeyError for a definition whose conditions were never checked.
    """
    # Kept on the definition itself: a cache keyed by definition would hash the whole questionnaire for every
    # patient.
    compiled: CompiledQuestionnaire | None = definition.__dict__.get("_compiled")
    if compiled is None:
        compiled = _compile(definition)
        definition.__dict__["_compiled"] = compiled
    return compiled


def _compile(definition: Definition) -> CompiledQuestionnaire:
    compiler = ConditionCompiler(definition)
    questions = tuple(_compile_question(compiler, question) for question in definition.questions.values())
    flags = tuple((flag, compiler.compile(parse_condition(flag.condition))) for flag in definition.flags)
    return CompiledQuestionnaire(questions, flags, compiler.scores, tuple(definition.questions))


def _compile_question(compiler: ConditionCompiler, question: Question) -> CompiledQuestion:
    shown_when = compiler.compile(parse_condition(question.shown_when)).judge if question.shown_when else None
    codes: list[SingleCode] = []
    if question.type is QuestionType.CHOICE:
        codes = list(question.codes)
    elif question.type is QuestionType.MULTI_CHOICE:
        codes = [(code,) for code in question.codes]
    return CompiledQuestion(
        question, shown_when, {code: (classify_value(question, code), code) for code in codes}
    )


def _is_single_code(raw: object) -> TypeGuard[SingleCode]:
    """Whether this is one code as it is stored: read once per version, not once per patient."""
    return isinstance(raw, str) or (isinstance(raw, tuple) and len(raw) == 1 and isinstance(raw[0], str))
