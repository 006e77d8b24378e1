"""Flags that stand for others: one concern is said once, and nothing is lost by it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaire import proofs, rules
from questionnaire.checks.folding import find_folding_problems
from questionnaire.definition import Definition, Severity, Text, Topic
from questionnaire.proof_results import NoteKind
from questionnaire.proofs import report
from questionnaire.rules.folding import find_covered, fold_flags
from tests.builders.definitions import number, questionnaire
from tests.builders.strategies import answer_sets, shipped

BANDS = questionnaire(number("bp"), top="bp >= 180", middle="bp >= 140", low="bp >= 130")


def covering(**covers: tuple[str, ...]) -> Definition:
    """The three bands, where these flags cover those."""
    flags = tuple(replace(flag, covers=covers.get(flag.code, ())) for flag in BANDS.flags)
    return replace(BANDS, flags=flags)


def with_severities(definition: Definition, **severities: Severity) -> Definition:
    flags = (replace(flag, severity=severities.get(flag.code, flag.severity)) for flag in definition.flags)
    return replace(definition, flags=tuple(flags))


def shown(definition: Definition, *codes: str) -> dict[str, list[str]]:
    return {one.flag.code: [flag.code for flag in one.also] for one in fold_flags(definition, codes)}


CHAIN = covering(top=("middle",), middle=("low",))


def test_the_highest_stands_for_the_others() -> None:
    assert shown(CHAIN, "top", "middle", "low") == {"top": ["middle", "low"]}


def test_a_covered_flag_alone_shows_as_before() -> None:
    assert shown(CHAIN, "low") == {"low": []}
    assert shown(CHAIN, "middle", "low") == {"middle": ["low"]}


def test_what_is_covered_over_another_is_covered_also_where_that_one_is_not_raised() -> None:
    assert shown(CHAIN, "top", "low") == {"top": ["low"]}


def test_nothing_is_folded_under_a_weaker_flag() -> None:
    weaker = with_severities(CHAIN, top=Severity.INFO)
    assert shown(weaker, "top", "middle") == {"top": [], "middle": []}


def test_no_topic_is_folded_away() -> None:
    flags = tuple(replace(flag, topic="other") if flag.code == "low" else flag for flag in CHAIN.flags)
    apart = replace(CHAIN, flags=flags, topics=(*CHAIN.topics, Topic("other", Text.of("Other"))))
    assert shown(apart, "top", "middle", "low") == {"top": ["middle"], "low": []}


def test_a_circle_in_a_draft_loses_nobody() -> None:
    circle = covering(top=("middle",), middle=("top",))
    assert shown(circle, "top", "middle", "low") == {"top": ["middle"], "low": []}
    assert find_covered(circle, "top") == {"middle"}


@given(answer_sets())
def test_folding_hides_no_flag_no_topic_and_no_severity(answers: dict[str, object]) -> None:
    raised = rules.assess(shipped(), answers).raised
    folded = fold_flags(shipped(), raised)
    told = [flag.code for one in folded for flag in (one.flag, *one.also)]
    assert sorted(told) == sorted(raised), "every raised flag stands there once"
    flags = [shipped().flags_by_code[code] for code in raised]
    assert {one.flag.topic for one in folded} == {flag.topic for flag in flags}
    for one in folded:
        assert all(one.flag.severity.rank <= flag.severity.rank for flag in one.also), one


@given(st.sets(st.sampled_from([flag.code for flag in shipped().flags])))
def test_the_same_for_any_set_of_flags(codes: set[str]) -> None:
    folded = fold_flags(shipped(), codes)
    assert sorted(flag.code for one in folded for flag in (one.flag, *one.also)) == sorted(codes)
    assert {one.flag.topic for one in folded} == {shipped().flags_by_code[code].topic for code in codes}


@pytest.mark.parametrize(
    ("definition", "code", "blocks", "words"),
    [
        (
            covering(top=("midle",)),
            "covers-unknown",
            True,
            'covers "midle", which is no flag; did you mean "middle"?',
        ),
        (covering(top=("top",)), "covers-circle", True, "covers itself: top → top"),
        (
            covering(top=("middle",), middle=("low",), low=("top",)),
            "covers-circle",
            True,
            "covers itself: top → middle → low → top",
        ),
        (
            with_severities(CHAIN, top=Severity.INFO),
            "covers-weaker",
            False,
            "covers middle, which is more severe (high): that one is shown on its own",
        ),
        (
            replace(CHAIN, flags=(replace(CHAIN.flags[0], staff_only=True), *CHAIN.flags[1:])),
            "covers-staff-only",
            False,
            "is for staff only and covers middle, which patients read: that one is shown on its own",
        ),
    ],
)
def test_each_fault_has_one_clear_line(definition: Definition, code: str, blocks: bool, words: str) -> None:
    found = next(problem for problem in find_folding_problems(definition) if problem.code == code)
    assert (found.where, found.message, found.blocks) == ("flag top", words, blocks)


def test_two_concerns_under_one_flag_are_noted_with_a_person() -> None:
    gate = proofs.check_gate(covering(low=("top",)))
    [note] = [note for note in gate.notes if note.kind is NoteKind.COVERS_ANOTHER_CONCERN]
    assert note.subjects == ("low", "top")
    assert note.witness is not None and "top" not in note.witness.raised and "low" in note.witness.raised
    [said] = [str(p) for p in report.describe_gate(gate) if p.code == "proof-covers-another-concern"]
    assert (
        said == "flag low: covers top, and can be raised without it: are they one concern? (somebody raises "
        "middle, low)"
    )


def test_bands_of_one_number_are_one_concern() -> None:
    kinds = {note.kind for note in proofs.check_gate(CHAIN).notes}
    assert NoteKind.COVERS_ANOTHER_CONCERN not in kinds
    assert NoteKind.SUBSUMED not in kinds, "what is covered is meant to stand inside"
