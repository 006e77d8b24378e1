"""Made-up patients for demos and load: plausible people whose answers are mostly unremarkable.

Each person walks the real path, as the rules open it. Nothing is written here: see actions/synthesis.py.
"""

from __future__ import annotations

import operator
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import assert_never

from questionnaire.actions import publishing
from questionnaire.definition import NONE_CODE, Definition, Question, QuestionType, Severity
from questionnaire.models import Version
from questionnaire.rules.answers import Value
from questionnaire.rules.conditions import (
    Compare,
    HasAny,
    Missing,
    NotBelow,
    OneOf,
    ScoreAtLeast,
    Test,
    iter_tests,
)
from questionnaire.rules.evaluation import compile_questionnaire
from questionnaire.rules.parsing import parse_condition
from questionnaire.rules.patient import Patient, classify_answer
from questionnaire.rules.states import State

_SPREAD = {
    "age": (44.0, 14.0, 18, 88),
    "bp-systolic": (127.0, 13.0, 92, 196),
    "bp-diastolic": (79.0, 9.0, 52, 118),
}
"""Mean, spread, least and most of the numbers that people are plausible in; others are drawn evenly."""
_OFTEN = {Severity.URGENT: 0.12, Severity.HIGH: 0.5, Severity.MODERATE: 1.0, Severity.INFO: 1.5}
_REACHED = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}
_REMARKS = (
    "Sertraline 50 mg",
    "Vitamin D",
    "I would like to know how long a visit takes.",
    "Lisinopril 10 mg every day",
)


@dataclass(frozen=True)
class MadeUpPerson:
    """One made-up patient: what they were asked and what they answered."""

    answers: dict[str, Value]
    asked: tuple[str, ...]
    patient: Patient = field(compare=False)
    """The same answers as the rules read them."""


@dataclass
class Temperament:
    """How a person answers: how often something is the matter, how often they are unsure, and how low they
    feel."""

    trouble: float
    unsure: float
    mood: float

    @classmethod
    def draw(cls, chance: random.Random) -> Temperament:
        unsure = 0.12 if chance.random() < 0.08 else 0.012
        return cls(chance.betavariate(1.1, 12.0), unsure, min(1.0, max(0.0, chance.gauss(0.33, 0.22))))


@dataclass
class PeopleMaker:
    """Draws people for one version. The same seed draws the same people."""

    version: Version
    seed: int | str = 0
    chance: random.Random = field(init=False)
    definition: Definition = field(init=False)
    _draws: dict[str, Callable[[Temperament], Value]] = field(init=False)
    """Link id to the function that draws an answer to that question."""

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311 (made-up people need no secrets)
        self.definition = publishing.load_definition(self.version.pk)
        self._draws = {
            link_id: self._plan_answer(question) for link_id, question in self.definition.questions.items()
        }

    def draw_people(self, number: int) -> Iterator[MadeUpPerson]:
        return (self.draw_person() for _ in range(number))

    def draw_person(self) -> MadeUpPerson:
        """Walk the path from the first question, answering each one that opens."""
        temperament, compiled = Temperament.draw(self.chance), compile_questionnaire(self.definition)
        patient = Patient(len(compiled.questions))
        answers: dict[str, Value] = {}
        asked: list[str] = []
        for place, (question, shown_when, known) in enumerate(compiled.questions):
            is_open = patient.is_open[place] = True if shown_when is None else shown_when(patient)
            if is_open is False:
                patient.states[place] = State.NOT_APPLICABLE
            elif is_open:
                asked.append(question.link_id)
                value = self._draws[question.link_id](temperament)
                if value is not None:
                    answers[question.link_id] = value
                classified = known.get(value) or classify_answer(question, value)  # type: ignore[arg-type]
                patient.states[place], patient.values[place] = classified
        return MadeUpPerson(answers, tuple(asked), patient)

    # How one question is answered: each plan is a function of a person's temperament ------------------------

    def _plan_answer(self, question: Question) -> Callable[[Temperament], Value]:
        if question.type is QuestionType.TEXT:
            return lambda _: self.chance.choice(_REMARKS) if self.chance.random() < 0.25 else None
        is_number = question.type is QuestionType.INTEGER
        draw_known = self._plan_number(question) if is_number else self._plan_option(question)
        unsure = [choice.code for choice in question.options if choice.is_unsure] or ["not-sure"]
        takes_several = question.type is QuestionType.MULTI_CHOICE

        def draw(temperament: Temperament) -> Value:
            is_unsure = self.chance.random() < temperament.unsure
            value = self.chance.choice(unsure) if is_unsure else draw_known(temperament)
            return (str(value),) if takes_several else value

        return draw

    def _plan_number(self, question: Question) -> Callable[[Temperament], int | str]:
        low, high = question.minimum or 0, 100 if question.maximum is None else question.maximum
        mean, spread, least, most = _SPREAD.get(
            question.link_id, ((low + high) / 2, (high - low) / 4, low, high)
        )
        return lambda _: max(least, min(most, round(self.chance.gauss(mean, spread))))

    def _plan_option(self, question: Question) -> Callable[[Temperament], int | str]:
        codes = [choice.code for choice in question.options if not choice.is_unsure]
        flagged = {
            code: often for code in codes if (often := self._flagged_options.get((question.link_id, code)))
        }
        calm = [code for code in codes if code not in flagged]
        if question.standard and not flagged:
            return self._plan_scale(codes)
        if not flagged or not calm:
            return self._plan_even_choice(codes)
        plain = _find_plain_code(calm)
        troubled, weights = list(flagged), list(flagged.values())
        most_often = max(weights)

        def draw(temperament: Temperament) -> str:
            if self.chance.random() < temperament.trouble * most_often:
                return self.chance.choices(troubled, weights)[0]
            return plain if plain and self.chance.random() < 0.8 else self.chance.choice(calm)

        return draw

    def _plan_even_choice(self, codes: list[str]) -> Callable[[Temperament], int | str]:
        """Mostly the unremarkable option where there is one."""
        plain = _find_plain_code(codes)
        return lambda _: plain if plain and self.chance.random() < 0.85 else self.chance.choice(codes)

    def _plan_scale(self, codes: list[str]) -> Callable[[Temperament], int | str]:
        """A published scale: the lower the mood, the higher the answer."""
        top = len(codes) - 1

        def draw(temperament: Temperament) -> str:
            place = round(self.chance.gauss(temperament.mood * top - 0.25, 0.6))
            return codes[max(0, min(top, place))]

        return draw

    @cached_property
    def _flagged_options(self) -> dict[tuple[str, str], float]:
        """Options that a flag asks for, and how often they are chosen: the more pressing the flag, the
        rarer."""
        often: dict[tuple[str, str], float] = {}
        for flag in self.definition.flags:
            for test in iter_tests(parse_condition(flag.condition)):
                for option in _find_options(self.definition, test):
                    often[option] = min(often.get(option, 1.0), _OFTEN[flag.severity])
        return often


def _find_plain_code(codes: list[str]) -> str | None:
    """The option that says that nothing is the matter."""
    return next((code for code in (NONE_CODE, "no", "0") if code in codes), None)


def _find_options(definition: Definition, test: Test) -> Iterator[tuple[str, str]]:
    """Every option that a test names, by itself or as a number to reach."""
    match test:
        case OneOf() | HasAny():
            yield from ((test.link_id, code) for code in test.codes)
        case Compare():
            is_reached = _REACHED[test.operator]
            for choice in definition.questions[test.link_id].options:
                if choice.points is not None and is_reached(choice.points, test.number):
                    yield test.link_id, choice.code
        case NotBelow() | ScoreAtLeast() | Missing():
            return
        case _:
            assert_never(test)
