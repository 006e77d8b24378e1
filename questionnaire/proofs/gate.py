"""One version on its own: can every question open, can every flag be raised, in doubt and clear? With the people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from questionnaire import rules
from questionnaire.definition import Definition, Flag
from questionnaire.proofs.encoding import Encoding, Formula, Person, Rail, both, either, no
from questionnaire.proofs.plain_person import plain_answers
from questionnaire.proofs.results import Gate, Note, NoteKind, Outcome, Proof, ProofError, Wanted, Witness
from questionnaire.proofs.solving import Prover, person_judged, witness
from questionnaire.rules import conditions
from questionnaire.rules.conditions import All, Either, Expression


@dataclass(frozen=True)
class _Goal:
    subject: str
    wanted: Wanted
    formula: Formula

    def met(self, judged: rules.Assessment) -> bool:
        """Whether this person, judged by the rules module, is one of those we look for."""
        raised, doubtful = self.subject in judged.raised, self.subject in judged.cannot_tell
        return {
            Wanted.OPEN: self.subject in judged.open,
            Wanted.RAISED: raised,
            Wanted.CANNOT_TELL: doubtful,
            Wanted.CLEAR: not raised and not doubtful,
        }[self.wanted]


def gate(definition: Definition) -> Gate:
    """Everything proved about this version, with a plain person for all that is possible.

    Raises ProofError when the prover and the rules module disagree: then nothing it says may be believed.
    """
    person = Person(definition)
    encoding, prover = Encoding(definition, person.said), Prover(person)
    for flag in definition.flags:
        rail = encoding.flags[flag.code]
        if prover.decide(both(rail.t, rail.f), strict=False) is Outcome.FOUND:
            raise ProofError(f"internal error: the flag {flag.code} can be raised and clear at once")
    goals = list(_goals(encoding))
    return Gate(_proofs(definition, prover, goals), tuple(_notes(definition, encoding, prover)))


def _goals(encoding: Encoding) -> Iterator[_Goal]:
    for link_id, rail in encoding.opened.items():
        yield _Goal(link_id, Wanted.OPEN, rail.t)
    for code, rail in encoding.flags.items():
        yield _Goal(code, Wanted.RAISED, rail.t)
        yield _Goal(code, Wanted.CANNOT_TELL, rail.unknown)
        yield _Goal(code, Wanted.CLEAR, rail.f)


def _proofs(definition: Definition, prover: Prover, goals: list[_Goal]) -> tuple[Proof, ...]:
    """Everybody who is found is judged, and crosses off every goal they meet: few goals need the solver."""
    people: list[tuple[Witness, rules.Assessment]] = []
    plain, judged = person_judged(definition, plain_answers(definition), blanks=False)
    people.append((plain, judged))
    proofs = []
    for goal in goals:
        found = next((person for person, judged in people if goal.met(judged)), None)
        outcome = Outcome.FOUND
        if found is None:
            outcome, found = witness(prover, goal.formula, goal.met)
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
    return prover.decide(both(first, no(second)), strict=False) is Outcome.IMPOSSIBLE


def _idle_parts(subject: str, condition: str, encoding: Encoding, prover: Prover, *, opens: bool) -> Iterator[Note]:
    whole = conditions.parse(condition)
    rail = encoding.expression(whole)
    for part, rest in without_each_part(whole):
        outcome = prover.decide(differ(rail, encoding.expression(rest)), strict=False)
        if outcome is not Outcome.FOUND:
            kind = NoteKind.IDLE if outcome is Outcome.IMPOSSIBLE else NoteKind.NOT_DECIDED
            yield Note(kind, (subject,), conditions.write(part), opens)


def differ(one: Rail, other: Rail) -> Formula:
    """Somebody is judged differently by two conditions."""
    if one.same(other):
        return False
    return either(
        both(one.t, no(other.t)), both(other.t, no(one.t)), both(one.f, no(other.f)), both(other.f, no(one.f))
    )


def without_each_part(expression: Expression) -> Iterator[tuple[Expression, Expression]]:
    """(part, the expression without it) for every term of every AND and OR."""
    if not isinstance(expression, All | Either):
        return
    kind, terms = type(expression), expression.terms
    for place, term in enumerate(terms):
        rest = (*terms[:place], *terms[place + 1 :])
        yield term, rest[0] if len(rest) == 1 else kind(rest)
        for part, smaller in without_each_part(term):
            yield part, kind((*terms[:place], smaller, *terms[place + 1 :]))
