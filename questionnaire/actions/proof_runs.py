"""Evidence for publishing: what the prover says of a draft, kept by fingerprint so that it is proved only
once.

Patient stories change nothing that is proved, so the proofs stay when a story is told; how well the stories
guard the rules is measured anew. The proofs take seconds and run in a process of their own, so they are
gathered before any transaction begins.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from hashlib import sha256
from time import perf_counter
from typing import Any

from questionnaire import proofs
from questionnaire.checks.problem import Problem
from questionnaire.definition import Definition, Question
from questionnaire.document import compute_fingerprint
from questionnaire.models import ProofRun
from questionnaire.proof_results import (
    ComparisonResult,
    GateResult,
    OutOfTimeError,
    Weakening,
    result_from_plain,
    result_to_plain,
)
from questionnaire.proofs import report
from questionnaire.vignettes.mutation_score import MutationScore, summarize_mutation


@dataclass(frozen=True)
class Evidence:
    """The proofs of one draft, and its differences from the version that is published now."""

    gate: GateResult
    differences: ComparisonResult | None
    """None for a first version."""
    seconds: float
    at: datetime
    guard: MutationScore | None = None
    """How well the stories guard the rules; None when that was not measured, or not in time (`measured`)."""
    measured: bool = False

    @property
    def blocking(self) -> tuple[Problem, ...]:
        """What the proofs say must not be published."""
        return tuple(problem for problem in report.describe_gate(self.gate) if problem.blocks)

    @property
    def weakenings(self) -> tuple[Weakening, ...]:
        return self.differences.weakenings if self.differences else ()


def name_weakening(weakening: Weakening) -> str:
    """How a page names one weakening: its flag and how it is weaker."""
    return f"{weakening.flag}:{weakening.kind}"


Successors = Mapping[str, Sequence[str]]
"""{code of an old flag: codes of the new flags that took it over}, as an editor named them."""


def find_evidence(
    definition: Definition, previous: Definition | None, *, successors: Successors | None = None
) -> Evidence | None:
    """The proofs of exactly these rules, words and successors, if they were run; None if not."""
    run = ProofRun.objects.filter(**_key(definition, previous, successors)).first()
    return _evidence(run, definition) if run else None


def gather_evidence(
    definition: Definition,
    previous: Definition | None,
    *,
    now: datetime,
    successors: Successors | None = None,
) -> Evidence:
    """The proofs of exactly these texts, run now unless they were before. Raises ProofError when nothing is
    proved.

    Takes seconds: never call it inside a transaction that patients wait for.
    """
    known = find_evidence(definition, previous, successors=successors)
    if known:
        return known
    started = perf_counter()
    key = _key(definition, previous, successors)
    same = ProofRun.objects.filter(fingerprint=key["fingerprint"]).first()  # compared with something else
    alone = {"gate": result_to_plain(proofs.check_gate(definition))} if same is None else _alone(same)
    heirs = filter_successors(definition, previous, successors)
    differences = proofs.check_differences(previous, definition, successors=heirs) if previous else None
    run, _ = ProofRun.objects.update_or_create(
        fingerprint=key["fingerprint"],
        previous=key["previous"],
        successors=key["successors"],
        defaults={
            "result": {**alone, "differences": result_to_plain(differences) if differences else None},
            "seconds": round(perf_counter() - started, 1),
            "at": now,
        },
    )
    return _evidence(run, definition)


def measure_vignettes(
    definition: Definition,
    previous: Definition | None,
    *,
    successors: Successors | None = None,
    seconds: float = 20,
) -> None:
    """How well the stories guard the rules, kept with the proofs that were gathered before; measured once.

    Takes a second or two where the stories are good, more where they are few. Publishing does not wait for
    it.
    """
    run = ProofRun.objects.get(**_key(definition, previous, successors))
    stories = _stories(definition)
    if run.result.get("guard") and run.result.get("stories") == stories:
        return
    try:
        guard = result_to_plain(summarize_mutation(proofs.check_mutation(definition, seconds=seconds)))
    except OutOfTimeError:
        guard = None
    run.result = {**run.result, "guard": guard, "stories": stories}
    run.save(update_fields=["result"])


def filter_successors(
    definition: Definition, previous: Definition | None, successors: Successors | None
) -> dict[str, list[str]]:
    """Those that name a flag of the version before and flags of this one; the others say nothing any more."""
    old, new = (previous.flags_by_code if previous else {}), definition.flags_by_code
    named = {
        code: sorted({heir for heir in heirs if heir in new and heir != code})
        for code, heirs in (successors or {}).items()
        if code in old
    }
    return {code: heirs for code, heirs in sorted(named.items()) if heirs}


def _alone(run: ProofRun) -> dict[str, Any]:
    """What was proved of a text by itself."""
    return {name: run.result[name] for name in ("gate", "guard", "stories") if name in run.result}


def _key(
    definition: Definition, previous: Definition | None, successors: Successors | None
) -> dict[str, str]:
    heirs = filter_successors(definition, previous, successors)
    return {
        "fingerprint": _rules(definition),
        "previous": _rules(previous) if previous else "",
        "successors": sha256(json.dumps(heirs).encode()).hexdigest() if heirs else "",
    }


def _rules(definition: Definition) -> str:
    """The fingerprint of everything but the patient stories."""
    return compute_fingerprint(replace(definition, vignettes=()))


def _stories(definition: Definition) -> str:
    """The fingerprint of the patient stories."""
    return sha256(repr(definition.vignettes).encode()).hexdigest()


def _evidence(run: ProofRun, definition: Definition) -> Evidence:
    measured = "guard" in run.result and run.result.get("stories") == _stories(definition)
    compared, guard = run.result["differences"], run.result.get("guard") if measured else None
    return Evidence(
        gate=result_from_plain(GateResult, run.result["gate"]),
        differences=result_from_plain(ComparisonResult, compared) if compared else None,
        seconds=run.seconds,
        at=run.at,
        guard=result_from_plain(MutationScore, guard) if guard else None,
        measured=measured,
    )


# Does a change touch what is flagged? -----------------------------------------------------------------------

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
