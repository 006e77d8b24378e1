"""How much a questionnaire asks of a patient: questions and minutes on the shortest, the median and the
longest path.

Pure Python. The paths are walked by made-up patients of different tempers, from one who has nothing to report
to one who ticks at random; the same seed always walks the same paths.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache

from questionnaire.definition import NONE_CODE, Definition, Question, QuestionType
from questionnaire.rules.answers import Value
from questionnaire.rules.evaluation import CompiledQuestionnaire, compile_questionnaire
from questionnaire.rules.patient import Patient, classify_answer

WALKS = 180
TEMPERS = (1.0, 0.9, 0.75, 0.5, 0.25, 0.0)
"""How often a patient answers "no", "none" or the first option; otherwise anything the question takes."""

WORDS_A_MINUTE = 180
SECONDS_TO_ANSWER = {
    QuestionType.CHOICE: 4,
    QuestionType.MULTI_CHOICE: 7,
    QuestionType.INTEGER: 8,
    QuestionType.TEXT: 25,
}


@dataclass(frozen=True)
class PathBurden:
    """One way through: how many questions, and how long they take to read and answer."""

    questions: int
    seconds: float

    @property
    def minutes(self) -> float:
        return self.seconds / 60


@dataclass(frozen=True)
class Burden:
    shortest: PathBurden
    median: PathBurden
    longest: PathBurden


@lru_cache(maxsize=8)
def measure_burden(definition: Definition, *, seed: int = 1, walks: int = WALKS) -> Burden | None:
    """The shortest, median and longest of many random paths. None for a questionnaire without a question.

    Raises ConditionError or KeyError for a definition whose conditions cannot be judged.
    """
    if not definition.questions:
        return None
    compiled, chance = compile_questionnaire(definition), random.Random(seed)  # noqa: S311 - made-up patients, nothing secret
    costs = [estimate_seconds(question) for question in definition.questions.values()]
    paths = sorted(
        (_walk_path(compiled, costs, chance, TEMPERS[turn % len(TEMPERS)]) for turn in range(walks)),
        key=lambda path: path.seconds,
    )
    return Burden(paths[0], paths[len(paths) // 2], paths[-1])


def estimate_seconds(question: Question) -> float:
    """How long one question takes: to read all its words, in their source language, and to answer."""
    texts = [str(text) for text in (question.stem, question.wording, question.help, question.why) if text]
    texts += [str(choice.label) for choice in question.options]
    words = sum(len(text.split()) for text in texts)
    return words * 60 / WORDS_A_MINUTE + SECONDS_TO_ANSWER[question.type]


def _walk_path(
    compiled: CompiledQuestionnaire, costs: list[float], chance: random.Random, calm: float
) -> PathBurden:
    patient = Patient(len(compiled.questions))
    asked, duration = 0, 0.0
    for place, (question, shown_when, _) in enumerate(compiled.questions):
        is_open = patient.is_open[place] = True if shown_when is None else shown_when(patient)
        if is_open:
            value = _draw_answer(question, chance, calm)
            patient.states[place], patient.values[place] = classify_answer(question, value)
            asked, duration = asked + 1, duration + costs[place]
    return PathBurden(asked, duration)


def _draw_answer(question: Question, chance: random.Random, calm: float) -> Value:
    quiet = chance.random() < calm
    if question.type is QuestionType.TEXT:
        return None if quiet else "words"
    if question.type is QuestionType.INTEGER:
        low, high = question.minimum or 0, question.maximum or 100
        return (low + high) // 2 if quiet else chance.randint(low, max(low, high))
    codes = [choice.code for choice in question.options]
    if not codes:
        return None
    code = (
        next((code for code in (NONE_CODE, "no", "0") if code in codes), codes[0])
        if quiet
        else chance.choice(codes)
    )
    return (code,) if question.type is QuestionType.MULTI_CHOICE else code
