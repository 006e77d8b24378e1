"""Asks the solver for a person who meets a goal, and makes them as plain as the goal allows before anyone sees them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import z3

from questionnaire import rules
from questionnaire.definition import Definition, Question, QuestionType
from questionnaire.proof_results import Answers, Outcome, ProofError, Witness
from questionnaire.proofs.encoding import AnswerFormulas, Formula, PersonVariables
from questionnaire.proofs.plain_person import build_plain_answers, list_wishes
from questionnaire.rules import path
from questionnaire.rules.answers import to_json_value

MILLISECONDS = 10_000
"""For one question to the solver. The slowest one of the shipped questionnaire takes under 100."""


@dataclass(frozen=True)
class _Wish:
    literal: Formula
    rank: int
    place: int

    @property
    def id(self) -> int:
        return int(self.literal.get_id())


@dataclass(frozen=True)
class _Plain:
    """What keeps one answer plain: the plain answer itself, and what is left to wish for when that cannot be."""

    value: Any
    itself: _Wish
    otherwise: tuple[_Wish, ...]


class Prover:
    """One solver over one or two people, who may share answers. Not thread-safe, as z3 is not."""

    def __init__(self, *people: PersonVariables, milliseconds: int = MILLISECONDS) -> None:
        self.people = people
        self.strict = people[0].strict
        self.solver = z3.Solver()
        self.solver.set("timeout", milliseconds)
        self.plain: dict[int, _Plain] = {}
        """By the identity of what was said: two people may share it."""
        for person in people:
            self.solver.add(*person.rules)
            plain = build_plain_answers(person.definition)
            for link_id, question in person.definition.questions.items():
                said = person.said[link_id]
                if id(said) not in self.plain:
                    self.plain[id(said)] = self._plain(question, said, plain[link_id])

    def _plain(self, question: Question, said: AnswerFormulas, value: Any) -> _Plain:
        wishes_made: list[_Wish] = []
        for rank, formula in list_wishes(question, said, value):
            literal = z3.Bool(f"wish {len(self.plain)} {len(wishes_made)}")
            self.solver.add(z3.Implies(literal, formula))
            wishes_made.append(_Wish(literal, rank, len(self.plain)))
        return _Plain(value, wishes_made[0], tuple(wishes_made[1:]))

    def decide(self, goal: Formula, *, strict: bool = True) -> Outcome:
        """Whether anybody meets this goal."""
        if goal is False:
            return Outcome.IMPOSSIBLE
        self.solver.push()
        self.solver.add(goal)
        outcome = _outcome(self._check(self._assumed(strict)))
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
            outcome = _outcome(self._check(self._assumed(strict)))
            return (outcome, self._plainest(strict, tidy)) if outcome is Outcome.FOUND else (outcome, [])
        finally:
            self.solver.pop()

    def _check(self, assumed: list[Formula]) -> z3.CheckSatResult:
        """`Solver.check` without its checks of every argument, which took half the time of a comparison."""
        literals = (z3.Ast * len(assumed))(*(literal.as_ast() for literal in assumed))
        context = self.solver.ctx.ref()
        return z3.CheckSatResult(z3.Z3_solver_check_assumptions(context, self.solver.solver, len(assumed), literals))

    def _assumed(self, strict: bool) -> list[Formula]:
        return [self.strict] if strict else []

    def _plainest(self, strict: bool, tidy: bool) -> list[Answers]:
        """As many plain answers as can be, then the plainest of the others."""
        model = self.solver.model()
        assumed = self._assumed(strict)
        itself = {plain.itself.id: plain.itself for plain in self.plain.values()}
        granted, model = self._grant(itself, assumed, model)
        odd = [plain for plain in self.plain.values() if plain.itself.id not in granted]
        otherwise = {wish.id: wish for plain in odd for wish in plain.otherwise}
        assumed += [wish.literal for wish in granted.values()]
        if tidy:
            _, model = self._grant(otherwise, assumed, model)
        return [self._answers(person, model, granted) for person in self.people]

    def _grant(
        self, wished: dict[int, _Wish], assumed: list[Formula], model: z3.ModelRef
    ) -> tuple[dict[int, _Wish], z3.ModelRef]:
        """Grants every wish but those that stand in the way, found one by one from the solver's own reasons."""
        granted, given_up = dict(wished), []
        while granted:
            checked = self._check([*assumed, *(wish.literal for wish in granted.values())])
            if checked == z3.sat:
                break
            blamed = [granted[core.get_id()] for core in self.solver.unsat_core() if core.get_id() in granted]
            if not blamed:  # out of time: the person stays as found, only less plain
                return {}, model
            least = max(blamed, key=lambda wish: (wish.rank, wish.place))
            given_up.append(granted.pop(least.id))
        model = self.solver.model() if granted else model
        for wish in sorted(given_up[:-1], key=lambda wish: (wish.rank, wish.place)):  # possible after all?
            if self._check([*assumed, *(kept.literal for kept in granted.values()), wish.literal]) == z3.sat:
                model = self.solver.model()
                granted[wish.id] = wish
        return granted, model

    def _answers(self, person: PersonVariables, model: z3.ModelRef, granted: dict[int, _Wish]) -> Answers:
        answers: Answers = {}
        for link_id, question in person.definition.questions.items():
            plain = self.plain[id(person.said[link_id])]
            kept = plain.itself.id in granted
            answers[link_id] = plain.value if kept else _said(person, question, model)
        return answers


def _outcome(checked: z3.CheckSatResult) -> Outcome:
    if checked == z3.sat:
        return Outcome.FOUND
    return Outcome.IMPOSSIBLE if checked == z3.unsat else Outcome.NOT_DECIDED


def _said(person: PersonVariables, question: Question, model: z3.ModelRef) -> Any:
    """What the model lets this person say, in the shape that is stored."""

    def holds(formula: Formula) -> bool:
        return formula is True or (formula is not False and z3.is_true(model.eval(formula, model_completion=True)))

    said = person.said[question.link_id]
    if holds(said.blank):
        return None
    if question.type is QuestionType.TEXT:
        return "In my own words"
    if question.type is QuestionType.INTEGER:
        return "not-sure" if holds(said.unsure) else model.eval(said.number, model_completion=True).as_long()
    ticked = [choice.code for choice in question.options if holds(said.codes[choice.code])]
    return ticked if question.type is QuestionType.MULTI_CHOICE else ticked[0]


def judge_person(definition: Definition, answers: Answers, *, blanks: bool) -> tuple[Witness, rules.Assessment]:
    """The person as they are shown, by the rules module alone: asked what they are asked, and judged.

    Raises ProofError for somebody who could not reach the end of the patient's pages.
    """
    asked = path.find_open_questions(definition, answers)
    told = {link_id: to_json_value(answers.get(link_id)) for link_id in asked}
    if not blanks and not path.walk_path(definition, told, asked).complete:
        raise ProofError("internal error: the prover found a person whom the pages stop half-way")
    judged = rules.assess(definition, told)
    return Witness(told, tuple(flag.code for flag in judged.flags), judged.cannot_tell, blanks), judged


def find_witness(
    prover: Prover, goal: Formula, met: Callable[[rules.Assessment], bool], modes: Collection[bool] = (True, False)
) -> tuple[Outcome, Witness | None]:
    """The plainest person who meets the goal; on the patient's pages if possible, else with answers left blank.

    Raises ProofError when the rules module does not agree that they meet it.
    """
    outcome = Outcome.IMPOSSIBLE
    for strict in modes:
        outcome, people = prover.find(goal, strict=strict)
        if outcome is Outcome.FOUND:
            found, judged = judge_person(prover.people[0].definition, people[0], blanks=not strict)
            if not met(judged):
                raise ProofError("internal error: the prover and the rules module judge a person differently")
            return outcome, found
        if outcome is Outcome.NOT_DECIDED:
            break
    return outcome, None
