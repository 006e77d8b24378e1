"""The prover's own process: what to prove comes as JSON on stdin, what was found leaves as JSON on stdout."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import z3

from questionnaire.definition import Definition
from questionnaire.document import definition_from_plain
from questionnaire.proof_results import ProofError, ProofResult, result_to_plain
from questionnaire.proofs import ProofKind
from questionnaire.proofs.differences import prove_differences
from questionnaire.proofs.doubt import prove_doubt
from questionnaire.proofs.gate import prove_gate
from questionnaire.proofs.mutation import measure_mutation

_MEMORY = 2_000
"""Megabytes; the shipped questionnaire needs under 100."""


def main() -> None:
    z3.set_param("memory_max_size", _MEMORY)
    asked = json.load(sys.stdin)
    try:
        answered: dict[str, Any] = {"result": result_to_plain(prove(asked))}
    except ProofError as error:
        answered = {"error": str(error)}
    except (KeyError, ValueError) as error:
        answered = {"error": f"nothing can be proved before the problems of the conditions are put right: {error}"}
    except z3.Z3Exception:
        answered = {"error": "the prover gave up: the conditions are too large for it"}
    json.dump(answered, sys.stdout)


def prove(asked: dict[str, Any]) -> ProofResult:
    definition = definition_from_plain(asked["definition"])
    if asked["what"] == ProofKind.DIFFERENCES:
        return prove_differences(definition_from_plain(asked["previous"]), definition, successors=asked["successors"])
    return _ALONE[ProofKind(asked["what"])](definition)


_ALONE: dict[ProofKind, Callable[[Definition], ProofResult]] = {
    ProofKind.GATE: prove_gate,
    ProofKind.MUTATION: measure_mutation,
    ProofKind.DOUBT: prove_doubt,
}


if __name__ == "__main__":
    main()
