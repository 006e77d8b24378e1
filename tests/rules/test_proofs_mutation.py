"""Every small mistake in a condition is noticed by a patient story, or proved to change nothing for
anybody."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from questionnaire import proofs
from questionnaire.definition import Definition, Score, Vignette
from questionnaire.proof_results import Outcome, ProofError, Survivor
from questionnaire.proofs import mutation as module
from questionnaire.proofs.mutants import plant_mistakes
from questionnaire.proofs.mutation import measure_mutation
from questionnaire.proofs.solving import Prover
from questionnaire.vignettes import run
from tests.builders.definitions import choice, number, questionnaire, several
from tests.builders.shipped import shipped

EQUIVALENT = {
    "clarify-bp-symptoms",  # its question opens only at those numbers
    "psychosis-history",  # the follow-up opens only when another branch is true already
    "bipolar-or-mania",
    "dissociation-history",
    "seizure-history",
    "breathing-risks-together",  # an opioid and untreated apnea are the first half already
    "clarify-medicines",  # "none" beside another medicine is dropped; words are never unsure
    "two-or-more-trials",  # "none" closes the question that the other half needs
    "clarify-prior-treatment",
}


def test_the_shipped_stories_notice_every_mistake_that_matters() -> None:
    found = proofs.check_mutation(shipped())
    assert found.survivors == ()
    assert found.failing == ()
    assert found.score == 1.0
    assert found.tried > 1_600
    assert found.caught + len(found.equivalent) == found.tried
    assert {mutant.subject for mutant in found.equivalent} == EQUIVALENT


def test_without_its_stories_every_mistake_survives_and_the_missing_stories_are_proposed() -> None:
    plain_only = replace(shipped(), vignettes=shipped().vignettes[:1])
    heart = tuple(flag for flag in shipped().flags if flag.topic == "blood-pressure")
    found = measure_mutation(replace(plain_only, flags=heart))
    assert found.score < 0.2
    assert all(survivor.witness for survivor in found.survivors)


def test_the_proposed_stories_are_enough() -> None:
    """Taking every proposal as a vignette leaves no survivor."""
    definition = replace(SMALL, vignettes=(PLAIN,))
    first = measure_mutation(definition)
    assert 0 < len(first.survivors) < first.tried
    whole = replace(definition, vignettes=(PLAIN, *_stories(definition, first.survivors)))
    assert all(result.passed for result in run.run_vignettes(whole))
    assert measure_mutation(whole).score == 1.0


def _stories(definition: Definition, survivors: tuple[Survivor, ...]) -> list[Vignette]:
    people = {str(s.witness.answers): s.witness for s in survivors if s.witness}
    stories = []
    for place, person in enumerate(people.values()):
        clear = {flag.code for flag in definition.flags} - {*person.raised, *person.cannot_tell}
        told = run.make_vignette(
            definition, person.answers, name=f"s{place}", story="One.", just_misses=sorted(clear)
        )  # fmt: skip
        stories.append(told)
    return stories


SMALL = questionnaire(
    choice("a"),
    several("m", "x", "y", "none", "not-sure", shown_when="a = yes OR unsure(a)"),
    number("n", 0, 120),
    choice("c", "0", "1", "2"),
    scores=(Score("sum", "Sum", ("c",)),),
    f="m has x AND n >= 18",
    g="unknown-any(a, m) OR score(sum) >= 2",
    h="c < 1 OR n <= 5",
)
PLAIN = Vignette(
    "plain", "Nothing to report.", (("a", "no"), ("n", 40), ("c", "1")), not_raised=("f", "g", "h")
)


# Mistakes ---------------------------------------------------------------------------------------------------


def changes(definition: Definition) -> set[str]:
    return {mistake.mutant.condition for mistake in plant_mistakes(definition)}


def test_mistakes_with_numbers_are_one_off_and_every_other_operator() -> None:
    made = changes(questionnaire(number("n"), f="n >= 18"))
    assert made == {"n <= 18", "n > 18", "n < 18", "n >= 17", "n >= 19"}
    assert "n >= 0" not in changes(questionnaire(number("n"), f="n >= 0"))


def test_mistakes_with_codes_forget_add_and_mix_them_up() -> None:
    made = changes(
        questionnaire(choice("a", "no", "yes", "maybe", "not-sure"), f="a in {yes, maybe}", g="a = no")
    )
    assert {"a = yes", "a = maybe", "a in {yes, maybe, no}"} <= made
    assert {"a in {no, yes}", "a = yes", "a in {no, maybe}"} <= made
    assert not any("not-sure" in condition for condition in made)


def test_mistakes_with_and_and_or_swap_them_and_drop_each_part() -> None:
    made = changes(
        questionnaire(choice("a"), choice("b"), number("n"), f="unsure(a) AND (unsure(b) OR n > 3)")
    )
    assert {
        "unsure(a) OR unsure(b) OR n > 3",
        "unsure(a) AND unsure(b) AND n > 3",
        "unsure(b) OR n > 3",
        "unsure(a)",
        "unsure(a) AND unsure(b)",
        "unsure(a) AND n > 3",
        "unknown(a) AND (unsure(b) OR n > 3)",
        "unsure(a) AND (unanswered(b) OR n > 3)",
    } <= made


def test_mistakes_with_scores_lists_and_pairs() -> None:
    definition = questionnaire(
        choice("c", "0", "1"), number("n"), number("k"),
        scores=(Score("s", "S", ("c",)),), f="score(s) >= 1 OR n >= k OR unknown-any(c, n)",
    )  # fmt: skip
    made = changes(definition)
    assert "score(s) >= 2 OR n >= k OR unknown-any(c, n)" in made
    assert "score(s) >= 1 OR k >= n OR unknown-any(c, n)" in made
    assert "score(s) >= 1 OR n >= k OR unknown(n)" in made


# What counts as noticed -------------------------------------------------------------------------------------


def survived(*told: Vignette, **flags: str) -> set[str]:
    definition = replace(questionnaire(number("n", 0, 9), **flags), vignettes=told)
    return {survivor.mutant.condition for survivor in measure_mutation(definition).survivors}


def test_a_story_notices_only_mistakes_in_the_flags_it_names() -> None:
    assert "n >= 6" in survived(Vignette("five", "Five.", (("n", 5),)), f="n >= 5")
    assert "n >= 6" not in survived(Vignette("five", "Five.", (("n", 5),), raised=("f",)), f="n >= 5")


def test_a_story_that_fails_notices_nothing_and_is_named() -> None:
    told = Vignette("five", "Five.", (("n", 5),), not_raised=("f",))
    found = measure_mutation(replace(questionnaire(number("n", 0, 9), f="n >= 5"), vignettes=(told,)))
    assert (found.failing, found.caught) == (("five",), 0)


def test_a_mistake_that_only_changes_what_is_asked_is_noticed() -> None:
    definition = questionnaire(choice("a"), choice("b", shown_when="a = yes"), f="unsure(a)")
    told = Vignette("yes", "Yes.", (("a", "yes"), ("b", "no")), not_raised=("f",))
    found = measure_mutation(replace(definition, vignettes=(told,)))
    assert not any(s.mutant.condition == "a = no" for s in found.survivors)


def test_a_mistake_that_changes_nothing_is_proved_to() -> None:
    found = measure_mutation(questionnaire(number("n", 3, 9), f="n >= 3 OR unknown(n)", g="n > 5"))
    assert "n >= 2 OR unknown(n)" in {mutant.condition for mutant in found.equivalent}


def test_a_mistake_that_is_not_decided_survives(monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow(Prover):
        def find(self, goal: Any, *, strict: bool = True) -> tuple[Outcome, list[Any]]:
            return Outcome.NOT_DECIDED, []

    monkeypatch.setattr(module, "Prover", Slow)
    found = measure_mutation(questionnaire(number("n"), f="n >= 3"))
    assert found.score == 0
    assert {s.outcome for s in found.survivors} == {Outcome.NOT_DECIDED}


def test_a_prover_that_contradicts_the_rules_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Wrong(Prover):
        def find(self, goal: Any, *, strict: bool = True) -> tuple[Outcome, list[Any]]:
            return Outcome.FOUND, [{"n": 100}]

    monkeypatch.setattr(module, "Prover", Wrong)
    with pytest.raises(ProofError, match="differently"):
        measure_mutation(questionnaire(number("n"), f="n >= 3"))


def test_no_conditions_means_nothing_to_guard() -> None:
    assert measure_mutation(questionnaire(number("n"))).score == 1.0
