"""Everything the prover can say has words for an editor."""

from __future__ import annotations

import pytest

from questionnaire.proof_results import (
    ComparisonResult,
    DoubtLoss,
    DoubtResult,
    GateResult,
    GoalKind,
    Mutant,
    MutationResult,
    Note,
    NoteKind,
    Outcome,
    Proof,
    Survivor,
    Weakening,
    WeakeningKind,
)
from questionnaire.proofs import report
from questionnaire.vignettes import run
from questionnaire.vignettes.run import MismatchKind, VignetteMismatch


@pytest.mark.parametrize("wanted", GoalKind)
@pytest.mark.parametrize("outcome", [Outcome.IMPOSSIBLE, Outcome.NOT_DECIDED])
def test_every_proof_that_blocks_is_said(wanted: GoalKind, outcome: Outcome) -> None:
    proof = Proof("bladder-symptoms", wanted, outcome)
    said = [str(problem) for problem in report.describe_gate(GateResult((proof,), ()))]
    assert len(said) == proof.blocks
    for line in said:
        assert line.startswith("question " if wanted is GoalKind.OPEN else "flag ")
        assert ("proved" in line) == (outcome is Outcome.IMPOSSIBLE)


@pytest.mark.parametrize("kind", NoteKind)
def test_every_note_is_said_and_never_blocks(kind: NoteKind) -> None:
    (problem,) = report.describe_gate(GateResult((), (Note(kind, ("one", "other"), "age >= 3", opens=True),)))
    assert not problem.blocks
    assert str(problem).startswith("question one: ")
    assert ("other" in problem.message) or ("age >= 3" in problem.message)


@pytest.mark.parametrize("kind", WeakeningKind)
def test_every_weakening_is_said_and_blocks(kind: WeakeningKind) -> None:
    weakening = Weakening("f", kind, severity_before="urgent", severity_after="info")
    (problem,) = report.describe_weakenings(ComparisonResult((weakening,), (), ()))
    assert problem.blocks
    assert str(problem).startswith("flag f: ") and "{" not in problem.message
    assert ("urgent became info" in problem.message) == (kind is WeakeningKind.LOWERED)


def test_a_missing_vignette_is_said_with_the_mistake_it_would_notice() -> None:
    survivors = tuple(
        Survivor(Mutant("x", opens, "n >= 3 became n >= 4", ""), Outcome.FOUND) for opens in (True, False)
    )
    said = [str(problem) for problem in report.describe_survivors(MutationResult(2, 0, (), survivors))]
    assert said == [
        "question x: no vignette would notice if in what opens it n >= 3 became n >= 4",
        "flag x: no vignette would notice if in its condition n >= 3 became n >= 4",
    ]


def test_doubt_that_clears_is_said_with_its_flags() -> None:
    losses = (DoubtLoss("age", ("f", "g"), Outcome.FOUND), DoubtLoss("sex", (), Outcome.NOT_DECIDED))
    first, second = report.describe_doubt_losses(DoubtResult((), losses))
    assert str(first) == 'question age: "not sure" would clear f, g'
    assert second.blocks and "in time" in str(second)


@pytest.mark.parametrize("fault", MismatchKind)
@pytest.mark.parametrize("found", ["raised", "cannot-tell", "clear"])
def test_everything_a_vignette_notices_is_said(fault: MismatchKind, found: str) -> None:
    said = run.describe_mismatch(VignetteMismatch(fault, "thing", found))
    assert "thing" in said and "{" not in said
