"""How well the patient stories guard the rules: of the small mistakes an editor could make, how many would be
noticed.

Pure Python. The prover measures it (proofs/mutation.py); this is what is kept of it, and shown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from questionnaire.proof_results import Answers, Mutant, MutationResult, Outcome

MOST_PEOPLE = 40
"""Missing stories that are kept: an editor who has more to add starts with these."""
MOST_MISTAKES = 100


@dataclass(frozen=True)
class MissingPerson:
    """A made-up person whose story would notice mistakes that no story notices now."""

    answers: Answers
    mistakes: tuple[str, ...]
    flags: tuple[str, ...] = ()
    """Codes of the flags those mistakes are in: the story must say of each what it says, also that it is
    clear."""


@dataclass(frozen=True)
class MutationScore:
    """The mutation score of one text, and who is missing among its stories."""

    tried: int
    caught: int
    unnoticed: int
    undecided: int
    """Of those unnoticed, mistakes about which the prover ran out of time: nobody knows whether they
    matter."""
    harmless: tuple[str, ...]
    """Proved to change nothing for anybody."""
    missing: tuple[MissingPerson, ...]
    failing: tuple[str, ...]
    """Names of stories that fail; they guard nothing until they are put right."""

    @property
    def that_matter(self) -> int:
        return self.caught + self.unnoticed

    @property
    def percent(self) -> int:
        """Of the mistakes that matter, how many are noticed; 100 only when all are."""
        return 100 * self.caught // self.that_matter if self.that_matter else 100


def summarize_mutation(mutation: MutationResult) -> MutationScore:
    """What the prover measured, in words, and everybody who is missing once."""
    people: dict[str, MissingPerson] = {}
    for survivor in mutation.survivors:
        if survivor.witness is None:
            continue
        answers, mutant = survivor.witness.answers, survivor.mutant
        known = people.setdefault(repr(answers), MissingPerson(answers, ()))
        flags = (
            known.flags if mutant.opens or mutant.subject in known.flags else (*known.flags, mutant.subject)
        )
        people[repr(answers)] = MissingPerson(answers, (*known.mistakes, describe_mutant(mutant)), flags)
    most_telling = sorted(people.values(), key=lambda missing: -len(missing.mistakes))
    return MutationScore(
        tried=mutation.tried,
        caught=mutation.caught,
        unnoticed=len(mutation.survivors),
        undecided=sum(survivor.outcome is Outcome.NOT_DECIDED for survivor in mutation.survivors),
        harmless=tuple(describe_mutant(mutant) for mutant in mutation.equivalent)[:MOST_MISTAKES],
        missing=tuple(replace(m, mistakes=m.mistakes[:MOST_MISTAKES]) for m in most_telling[:MOST_PEOPLE]),
        failing=mutation.failing,
    )


def describe_mutant(mutant: Mutant) -> str:
    """One small mistake in words."""
    part = "what opens it" if mutant.opens else "its condition"
    return f"{mutant.where}, in {part}: {mutant.change}"
