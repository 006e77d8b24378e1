"""What the prover found, in words an editor can act on."""

from __future__ import annotations

from collections.abc import Iterator

from questionnaire.checks.problem import Problem
from questionnaire.proofs.results import (
    Differences,
    Doubt,
    Gate,
    Mutant,
    Mutation,
    NoteKind,
    Outcome,
    Proof,
    Survivor,
    Wanted,
    Weakening,
    Weaker,
)

_IMPOSSIBLE = {
    Wanted.OPEN: "can never open: no answers lead to it (proved); change what opens it",
    Wanted.RAISED: "can never be raised: no answers lead to it (proved); change its condition",
    Wanted.CLEAR: "is never clear: whatever a patient says, it is raised or in doubt (proved); change its condition",
    Wanted.CANNOT_TELL: "can never be in doubt (proved)",
}
_NOT_DECIDED = "could not be decided in time whether it can be {wanted}; make its condition simpler"
_WANTED = {Wanted.OPEN: "open", Wanted.RAISED: "raised", Wanted.CLEAR: "clear", Wanted.CANNOT_TELL: "in doubt"}
_NOTES = {
    NoteKind.SAME: "is raised by exactly the same people as {other}",
    NoteKind.SUBSUMED: "is raised only by people who raise {other} too, which is at least as severe",
    NoteKind.IDLE: 'the part "{part}" of its condition changes no verdict',
    NoteKind.NOT_DECIDED: 'could not be decided in time whether the part "{part}" of its condition matters',
}
_WEAKER = {
    Weaker.DELETED: "is gone: somebody it used to flag is no longer flagged",
    Weaker.SILENCED: "is clear for somebody it used to flag",
    Weaker.DOUBTED: "can no longer tell for somebody it used to flag",
    Weaker.DOUBT_LOST: "is clear for somebody about whom it could not tell before",
    Weaker.LOWERED: "is less severe than before: {before} became {after}",
    Weaker.NOT_DECIDED: "could not be compared with the version before in time",
}


def gate_problems(gate: Gate) -> tuple[Problem, ...]:
    """What the proofs say of one version: what blocks first, then the notes."""
    blocking = (Problem("proof", _where(p.subject, p.wanted is Wanted.OPEN), _proof(p)) for p in gate.blocking)
    notes = (
        Problem(
            f"proof-{note.kind}",
            _where(note.subjects[0], note.opens),
            _NOTES[note.kind].format(other=note.subjects[-1], part=note.part),
            blocks=False,
        )
        for note in gate.notes
    )
    return (*blocking, *notes)


def weakening_problems(differences: Differences) -> tuple[Problem, ...]:
    """What publishing needs a written reason and a second person for."""
    return tuple(Problem("weaker", f"flag {w.flag}", weakened(w)) for w in differences.weakenings)


def weakened(weakening: Weakening) -> str:
    """One weakening in words, after the name of its flag."""
    return _WEAKER[weakening.kind].format(before=weakening.severity_before, after=weakening.severity_after)


def mutation_problems(mutation: Mutation) -> tuple[Problem, ...]:
    """Mistakes that no vignette would notice: each is a vignette that is missing."""
    return tuple(_survivor(survivor) for survivor in mutation.survivors)


def mistaken(mutant: Mutant) -> str:
    """One small mistake in words."""
    part = "what opens it" if mutant.opens else "its condition"
    return f"{_where(mutant.subject, mutant.opens)}, in {part}: {mutant.change}"


def doubt_problems(doubt: Doubt) -> Iterator[Problem]:
    """Questions where saying "not sure" could get somebody out of a flag."""
    for loss in doubt.losses:
        flags = ", ".join(loss.flags)
        decided = (
            f'"not sure" would clear {flags}' if flags else 'could not be decided in time whether "not sure" clears'
        )
        yield Problem("doubt", f"question {loss.link_id}", decided)


def _proof(proof: Proof) -> str:
    if proof.outcome is Outcome.NOT_DECIDED:
        return _NOT_DECIDED.format(wanted=_WANTED[proof.wanted])
    return _IMPOSSIBLE[proof.wanted]


def _survivor(survivor: Survivor) -> Problem:
    what = "what opens it" if survivor.mutant.opens else "its condition"
    where = _where(survivor.mutant.subject, survivor.mutant.opens)
    return Problem("unguarded", where, f"no vignette would notice if in {what} {survivor.mutant.change}", blocks=False)


def _where(subject: str, is_question: bool) -> str:
    return f"{'question' if is_question else 'flag'} {subject}"
