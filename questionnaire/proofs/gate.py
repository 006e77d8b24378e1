"""One version on its own: can every question open, can every flag be raised, in doubt and clear? With the people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from questionnaire import rules
from questionnaire.definition import Definition, Flag
from questionnaire.proof_results import GateResult, GoalKind, Note, NoteKind, Outcome, Proof, ProofError, Witness
from questionnaire.proofs.encoding import Encoding, Formula, PersonVariables, TruthFormulas, all_of, any_of, negate
from questionnaire.proofs.plain_person import build_plain_answers
from questionnaire.proofs.solving import Prover, find_witness, judge_person
from questionnaire.rules import conditions
from questionnaire.rules.conditions import AllOf, AnyOf, Expression
from questionnaire.rules.parsing import parse_condition


@dataclass(frozen=True)
class _Goal:
    subject: str
    wanted: GoalKind
    formula: Formula

    def met(self, judged: rules.Assessment) -> bool:
        """Whether this person, judged by the rules module, is one of those we look for."""
        raised, doubtful = self.subject in judged.raised, self.subject in judged.cannot_tell
        return {
            GoalKind.OPEN: self.subject in judged.open,
            GoalKind.RAISED: raised,
            GoalKind.CANNOT_TELL: doubtful,
            GoalKind.CLEAR: not raised and not doubtful,
        }[self.wanted]


def prove_gate(definition: Definition) -> GateResult:
    """Everything proved about this version, with a plain person for all that is possible.

    Raises ProofError when the prover and the rules module disagree: then nothing it says may be believed.
    """
    person = PersonVariables(definition)
    encoding, prover = Encoding(definition, person.said), Prover(person)
    for flag in definition.flags:
        rail = encoding.flags[flag.code]
        if prover.decide(all_of(rail.t, rail.f), strict=False) is Outcome.FOUND:
            raise ProofError(f"internal error: the flag {flag.code} can be raised and clear at once")
    goals = list(_goals(encoding))
    return GateResult(_proofs(definition, prover, goals), tuple(_notes(definition, encoding, prover)))


def _goals(encoding: Encoding) -> Iterator[_Goal]:
    for link_id, rail in encoding.opened.items():
        yield _Goal(link_id, GoalKind.OPEN, rail.t)
    for code, rail in encoding.flags.items():
        yield _Goal(code, GoalKind.RAISED, rail.t)
        yield _Goal(code, GoalKind.CANNOT_TELL, rail.unknown)
        yield _Goal(code, GoalKind.CLEAR, rail.f)


def _proofs(definition: Definition, prover: Prover, goals: list[_Goal]) -> tuple[Proof, ...]:
    """Everybody who is found is judged, and crosses off every goal they meet: few goals need the solver."""
    people: list[tuple[Witness, rules.Assessment]] = []
    plain, judged = judge_person(definition, build_plain_answers(definition), blanks=False)
    people.append((plain, judged))
    proofs = []
    for goal in goals:
        found = next((person for person, judged in people if goal.met(judged)), None)
        outcome = Outcome.FOUND
        if found is None:
            outcome, found = find_witness(prover, goal.formula, goal.met)
            if found:
                people.append((found, rules.assess(definition, found.answers)))
        proofs.append(Proof(goal.subject, goal.wanted, outcome, found))
    return tuple(proofs)


# Notes ----------------------------------------------------------------------------------------------------------------


def _notes(definition: Definition, encoding: Encoding, prover: Prover) -> Iterator[Note]:
    yield from _subsumed(definition, encoding, prover)
    for flag in definition.flags:
        yield from _idle_parts(flag.code, flag.condition, encoding, prover, opens=False)
    for question in definition.questions.values():
        if question.shown_when:
            yield from _idle_parts(question.link_id, question.shown_when, encoding, prover, opens=True)


def _subsumed(definition: Definition, encoding: Encoding, prover: Prover) -> Iterator[Note]:
    """Flags of one topic whose people all raise another that is at least as severe: is the first one needed?

    A more severe flag inside a milder one is meant so: bands of one number.
    """
    for one in definition.flags:
        for other in definition.flags:
            if one is other or one.topic != other.topic or one.severity.rank < other.severity.rank:
                continue
            if _implies(encoding, prover, one, other):
                mutual = one.severity is other.severity and _implies(encoding, prover, other, one)
                if not mutual:
                    yield Note(NoteKind.SUBSUMED, (one.code, other.code))
                elif definition.flags.index(one) < definition.flags.index(other):
                    yield Note(NoteKind.SAME, (one.code, other.code))


def _implies(encoding: Encoding, prover: Prover, one: Flag, other: Flag) -> bool:
    first, second = encoding.flags[one.code].t, encoding.flags[other.code].t
    return prover.decide(all_of(first, negate(second)), strict=False) is Outcome.IMPOSSIBLE


def _idle_parts(subject: str, condition: str, encoding: Encoding, prover: Prover, *, opens: bool) -> Iterator[Note]:
    whole = parse_condition(condition)
    rail = encoding.expression(whole)
    for part, rest in drop_each_part(whole):
        outcome = prover.decide(encode_difference(rail, encoding.expression(rest)), strict=False)
        if outcome is not Outcome.FOUND:
            kind = NoteKind.IDLE if outcome is Outcome.IMPOSSIBLE else NoteKind.NOT_DECIDED
            yield Note(kind, (subject,), conditions.write_condition(part), opens)


def encode_difference(one: TruthFormulas, other: TruthFormulas) -> Formula:
    """Somebody is judged differently by two conditions."""
    if one.same(other):
        return False
    return any_of(
        all_of(one.t, negate(other.t)),
        all_of(other.t, negate(one.t)),
        all_of(one.f, negate(other.f)),
        all_of(other.f, negate(one.f)),
    )


def drop_each_part(expression: Expression) -> Iterator[tuple[Expression, Expression]]:
    """(part, the expression without it) for every term of every AND and OR."""
    match expression:
        case AllOf(terms) | AnyOf(terms):
            joined = type(expression)
            for place, term in enumerate(terms):
                before, after = terms[:place], terms[place + 1 :]
                rest = (*before, *after)
                yield term, rest[0] if len(rest) == 1 else joined(rest)
                for part, smaller in drop_each_part(term):
                    yield part, joined((*before, smaller, *after))
        case _:
            return  # a single test has no parts
