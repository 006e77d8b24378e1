"""What the prover reports: people it found, and proofs that none exist. Plain frozen data, no z3 here.

Everything here goes to JSON and back (`result_to_plain`, `result_from_plain`), because the prover runs in a
process of its own.
"""

from __future__ import annotations

import types
import typing
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Any, TypeVar

from questionnaire.rules.states import Verdict

T = TypeVar("T")
Answers = dict[str, Any]
"""{link id: value}, values as JSON carries them: code, list of codes, whole number, words, or None for left
blank."""


class ProofError(RuntimeError):
    """The prover gave no answer that can be trusted: it broke, took too long, or contradicts the rules
    module."""


class OutOfTimeError(ProofError):
    """The prover was stopped at its time limit; nothing is proved."""


class Outcome(StrEnum):
    FOUND = "found"
    """There is such a person: the witness."""
    IMPOSSIBLE = "impossible"
    """Proved: no answers lead there."""
    NOT_DECIDED = "not-decided"
    """The time limit was reached. Never taken as a proof: it blocks."""


class GoalKind(StrEnum):
    OPEN = "open"
    RAISED = Verdict.RAISED
    CANNOT_TELL = Verdict.CANNOT_TELL
    CLEAR = Verdict.CLEAR


@dataclass(frozen=True)
class Witness:
    """A made-up person, as plain as the goal allows: an answer to every question they are asked, and no
    other.

    Judged and walked by the rules module before anyone sees it.
    """

    answers: Answers
    raised: tuple[str, ...]
    cannot_tell: tuple[str, ...]
    blanks: bool = False
    """They leave a required question blank: possible in an import, never on the patient's pages."""


@dataclass(frozen=True)
class Proof:
    """One thing that should be possible: a question that opens; a flag that is raised, in doubt, or clear."""

    subject: str
    """Link id or flag code."""
    wanted: GoalKind
    outcome: Outcome
    witness: Witness | None = None

    @property
    def blocks(self) -> bool:
        """A flag that never is in doubt is fine; every other impossibility, and every open end, is not."""
        if self.outcome is Outcome.IMPOSSIBLE:
            return self.wanted is not GoalKind.CANNOT_TELL
        return self.outcome is Outcome.NOT_DECIDED


class NoteKind(StrEnum):
    SAME = "same"
    """Two flags that are raised by exactly the same people."""
    SUBSUMED = "subsumed"
    """Everybody who raises the first flag also raises the second, which is at least as severe."""
    IDLE = "idle"
    """A part of a condition that changes no verdict."""
    COVERS_ANOTHER_CONCERN = "covers-another-concern"
    """A flag covers one that is not raised wherever it is: two concerns, and one would be shown for both."""
    NOT_DECIDED = "not-decided"


@dataclass(frozen=True)
class Note:
    """Something an editor may want to know; it does not block."""

    kind: NoteKind
    subjects: tuple[str, ...]
    """Flag codes or link ids."""
    part: str = ""
    """The idle part of the condition, in the condition language."""
    opens: bool = False
    """True: the part stands in the shown_when of a question, which may share its id with a flag."""
    witness: Witness | None = None
    """Who raises the first flag and not the second, where one covers the other."""


@dataclass(frozen=True)
class GateResult:
    """Everything proved about one version on its own."""

    proofs: tuple[Proof, ...]
    notes: tuple[Note, ...]

    @property
    def blocking(self) -> tuple[Proof, ...]:
        return tuple(proof for proof in self.proofs if proof.blocks)

    def witness(self, subject: str, wanted: GoalKind) -> Witness | None:
        found = (p.witness for p in self.proofs if (p.subject, p.wanted) == (subject, wanted))
        return next(found, None)


class WeakeningKind(StrEnum):
    """How a version can be weaker than the one before it."""

    DELETED = "deleted"
    SILENCED = "raised-to-clear"
    DOUBTED = "raised-to-cannot-tell"
    DOUBT_LOST = "cannot-tell-to-clear"
    LOWERED = "severity-lowered"
    NOT_DECIDED = "not-decided"


@dataclass(frozen=True)
class Weakening:
    """A flag that no longer protects somebody it used to protect, and who that is.

    `before` and `after` are one person answering both versions. Publishing asks for a reason and a second
    person.
    """

    flag: str
    kind: WeakeningKind
    before: Witness | None = None
    after: Witness | None = None
    severity_before: str = ""
    severity_after: str = ""


@dataclass(frozen=True)
class Rewording:
    """Words that changed under the same id. The prover cannot read: a person must say they mean the same."""

    link_id: str
    code: str
    """The option whose label changed; "" for the question itself."""
    before: str
    after: str


@dataclass(frozen=True)
class ComparisonResult:
    """What a new version does to the people the old one flagged."""

    weakenings: tuple[Weakening, ...]
    added: tuple[str, ...]
    """Codes of new flags."""
    reworded: tuple[Rewording, ...]

    @property
    def unchanged(self) -> bool:
        return not (self.weakenings or self.added or self.reworded)


@dataclass(frozen=True)
class Mutant:
    """One small mistake an editor could make in one condition."""

    subject: str
    """Flag code, or link id of the question it opens."""
    opens: bool
    """True: a shown_when; False: a flag's condition."""
    change: str
    """What was changed, for example ">= 140 became >= 141"."""
    condition: str
    """The whole condition with the mistake in it."""

    @property
    def where(self) -> str:
        """The part of the questionnaire that the mistake is in, as problems name it."""
        return f"{'question' if self.opens else 'flag'} {self.subject}"


@dataclass(frozen=True)
class Survivor:
    """A mistake no vignette notices, with the missing vignette: a person judged differently because of it."""

    mutant: Mutant
    outcome: Outcome
    witness: Witness | None = None
    """Judged by the questionnaire as it should be."""


@dataclass(frozen=True)
class MutationResult:
    """How well the vignettes guard the conditions."""

    tried: int
    caught: int
    equivalent: tuple[Mutant, ...]
    """Proved to change nothing for anybody."""
    survivors: tuple[Survivor, ...]
    failing: tuple[str, ...] = ()
    """Vignettes that fail before any mistake is made; they catch nothing until they are put right."""

    @property
    def score(self) -> float:
        """The part of the mistakes that matter which the vignettes catch, 0 to 1."""
        return self.caught / (self.caught + len(self.survivors)) if self.caught or self.survivors else 1.0


@dataclass(frozen=True)
class DoubtLoss:
    """A person for whom saying "not sure" instead of what they know clears a flag. There must be none."""

    link_id: str
    flags: tuple[str, ...]
    outcome: Outcome
    witness: Witness | None = None
    """The person who knows."""


@dataclass(frozen=True)
class DoubtResult:
    """Whether "not sure" can ever clear a flag."""

    proved: tuple[str, ...]
    """Link ids of the questions it was proved for."""
    losses: tuple[DoubtLoss, ...]


ProofResult = GateResult | ComparisonResult | MutationResult | DoubtResult


def result_to_plain(value: Any) -> Any:
    """Any of these as JSON-ready data."""
    if is_dataclass(value):
        return {field.name: result_to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, list | tuple):
        return [result_to_plain(item) for item in value]
    return {key: result_to_plain(item) for key, item in value.items()} if isinstance(value, dict) else value


def result_from_plain(kind: type[T], plain: Any) -> T:
    """The result in this plain data, which `result_to_plain` made."""
    return typing.cast(T, _read(kind, plain))


def _read(kind: Any, plain: Any) -> Any:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return None if plain is None else _read(arguments[0], plain)
    if origin is tuple:
        return tuple(_read(arguments[0], item) for item in plain)
    if is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return kind(**{name: _read(hints[name], value) for name, value in plain.items()})  # type: ignore[operator]
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(plain)
    return plain
