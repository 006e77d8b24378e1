"""The prover's own process: what to prove comes as JSON on stdin, what was found leaves as JSON on stdout."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import z3

from questionnaire.definition import Definition
from questionnaire.document import from_plain
from questionnaire.proofs import What
from questionnaire.proofs.differences import differences
from questionnaire.proofs.doubt import doubt
from questionnaire.proofs.gate import gate
from questionnaire.proofs.mutation import mutation
from questionnaire.proofs.results import ProofError, Result, to_plain

_MEMORY = 2_000
"""Megabytes; the shipped questionnaire needs under 100."""


def main() -> None:
    z3.set_param("memory_max_size", _MEMORY)
    asked = json.load(sys.stdin)
    try:
        answered: dict[str, Any] = {"result": to_plain(prove(asked))}
    except ProofError as error:
        answered = {"error": str(error)}
    except (KeyError, ValueError) as error:
        answered = {"error": f"nothing can be proved before the problems of the conditions are put right: {error}"}
    except z3.Z3Exception:
        answered = {"error": "the prover gave up: the conditions are too large for it"}
    json.dump(answered, sys.stdout)


def prove(asked: dict[str, Any]) -> Result:
    definition = from_plain(asked["definition"])
    if asked["what"] == What.DIFFERENCES:
        return differences(from_plain(asked["previous"]), definition, successors=asked["successors"])
    return _ALONE[What(asked["what"])](definition)


_ALONE: dict[What, Callable[[Definition], Result]] = {What.GATE: gate, What.MUTATION: mutation, What.DOUBT: doubt}


if __name__ == "__main__":
    main()
