"""Made-up patients for demos and load: plausible people whose answers are mostly unremarkable.

Each person walks the real path, as the rules open it. Nothing is written here: see actions/synthesis.py.
"""

from __future__ import annotations

import operator
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from questionnaire.actions import publishing
from questionnaire.definition import NONE_CODE, Definition, Question, QuestionType, Severity
from questionnaire.models import Version
from questionnaire.rules import conditions
from questionnaire.rules.answers import Value
from questionnaire.rules.conditions import AllOf, AnyOf, Compare, Expression, HasAny, OneOf
from questionnaire.rules.evaluation import Patient, State, classify_answer, compile_questionnaire

_SPREAD = {"age": (44.0, 14.0, 18, 88), "bp-systolic": (127.0, 13.0, 92, 196), "bp-diastolic": (79.0, 9.0, 52, 118)}
"""Mean, spread, least and most of the numbers that people are plausible in; others are drawn evenly."""
_OFTEN = {Severity.URGENT: 0.12, Severity.HIGH: 0.5, Severity.MODERATE: 1.0, Severity.INFO: 1.5}
_REACHED = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}
_SAID = ("Sertraline 50 mg", "Vitamin D", "I would like to know how long a visit takes.", "Lisinopril 10 mg every day")


@dataclass(frozen=True)
class Person:
    """One made-up patient: what they answered, and how they feel about answering."""

    answers: dict[str, Value]
    asked: tuple[str, ...]
    patient: Patient = field(compare=False)
    """The same answers as the rules read them."""


@dataclass
class Temper:
    """How a person answers: how often something is the matter, how often they are unsure, and how low they feel."""

    trouble: float
    unsure: float
    mood: float

    @classmethod
    def drawn(cls, chance: random.Random) -> Temper:
        unsure = 0.12 if chance.random() < 0.08 else 0.012
        return cls(chance.betavariate(1.1, 12.0), unsure, min(1.0, max(0.0, chance.gauss(0.33, 0.22))))


@dataclass
class Synthesis:
    """Draws people for one version. The same seed draws the same people."""

    version: Version
    seed: int | str = 0
    chance: random.Random = field(init=False)
    definition: Definition = field(init=False)
    _draws: dict[str, Callable[[Temper], Value]] = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311 (made-up people need no secrets)
        self.definition = publishing.load_definition(self.version.pk)
        self._draws = {link_id: self._draw_for(question) for link_id, question in self.definition.questions.items()}

    def person(self) -> Person:
        """Walk the path from the first question, answering each one that opens."""
        temper, compiled = Temper.drawn(self.chance), compile_questionnaire(self.definition)
        patient = Patient(len(compiled.questions))
        answers: dict[str, Value] = {}
        asked: list[str] = []
        for place, (question, shown_when, codes) in enumerate(compiled.questions):
            is_open = patient.opened[place] = True if shown_when is None else shown_when(patient)
            if is_open is False:
                patient.states[place] = State.NOT_APPLICABLE
            elif is_open:
                asked.append(question.link_id)
                value = self._draws[question.link_id](temper)
                if value is not None:
                    answers[question.link_id] = value
                patient.states[place], patient.values[place] = codes.get(value) or classify_answer(question, value)  # type: ignore[arg-type]
        return Person(answers, tuple(asked), patient)

    def people(self, number: int) -> Iterator[Person]:
        return (self.person() for _ in range(number))

    # How one question is answered ------------------------------------------------------------------------------------

    def _draw_for(self, question: Question) -> Callable[[Temper], Value]:
        if question.type is QuestionType.TEXT:
            return lambda temper: self.chance.choice(_SAID) if self.chance.random() < 0.25 else None
        pick = self._number_for(question) if question.type is QuestionType.INTEGER else self._option_for(question)
        unsure = [choice.code for choice in question.options if choice.is_unsure] or ["not-sure"]
        several = question.type is QuestionType.MULTI_CHOICE
        random_ = self.chance.random

        def draw(temper: Temper) -> Value:
            value = self.chance.choice(unsure) if random_() < temper.unsure else pick(temper)
            return (str(value),) if several else value

        return draw

    def _number_for(self, question: Question) -> Callable[[Temper], int | str]:
        low, high = question.minimum or 0, 100 if question.maximum is None else question.maximum
        mean, spread, least, most = _SPREAD.get(question.link_id, ((low + high) / 2, (high - low) / 4, low, high))
        return lambda temper: max(least, min(most, round(self.chance.gauss(mean, spread))))

    def _option_for(self, question: Question) -> Callable[[Temper], int | str]:
        codes = [choice.code for choice in question.options if not choice.is_unsure]
        telling = {
            code: self._telling[question.link_id, code] for code in codes if (question.link_id, code) in self._telling
        }
        calm = [code for code in codes if code not in telling]
        if question.standard and len(calm) == len(codes):
            return self._scale(codes)
        if not telling or not calm:
            return self._evenly(codes)
        plain = next((code for code in (NONE_CODE, "no", "0") if code in calm), None)
        troubled, weights = list(telling), list(telling.values())
        haste = max(weights)

        def pick(temper: Temper) -> str:
            if self.chance.random() < temper.trouble * haste:
                return self.chance.choices(troubled, weights)[0]
            return plain if plain and self.chance.random() < 0.8 else self.chance.choice(calm)

        return pick

    def _evenly(self, codes: list[str]) -> Callable[[Temper], int | str]:
        """Mostly the unremarkable option where there is one."""
        plain = next((code for code in (NONE_CODE, "no", "0") if code in codes), None)
        return lambda temper: plain if plain and self.chance.random() < 0.85 else self.chance.choice(codes)

    def _scale(self, codes: list[str]) -> Callable[[Temper], int | str]:
        """A published scale: the lower the mood, the higher the answer."""
        top = len(codes) - 1
        return lambda temper: codes[max(0, min(top, round(self.chance.gauss(temper.mood * top - 0.25, 0.6))))]

    @cached_property
    def _telling(self) -> dict[tuple[str, str], float]:
        """Options that a flag asks for, and how often they are chosen: the more pressing the flag, the rarer."""
        found: dict[tuple[str, str], float] = {}
        for flag in self.definition.flags:
            for option in _options_in(self.definition, conditions.parse_condition(flag.condition)):
                found[option] = min(found.get(option, 1.0), _OFTEN[flag.severity])
        return found


def _options_in(definition: Definition, expression: Expression) -> Iterator[tuple[str, str]]:
    """Every option that a condition names, by itself or as a number to reach."""
    if isinstance(expression, AllOf | AnyOf):
        for term in expression.terms:
            yield from _options_in(definition, term)
    elif isinstance(expression, OneOf | HasAny):
        yield from ((expression.link_id, code) for code in expression.codes)
    elif isinstance(expression, Compare):
        reached = _REACHED[expression.operator]
        for choice in definition.questions[expression.link_id].options:
            if choice.points is not None and reached(choice.points, expression.number):
                yield expression.link_id, choice.code
