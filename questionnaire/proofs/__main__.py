"""The prover's own process: a request comes as JSON on stdin, what was proved leaves as JSON on stdout."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import z3

from questionnaire.definition import Definition
from questionnaire.document_reading import definition_from_plain
from questionnaire.proof_results import ProofError, ProofResult, result_to_plain
from questionnaire.proofs import ProofKind
from questionnaire.proofs.differences import prove_differences
from questionnaire.proofs.doubt import prove_doubt
from questionnaire.proofs.gate import prove_gate
from questionnaire.proofs.mutation import measure_mutation

_MEMORY = 2_000
"""Megabytes; the shipped questionnaire needs under 100."""


def main() -> None:
    """Answers one request; an error is an answer too, so that the other process can say what went wrong."""
    z3.set_param("memory_max_size", _MEMORY)
    request = json.load(sys.stdin)
    try:
        response: dict[str, Any] = {"result": result_to_plain(prove_request(request))}
    except ProofError as error:
        response = {"error": str(error)}
    except (KeyError, ValueError) as error:
        response = {
            "error": f"nothing can be proved before the problems of the conditions are put right: {error}"
        }
    except z3.Z3Exception:
        response = {"error": "the prover gave up: the conditions are too large for it"}
    json.dump(response, sys.stdout)


def prove_request(request: dict[str, Any]) -> ProofResult:
    """What is proved for one request of `questionnaire.proofs.run_proof`.

    Raises ProofError when the prover and the rules module disagree, and ConditionError or KeyError for a
    definition whose conditions were never checked.
    """
    definition = definition_from_plain(request["definition"])
    if request["what"] == ProofKind.DIFFERENCES:
        previous = definition_from_plain(request["previous"])
        return prove_differences(previous, definition, successors=request["successors"])
    return _PROVERS[ProofKind(request["what"])](definition)


_PROVERS: dict[ProofKind, Callable[[Definition], ProofResult]] = {
    ProofKind.GATE: prove_gate,
    ProofKind.MUTATION: measure_mutation,
    ProofKind.DOUBT: prove_doubt,
}


if __name__ == "__main__":
    main()
