"""One version on its own: can every question open, can every flag be raised, in doubt and clear? With the
people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from questionnaire import rules
from questionnaire.definition import Definition, Flag
from questionnaire.proof_results import (
    GateResult,
    GoalKind,
    Note,
    NoteKind,
    Outcome,
    Proof,
    ProofError,
    Witness,
)
from questionnaire.proofs.encoding import Encoding
from questionnaire.proofs.formulas import Formula, all_of, encode_disagreement, negate
from questionnaire.proofs.person import PersonVariables
from questionnaire.proofs.plain_person import build_plain_answers
from questionnaire.proofs.solving import Prover, find_witness, judge_person
from questionnaire.rules.conditions import AllOf, AnyOf, Expression, write_condition
from questionnaire.rules.folding import find_covered
from questionnaire.rules.parsing import parse_condition
from questionnaire.rules.states import Verdict


@dataclass(frozen=True)
class _Goal:
    """Something that should be possible, and the formula of the people for whom it is."""

    subject: str
    wanted: GoalKind
    formula: Formula

    def is_met(self, assessment: rules.Assessment) -> bool:
        """Whether this person, judged by the rules module, is one of those we look for."""
        if self.wanted is GoalKind.OPEN:
            return self.subject in assessment.open
        return assessment.find_verdict(self.subject) is Verdict(self.wanted)


def prove_gate(definition: Definition) -> GateResult:
    """Everything proved about this version, with a plain person for all that is possible.

    Raises ProofError when the prover and the rules module disagree: then nothing it says may be believed.
    """
    person = PersonVariables(definition)
    encoding, prover = Encoding(definition, person.answers), Prover(person)
    for flag in definition.flags:
        encoded = encoding.flags[flag.code]
        if prover.decide(all_of(encoded.when_true, encoded.when_false), strict=False) is Outcome.FOUND:
            raise ProofError(f"internal error: the flag {flag.code} can be raised and clear at once")
    proofs = _prove_goals(definition, prover, list(_list_goals(encoding)))
    return GateResult(proofs, tuple(_find_notes(definition, encoding, prover)))


def _list_goals(encoding: Encoding) -> Iterator[_Goal]:
    for link_id, opening in encoding.opening.items():
        yield _Goal(link_id, GoalKind.OPEN, opening.when_true)
    for code, flag in encoding.flags.items():
        yield _Goal(code, GoalKind.RAISED, flag.when_true)
        yield _Goal(code, GoalKind.CANNOT_TELL, flag.when_unknown)
        yield _Goal(code, GoalKind.CLEAR, flag.when_false)


def _prove_goals(definition: Definition, prover: Prover, goals: list[_Goal]) -> tuple[Proof, ...]:
    # Everybody who is found is judged by the rules, which takes a fifth of a millisecond, and crosses off
    # every other
    # goal they meet: about one goal in four is left for the solver.
    people: list[tuple[Witness, rules.Assessment]] = [
        judge_person(definition, build_plain_answers(definition), blanks=False)
    ]
    proofs = []
    for goal in goals:
        witness = next((person for person, assessment in people if goal.is_met(assessment)), None)
        outcome = Outcome.FOUND
        if witness is None:
            outcome, witness = find_witness(prover, goal.formula, goal.is_met)
            if witness:
                people.append((witness, rules.assess(definition, witness.answers)))
        proofs.append(Proof(goal.subject, goal.wanted, outcome, witness))
    return tuple(proofs)


# Notes ------------------------------------------------------------------------------------------------------


def _find_notes(definition: Definition, encoding: Encoding, prover: Prover) -> Iterator[Note]:
    yield from _find_subsumed_flags(definition, encoding, prover)
    yield from _find_other_concerns(definition, encoding, prover)
    for flag in definition.flags:
        yield from _find_idle_parts(flag.code, flag.condition, encoding, prover, opens=False)
    for question in definition.questions.values():
        if question.shown_when:
            yield from _find_idle_parts(question.link_id, question.shown_when, encoding, prover, opens=True)


def _find_subsumed_flags(definition: Definition, encoding: Encoding, prover: Prover) -> Iterator[Note]:
    """Flags of one topic whose people all raise another that is at least as severe: is the first one needed?

    A more severe flag inside a milder one is meant so: bands of one number.
    """
    for one in definition.flags:
        for other in definition.flags:
            if one is other or one.topic != other.topic or one.severity.rank < other.severity.rank:
                continue
            if other.code in find_covered(definition, one.code):
                continue
            if _implies(encoding, prover, one, other):
                is_mutual = one.severity is other.severity and _implies(encoding, prover, other, one)
                if not is_mutual:
                    yield Note(NoteKind.SUBSUMED, (one.code, other.code))
                elif definition.flags.index(one) < definition.flags.index(other):
                    yield Note(NoteKind.SAME, (one.code, other.code))


def _find_other_concerns(definition: Definition, encoding: Encoding, prover: Prover) -> Iterator[Note]:
    """Flags that cover one which is not always raised with them, each with a person who shows it."""
    for flag in definition.flags:
        for code in flag.covers:
            apart = all_of(encoding.flags[flag.code].when_true, negate(encoding.flags[code].when_true))

            def met(judged: rules.Assessment, top: str = flag.code, covered: str = code) -> bool:
                return top in judged.raised and covered not in judged.raised

            outcome, found = find_witness(prover, apart, met)
            if outcome is not Outcome.IMPOSSIBLE:
                yield Note(NoteKind.COVERS_ANOTHER_CONCERN, (flag.code, code), witness=found)


def _implies(encoding: Encoding, prover: Prover, one: Flag, other: Flag) -> bool:
    first, second = encoding.flags[one.code].when_true, encoding.flags[other.code].when_true
    return prover.decide(all_of(first, negate(second)), strict=False) is Outcome.IMPOSSIBLE


def _find_idle_parts(
    subject: str, condition: str, encoding: Encoding, prover: Prover, *, opens: bool
) -> Iterator[Note]:
    whole = parse_condition(condition)
    encoded = encoding.encode(whole)
    for part, rest in _drop_each_part(whole):
        outcome = prover.decide(encode_disagreement(encoded, encoding.encode(rest)), strict=False)
        if outcome is not Outcome.FOUND:
            kind = NoteKind.IDLE if outcome is Outcome.IMPOSSIBLE else NoteKind.NOT_DECIDED
            yield Note(kind, (subject,), write_condition(part), opens)


def _drop_each_part(expression: Expression) -> Iterator[tuple[Expression, Expression]]:
    """(part, the expression without it) for every term of every AND and OR."""
    match expression:
        case AllOf(terms) | AnyOf(terms):
            joined = type(expression)
            for place, term in enumerate(terms):
                before, after = terms[:place], terms[place + 1 :]
                rest = (*before, *after)
                yield term, rest[0] if len(rest) == 1 else joined(rest)
                for part, smaller in _drop_each_part(term):
                    yield part, joined((*before, smaller, *after))
        case _:
            return  # a single test has no parts
