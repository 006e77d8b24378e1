"""Puts what the prover found into words an editor can act on."""

from __future__ import annotations

from collections.abc import Iterator

from questionnaire.checks.problem import Problem
from questionnaire.proof_results import (
    ComparisonResult,
    DoubtResult,
    GateResult,
    GoalKind,
    MutationResult,
    NoteKind,
    Outcome,
    Proof,
    Survivor,
    Weakening,
    WeakeningKind,
    Witness,
)

_IMPOSSIBLE = {
    GoalKind.OPEN: "can never open: no answers lead to it (proved); change what opens it",
    GoalKind.RAISED: "can never be raised: no answers lead to it (proved); change its condition",
    GoalKind.CLEAR: (
        "is never clear: whatever a patient says, it is raised or in doubt (proved); change its condition"
    ),
    GoalKind.CANNOT_TELL: "can never be in doubt (proved)",
}
_NOT_DECIDED = "could not be decided in time whether it can be {wanted}; make its condition simpler"
_WANTED = {
    GoalKind.OPEN: "open",
    GoalKind.RAISED: "raised",
    GoalKind.CLEAR: "clear",
    GoalKind.CANNOT_TELL: "in doubt",
}
_NOTES = {
    NoteKind.SAME: "is raised by exactly the same people as {other}",
    NoteKind.SUBSUMED: "is raised only by people who raise {other} too, which is at least as severe",
    NoteKind.IDLE: 'the part "{part}" of its condition changes no verdict',
    NoteKind.COVERS_ANOTHER_CONCERN: "covers {other}, and can be raised without it: are they one "
    "concern?{who}",
    NoteKind.NOT_DECIDED: 'could not be decided in time whether the part "{part}" of its condition matters',
}
_WEAKER = {
    WeakeningKind.DELETED: "is gone: somebody it used to flag is no longer flagged",
    WeakeningKind.SILENCED: "is clear for somebody it used to flag",
    WeakeningKind.DOUBTED: "can no longer tell for somebody it used to flag",
    WeakeningKind.DOUBT_LOST: "is clear for somebody about whom it could not tell before",
    WeakeningKind.LOWERED: "is less severe than before: {before} became {after}",
    WeakeningKind.NOT_DECIDED: "could not be compared with the version before in time",
}


def describe_gate(gate: GateResult) -> tuple[Problem, ...]:
    """What the proofs say of one version: what blocks first, then the notes."""
    blocking = (
        Problem("proof", _name_part(p.subject, p.wanted is GoalKind.OPEN), _describe_proof(p))
        for p in gate.blocking
    )
    notes = (
        Problem(
            f"proof-{note.kind}",
            _name_part(note.subjects[0], note.opens),
            _NOTES[note.kind].format(
                other=note.subjects[-1], part=note.part, who=_describe_witness(note.witness)
            ),
            blocks=False,
        )
        for note in gate.notes
    )
    return (*blocking, *notes)


def _describe_witness(witness: Witness | None) -> str:
    """What this person raises, for an editor who knows the flags by their codes."""
    return f" (somebody raises {', '.join(witness.raised)})" if witness else ""


def describe_weakenings(differences: ComparisonResult) -> tuple[Problem, ...]:
    """What publishing needs a written reason and a second person for."""
    return tuple(Problem("weaker", f"flag {w.flag}", describe_weakening(w)) for w in differences.weakenings)


def describe_weakening(weakening: Weakening) -> str:
    """One weakening in words, after the name of its flag."""
    return _WEAKER[weakening.kind].format(before=weakening.severity_before, after=weakening.severity_after)


def describe_survivors(mutation: MutationResult) -> tuple[Problem, ...]:
    """Mistakes that no vignette would notice: each is a vignette that is missing."""
    return tuple(_describe_survivor(survivor) for survivor in mutation.survivors)


def describe_doubt_losses(doubt: DoubtResult) -> Iterator[Problem]:
    """Questions where saying "not sure" could get somebody out of a flag."""
    for loss in doubt.losses:
        flags = ", ".join(loss.flags)
        undecided = 'could not be decided in time whether "not sure" clears'
        message = f'"not sure" would clear {flags}' if flags else undecided
        yield Problem("doubt", f"question {loss.link_id}", message)


def _describe_proof(proof: Proof) -> str:
    if proof.outcome is Outcome.NOT_DECIDED:
        return _NOT_DECIDED.format(wanted=_WANTED[proof.wanted])
    return _IMPOSSIBLE[proof.wanted]


def _describe_survivor(survivor: Survivor) -> Problem:
    what = "what opens it" if survivor.mutant.opens else "its condition"
    return Problem(
        "unguarded",
        survivor.mutant.where,
        f"no vignette would notice if in {what} {survivor.mutant.change}",
        blocks=False,
    )


def _name_part(subject: str, is_question: bool) -> str:
    return f"{'question' if is_question else 'flag'} {subject}"
