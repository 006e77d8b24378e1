"""Asks the solver for a person who meets a goal, and makes them as plain as the goal allows before anyone
sees them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import z3

from questionnaire import rules
from questionnaire.definition import Definition, Question, QuestionType
from questionnaire.proof_results import Answers, Outcome, ProofError, Witness
from questionnaire.proofs.formulas import Formula
from questionnaire.proofs.person import AnswerFormulas, PersonVariables
from questionnaire.proofs.plain_person import build_plain_answers, list_preferences
from questionnaire.rules import path
from questionnaire.rules.answers import to_json_value

MILLISECONDS = 10_000
"""For one question to the solver. The slowest one of the shipped questionnaire takes under 100."""
DISAGREEMENT = "internal error: the prover and the rules module judge a person differently"


@dataclass(frozen=True)
class _Preference:
    """Something that keeps an answer plain, as a literal that can be assumed or given up."""

    literal: Formula
    rank: int
    place: int

    @property
    def id(self) -> int:
        return int(self.literal.get_id())

    @property
    def order(self) -> tuple[int, int]:
        """What is given up last comes first."""
        return self.rank, self.place


@dataclass(frozen=True)
class _PlainAnswer:
    """What keeps one answer plain: the plain answer itself, and what is preferred when that cannot be."""

    value: Any
    itself: _Preference
    otherwise: tuple[_Preference, ...]


class Prover:
    """One solver over one or two people, who may share answers. Not thread-safe, as z3 is not."""

    def __init__(self, *people: PersonVariables, milliseconds: int = MILLISECONDS) -> None:
        self.people = people
        self.strict = people[0].strict
        self.solver = z3.Solver()
        self.solver.set("timeout", milliseconds)
        self.plain: dict[int, _PlainAnswer] = {}
        """By the identity of the answer's formulas: two people may share them."""
        for person in people:
            self.solver.add(*person.constraints)
            plain = build_plain_answers(person.definition)
            for link_id, question in person.definition.questions.items():
                answer = person.answers[link_id]
                if id(answer) not in self.plain:
                    self.plain[id(answer)] = self._add_preferences(question, answer, plain[link_id])

    def _add_preferences(self, question: Question, answer: AnswerFormulas, value: Any) -> _PlainAnswer:
        preferences: list[_Preference] = []
        for rank, formula in list_preferences(question, answer, value):
            literal = z3.Bool(f"preference {len(self.plain)} {len(preferences)}")
            self.solver.add(z3.Implies(literal, formula))
            preferences.append(_Preference(literal, rank, len(self.plain)))
        return _PlainAnswer(value, preferences[0], tuple(preferences[1:]))

    def decide(self, goal: Formula, *, strict: bool = True) -> Outcome:
        """Whether anybody meets this goal."""
        if goal is False:
            return Outcome.IMPOSSIBLE
        self.solver.push()
        self.solver.add(goal)
        outcome = _read_outcome(self._check(self._list_assumed(strict)))
        self.solver.pop()
        return outcome

    def find(self, goal: Formula, *, strict: bool = True, tidy: bool = True) -> tuple[Outcome, list[Answers]]:
        """The plainest person who meets the goal: for each of the people, their answer to every question.

        Not `tidy`: as few odd answers, but those as they come, which takes half the time.
        """
        if goal is False:
            return Outcome.IMPOSSIBLE, []
        self.solver.push()
        self.solver.add(goal)
        try:
            outcome = _read_outcome(self._check(self._list_assumed(strict)))
            return (outcome, self._find_plainest(strict, tidy)) if outcome is Outcome.FOUND else (outcome, [])
        finally:
            self.solver.pop()

    def _check(self, assumed: list[Formula]) -> z3.CheckSatResult:
        # Solver.check looks at every argument in Python, which took half the time of a comparison: call C
        # directly.
        literals = (z3.Ast * len(assumed))(*(literal.as_ast() for literal in assumed))
        context = self.solver.ctx.ref()
        return z3.CheckSatResult(
            z3.Z3_solver_check_assumptions(context, self.solver.solver, len(assumed), literals)
        )

    def _list_assumed(self, strict: bool) -> list[Formula]:
        return [self.strict] if strict else []

    def _find_plainest(self, strict: bool, tidy: bool) -> list[Answers]:
        """As many plain answers as can be, then the plainest of the others."""
        model = self.solver.model()
        assumed = self._list_assumed(strict)
        preferred = {plain.itself.id: plain.itself for plain in self.plain.values()}
        met, model = self._meet_preferences(preferred, assumed, model)
        odd = [plain for plain in self.plain.values() if plain.itself.id not in met]
        otherwise = {preference.id: preference for plain in odd for preference in plain.otherwise}
        assumed += [preference.literal for preference in met.values()]
        if tidy:
            _, model = self._meet_preferences(otherwise, assumed, model)
        return [self._read_answers(person, model, met) for person in self.people]

    def _meet_preferences(
        self, preferred: dict[int, _Preference], assumed: list[Formula], model: z3.ModelRef
    ) -> tuple[dict[int, _Preference], z3.ModelRef]:
        """Meets every preference but those that stand in the way."""
        # All are assumed at once. While that is impossible, the solver's unsat core names some that cannot
        # stand together, and the least of these is given up: about one check for each odd answer, not one for
        # each question.
        met, given_up = dict(preferred), []
        while met:
            if self._check([*assumed, *(preference.literal for preference in met.values())]) == z3.sat:
                break
            blamed = [met[core.get_id()] for core in self.solver.unsat_core() if core.get_id() in met]
            if not blamed:  # out of time: the person stays as found, only less plain
                return {}, model
            least = max(blamed, key=lambda preference: preference.order)
            given_up.append(met.pop(least.id))
        model = self.solver.model() if met else model
        # What was given up early may be possible after what was given up later.
        for preference in sorted(given_up[:-1], key=lambda preference: preference.order):
            if (
                self._check([*assumed, *(other.literal for other in met.values()), preference.literal])
                == z3.sat
            ):
                model = self.solver.model()
                met[preference.id] = preference
        return met, model

    def _read_answers(
        self, person: PersonVariables, model: z3.ModelRef, met: dict[int, _Preference]
    ) -> Answers:
        answers: Answers = {}
        for link_id, question in person.definition.questions.items():
            plain = self.plain[id(person.answers[link_id])]
            is_plain = plain.itself.id in met
            answers[link_id] = plain.value if is_plain else _read_answer(person, question, model)
        return answers


def _read_outcome(checked: z3.CheckSatResult) -> Outcome:
    if checked == z3.sat:
        return Outcome.FOUND
    return Outcome.IMPOSSIBLE if checked == z3.unsat else Outcome.NOT_DECIDED


def _read_answer(person: PersonVariables, question: Question, model: z3.ModelRef) -> Any:
    """What the model lets this person say, in the shape that is stored."""

    def holds(formula: Formula) -> bool:
        # A variable that the goal does not need is absent from the model: completion gives it some value.
        return formula is True or (
            formula is not False and z3.is_true(model.eval(formula, model_completion=True))
        )

    answer = person.answers[question.link_id]
    if holds(answer.blank):
        return None
    if question.type is QuestionType.TEXT:
        return "In my own words"
    if question.type is QuestionType.INTEGER:
        return (
            "not-sure" if holds(answer.unsure) else model.eval(answer.number, model_completion=True).as_long()
        )
    ticked = [choice.code for choice in question.options if holds(answer.codes[choice.code])]
    return ticked if question.type is QuestionType.MULTI_CHOICE else ticked[0]


# From the solver's people to witnesses ----------------------------------------------------------------------


def judge_person(
    definition: Definition, answers: Answers, *, blanks: bool
) -> tuple[Witness, rules.Assessment]:
    """The person as they are shown, by the rules module alone: asked what they are asked, and judged.

    Raises ProofError for somebody who could not reach the end of the patient's pages.
    """
    asked = path.find_open_questions(definition, answers)
    given = {link_id: to_json_value(answers.get(link_id)) for link_id in asked}
    if not blanks and not path.walk_path(definition, given, asked).complete:
        raise ProofError("internal error: the prover found a person whom the pages stop half-way")
    assessment = rules.assess(definition, given)
    raised = tuple(flag.code for flag in assessment.flags)
    return Witness(given, raised, assessment.cannot_tell, blanks), assessment


def find_witness(
    prover: Prover,
    goal: Formula,
    is_met: Callable[[rules.Assessment], bool],
    modes: Collection[bool] = (True, False),
) -> tuple[Outcome, Witness | None]:
    """The plainest person who meets the goal; on the patient's pages if possible, else with answers left
    blank.

    Raises ProofError when the rules module does not agree that they meet it.
    """
    outcome = Outcome.IMPOSSIBLE
    for strict in modes:
        outcome, people = prover.find(goal, strict=strict)
        if outcome is Outcome.FOUND:
            witness, assessment = judge_person(prover.people[0].definition, people[0], blanks=not strict)
            if not is_met(assessment):
                raise ProofError(DISAGREEMENT)
            return outcome, witness
        if outcome is Outcome.NOT_DECIDED:
            break
    return outcome, None
