"""Everything that can be proved about a questionnaire, printed with the time it took."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from time import perf_counter
from typing import TypeVar

from questionnaire import proofs
from questionnaire.actions import proof_runs
from questionnaire.checks.problem import Problem
from questionnaire.definition import Definition
from questionnaire.proof_results import MutationResult
from questionnaire.proofs import report
from questionnaire.vignettes import coverage

T = TypeVar("T")
Line = tuple[str, bool]
"""(what to print, whether it blocks)."""


def list_proof_lines(
    definition: Definition, previous: Definition | None, successors: proof_runs.Successors | None = None
) -> Iterator[Line]:
    """Line by line. Raises ProofError where nothing could be proved."""
    gate, seconds = _timed(lambda: proofs.check_gate(definition))
    yield f"proofs: {len(gate.proofs)} goals, {len(gate.blocking)} blocking ({seconds})", False
    yield from _lines(report.describe_gate(gate))
    if previous:
        heirs = proof_runs.filter_successors(definition, previous, successors)
        found, seconds = _timed(lambda: proofs.check_differences(previous, definition, successors=heirs))
        yield f"differences from the published version: {len(found.weakenings)} weaker ({seconds})", False
        yield from _lines(report.describe_weakenings(found))
    doubt, seconds = _timed(lambda: proofs.check_doubt(definition))
    yield f'"not sure" never clears a flag: proved for {len(doubt.proved)} questions ({seconds})', False
    yield from _lines(report.describe_doubt_losses(doubt))
    mutation, seconds = _timed(lambda: proofs.check_mutation(definition))
    yield from _mutation(definition, mutation, seconds)
    yield from _lines(coverage.find_coverage_problems(definition, gate, before=previous))
    for missing in coverage.find_impossible_vignettes(definition, gate):
        yield f"  proved: there is nobody who {missing.words}: {missing.flag.code}", False


def _mutation(definition: Definition, mutation: MutationResult, seconds: str) -> Iterator[Line]:
    noticed, all_that_matter = mutation.caught, mutation.caught + len(mutation.survivors)
    yield (
        (
            f"vignettes: {len(definition.vignettes)}; mutation score {mutation.score:.1%}: {noticed:,} of "
            f"{all_that_matter:,} mistakes noticed, {len(mutation.equivalent)} proved to change nothing "
            f"({seconds})"
        ),
        False,
    )
    yield from _lines(report.describe_survivors(mutation))
    for mutant in mutation.equivalent:
        yield (
            f"  changes nothing: {'question' if mutant.opens else 'flag'} {mutant.subject}: {mutant.change}",
            False,
        )


def _lines(problems: Iterable[Problem]) -> Iterator[Line]:
    for problem in problems:
        yield f"  {'blocks' if problem.blocks else 'note'}: {problem}", problem.blocks


def _timed(prove: Callable[[], T]) -> tuple[T, str]:
    started = perf_counter()
    return prove(), f"{perf_counter() - started:.1f} s"
