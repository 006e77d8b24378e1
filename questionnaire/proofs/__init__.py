"""Proofs about a whole questionnaire: who can raise a flag, who is left out by a new version, which mistakes
show.

The prover (z3) may only run in a process of its own: it is not thread-safe, and a time limit must end it. So
nothing here imports it: `run_proof()` starts `python -m questionnaire.proofs` and reads what it found (see
proof_results.py).
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Collection, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from questionnaire.definition import Definition
from questionnaire.document import definition_to_plain
from questionnaire.proof_results import (
    ComparisonResult,
    DoubtResult,
    GateResult,
    MutationResult,
    OutOfTimeError,
    ProofError,
    ProofResult,
    result_from_plain,
)

R = TypeVar("R", GateResult, ComparisonResult, MutationResult, DoubtResult)

_ROOT = Path(__file__).resolve().parents[2]


class ProofKind(StrEnum):
    """What there is to prove."""

    GATE = "gate"
    DIFFERENCES = "differences"
    MUTATION = "mutation"
    DOUBT = "doubt"


_RESULTS: dict[ProofKind, type[ProofResult]] = {
    ProofKind.GATE: GateResult,
    ProofKind.DIFFERENCES: ComparisonResult,
    ProofKind.MUTATION: MutationResult,
    ProofKind.DOUBT: DoubtResult,
}


def check_gate(definition: Definition, *, seconds: float = 60) -> GateResult:
    """Can every question open, and every flag be raised, in doubt and clear? Raises ProofError as `run_proof`
    does."""
    return _require_type(GateResult, run_proof(definition, ProofKind.GATE, seconds=seconds))


def check_differences(
    previous: Definition,
    draft: Definition,
    *,
    successors: Mapping[str, Collection[str]] | None = None,
    seconds: float = 60,
) -> ComparisonResult:
    """Whom does this draft protect less than the version before? `successors`: {old flag: new flags in its
    place}.

    Raises ProofError as `run_proof` does.
    """
    result = run_proof(
        draft, ProofKind.DIFFERENCES, previous=previous, successors=successors, seconds=seconds
    )
    return _require_type(ComparisonResult, result)


def check_mutation(definition: Definition, *, seconds: float = 300) -> MutationResult:
    """Do the vignettes notice every small mistake in a condition? Raises ProofError as `run_proof` does."""
    return _require_type(MutationResult, run_proof(definition, ProofKind.MUTATION, seconds=seconds))


def check_doubt(definition: Definition, *, seconds: float = 120) -> DoubtResult:
    """Can "not sure" ever clear a flag? Raises ProofError as `run_proof` does."""
    return _require_type(DoubtResult, run_proof(definition, ProofKind.DOUBT, seconds=seconds))


def run_proof(
    definition: Definition,
    kind: ProofKind,
    *,
    previous: Definition | None = None,
    successors: Mapping[str, Collection[str]] | None = None,
    seconds: float,
) -> ProofResult:
    """Prove it in another process. The definition must have passed `checks.definition.find_problems`.

    Raises OutOfTimeError, a ProofError, when it took too long, and another ProofError when that process broke
    or contradicts the rules module: nothing is proved then.
    """
    request = {
        "what": kind,
        "definition": definition_to_plain(definition),
        "previous": definition_to_plain(previous) if previous else None,
        "successors": {code: list(heirs) for code, heirs in (successors or {}).items()},
    }
    response = _ask(request, seconds)
    if "error" in response:
        raise ProofError(response["error"])
    return result_from_plain(_RESULTS[kind], response["result"])


def _ask(request: dict[str, Any], seconds: float) -> dict[str, Any]:
    command = [sys.executable, "-m", "questionnaire.proofs"]
    try:
        done = subprocess.run(
            command,
            input=json.dumps(request),
            capture_output=True,
            text=True,
            timeout=seconds,
            cwd=_ROOT,
            check=True,
        )
        response: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise OutOfTimeError(
            f"the proofs took longer than {seconds:g} seconds and were stopped; nothing is proved"
        ) from None
    except (subprocess.CalledProcessError, OSError, ValueError):
        raise ProofError("the proofs stopped before they were finished; nothing is proved") from None
    return response


def _require_type(type: type[R], result: ProofResult) -> R:
    if not isinstance(result, type):
        raise ProofError("the proofs answered something else than was asked")
    return result
