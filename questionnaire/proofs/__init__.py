"""Proofs about a whole questionnaire: who can raise a flag, who is left out by a new version, which mistakes show.

The prover (z3) may only run in a process of its own: it is not thread-safe, and a time limit must end it. So nothing
here imports it: `run()` starts `python -m questionnaire.rules.proofs` and reads what it found (see results.py).
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
from questionnaire.document import to_plain
from questionnaire.proofs.results import Differences, Doubt, Gate, Mutation, OutOfTime, ProofError, Result, from_plain

__all__ = ["What", "check_doubt", "check_gate", "check_mutation", "compare", "run"]

R = TypeVar("R", Gate, Differences, Mutation, Doubt)

_ROOT = Path(__file__).resolve().parents[2]


class What(StrEnum):
    """What there is to prove."""

    GATE = "gate"
    DIFFERENCES = "differences"
    MUTATION = "mutation"
    DOUBT = "doubt"


_RESULTS: dict[What, type[Result]] = {
    What.GATE: Gate,
    What.DIFFERENCES: Differences,
    What.MUTATION: Mutation,
    What.DOUBT: Doubt,
}


def check_gate(definition: Definition, *, seconds: float = 60) -> Gate:
    """Can every question open, and every flag be raised, in doubt and clear?"""
    return _typed(Gate, run(definition, What.GATE, seconds=seconds))


def compare(
    previous: Definition,
    draft: Definition,
    *,
    successors: Mapping[str, Collection[str]] | None = None,
    seconds: float = 60,
) -> Differences:
    """Whom does this draft protect less than the version before? `successors`: {old flag: new flags in its place}."""
    found = run(draft, What.DIFFERENCES, previous=previous, successors=successors, seconds=seconds)
    return _typed(Differences, found)


def check_mutation(definition: Definition, *, seconds: float = 300) -> Mutation:
    """Do the vignettes notice every small mistake in a condition?"""
    return _typed(Mutation, run(definition, What.MUTATION, seconds=seconds))


def check_doubt(definition: Definition, *, seconds: float = 120) -> Doubt:
    """Can "not sure" ever clear a flag?"""
    return _typed(Doubt, run(definition, What.DOUBT, seconds=seconds))


def run(
    definition: Definition,
    what: What,
    *,
    previous: Definition | None = None,
    successors: Mapping[str, Collection[str]] | None = None,
    seconds: float,
) -> Result:
    """Prove it in another process. The definition must have passed `checks.problems`.

    Raises ProofError when that process broke, took too long or contradicts the rules module: nothing is proved then.
    """
    asked = {
        "what": what,
        "definition": to_plain(definition),
        "previous": to_plain(previous) if previous else None,
        "successors": {code: list(heirs) for code, heirs in (successors or {}).items()},
    }
    answered = _ask(asked, seconds)
    if "error" in answered:
        raise ProofError(answered["error"])
    return from_plain(_RESULTS[what], answered["result"])


def _ask(asked: dict[str, Any], seconds: float) -> dict[str, Any]:
    command = [sys.executable, "-m", "questionnaire.proofs"]
    try:
        done = subprocess.run(
            command, input=json.dumps(asked), capture_output=True, text=True, timeout=seconds, cwd=_ROOT, check=True
        )
        answered: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise OutOfTime(
            f"the proofs took longer than {seconds:g} seconds and were stopped; nothing is proved"
        ) from None
    except (subprocess.CalledProcessError, OSError, ValueError):
        raise ProofError("the proofs stopped before they were finished; nothing is proved") from None
    return answered


def _typed(kind: type[R], result: Result) -> R:
    if not isinstance(result, kind):
        raise ProofError("the proofs answered something else than was asked")
    return result
