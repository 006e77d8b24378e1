"""Evidence for publishing: what the prover says of a draft, kept by fingerprint so that it is proved only once.

The proofs take seconds and run in a process of their own, so they are gathered before any transaction begins.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from time import perf_counter

from questionnaire.definition import Definition, Question
from questionnaire.document import fingerprint
from questionnaire.models import ProofRun
from questionnaire.problem import Problem
from questionnaire.rules import proofs
from questionnaire.rules.proofs import words
from questionnaire.rules.proofs.results import Differences, Gate, Weakening, from_plain, to_plain


@dataclass(frozen=True)
class Evidence:
    """The proofs of one draft, and its differences from the version that is published now."""

    gate: Gate
    differences: Differences | None
    """None for a first version."""
    seconds: float
    at: datetime

    @property
    def blocking(self) -> tuple[Problem, ...]:
        """What the proofs say must not be published."""
        return tuple(problem for problem in words.gate_problems(self.gate) if problem.blocks)

    @property
    def weakenings(self) -> tuple[Weakening, ...]:
        return self.differences.weakenings if self.differences else ()


def key(weakening: Weakening) -> str:
    """How a page names one weakening: its flag and how it is weaker."""
    return f"{weakening.flag}:{weakening.kind}"


def found(definition: Definition, previous: Definition | None) -> Evidence | None:
    """The proofs of exactly these texts, if they were run; None if not."""
    run = ProofRun.objects.filter(**_pair(definition, previous)).first()
    return _evidence(run) if run else None


def gather(definition: Definition, previous: Definition | None, *, now: datetime) -> Evidence:
    """The proofs of exactly these texts, run now unless they were before. Raises ProofError when nothing is proved.

    Takes seconds: never call it inside a transaction that patients wait for.
    """
    known = found(definition, previous)
    if known:
        return known
    started = perf_counter()
    gate = proofs.check_gate(definition)
    differences = proofs.compare(previous, definition) if previous else None
    pair = _pair(definition, previous)
    run, _ = ProofRun.objects.update_or_create(
        fingerprint=pair["fingerprint"],
        previous=pair["previous"],
        defaults={
            "result": {"gate": to_plain(gate), "differences": to_plain(differences) if differences else None},
            "seconds": round(perf_counter() - started, 1),
            "at": now,
        },
    )
    return _evidence(run)


def _pair(definition: Definition, previous: Definition | None) -> dict[str, str]:
    return {"fingerprint": fingerprint(definition), "previous": fingerprint(previous) if previous else ""}


def _evidence(run: ProofRun) -> Evidence:
    compared = run.result["differences"]
    return Evidence(
        gate=from_plain(Gate, run.result["gate"]),
        differences=from_plain(Differences, compared) if compared else None,
        seconds=run.seconds,
        at=run.at,
    )


# Does a change touch what is flagged? ---------------------------------------------------------------------------------

_WORDS_ONLY = {"wording", "stem", "short", "help", "why", "code", "standard", "readers", "unit"}


def touches_flags(previous: Definition, draft: Definition) -> bool:
    """Whether a flag, a score, or anything that decides who is asked or flagged is not as it was."""
    if (previous.flags, previous.scores) != (draft.flags, draft.scores):
        return True
    before, after = _deciding(previous), _deciding(draft)
    return before != after


def _deciding(definition: Definition) -> dict[str, tuple[object, ...]]:
    return {link_id: _decides(question) for link_id, question in definition.questions.items()}


def _decides(question: Question) -> tuple[object, ...]:
    """Everything of a question but its words; of its options, their codes and weights."""
    kept = (f.name for f in fields(question) if f.name not in {*_WORDS_ONLY, "options"})
    options = tuple((choice.code, choice.weight) for choice in question.options)
    return (*(getattr(question, name) for name in kept), options)
