"""Patient stories that follow a changed questionnaire, without a word more than they need."""

from __future__ import annotations

from dataclasses import replace

import pytest

from questionnaire.changes import edits
from questionnaire.changes.edits import PartNotFoundError
from questionnaire.definition import Definition, Vignette
from questionnaire.vignettes import maintenance, run
from tests.builders.definitions import choice
from tests.builders.shipped import shipped
from tests.builders.vignettes import CALM, calm_and

B = Vignette("b", "Has b.", (("a", "yes"), ("m", ("b",))), like="calm", raised=("f",), not_raised=("old",))


def with_question(shown_when: str | None = None) -> Definition:
    return edits.add_question(
        calm_and(B), choice("smoke", shown_when=shown_when), section_id="all", after="n"
    )


def told(definition: Definition) -> dict[str, Vignette]:
    return {vignette.name: vignette for vignette in definition.vignettes}


def test_everybody_answers_a_new_question_in_as_few_words_as_can_be() -> None:
    asked = with_question()
    assert maintenance.find_unanswered(run.run_vignettes(asked)) == {"smoke": ("calm", "b")}
    done = maintenance.answer_for_everyone(asked, "smoke", "no")
    assert run.find_vignette_problems(done) == ()
    assert told(done)["calm"].own_answers["smoke"] == "no"
    assert told(done)["b"] == B, "who is like calm says so too"


def test_only_who_is_asked_answers() -> None:
    done = maintenance.answer_for_everyone(with_question("a = yes"), "smoke", None)
    assert run.find_vignette_problems(done) == ()
    assert told(done)["b"].own_answers == {**B.own_answers, "smoke": None}
    assert told(done)["calm"] == CALM


def test_whoever_is_no_longer_asked_falls_silent_and_the_others_speak_for_themselves() -> None:
    asked = maintenance.answer_for_everyone(with_question(), "smoke", "no")
    gated = edits.set_shown_when(asked, "smoke", "a = yes")
    assert maintenance.find_no_longer_asked(run.run_vignettes(gated)) == {"smoke": ("calm",)}
    done = maintenance.drop_unasked_answers(gated, "smoke")
    assert run.find_vignette_problems(done) == ()
    assert told(done)["b"].own_answers["smoke"] == "no"
    other_way = maintenance.drop_unasked_answers(edits.set_shown_when(asked, "smoke", "a = no"), "smoke")
    assert run.find_vignette_problems(other_way) == ()
    assert told(other_way)["b"].not_asked == ("smoke",)


def test_a_story_is_told_anew_and_those_like_it_stay_as_they_were() -> None:
    before = run.build_people(calm_and(B))
    done = maintenance.rewrite_vignette(calm_and(B), "calm", {"a": "no", "n": 20}, "A young one.")
    assert told(done)["calm"] == replace(CALM, story="A young one.", answers=(("a", "no"), ("n", 20)))
    assert run.build_people(done)["b"] == before["b"]


def test_a_story_expects_what_the_ticked_flags_say_now() -> None:
    done = maintenance.set_expectations(calm_and(B), "b", {"old", "f", "nothing"})
    assert (told(done)["b"].raised, told(done)["b"].not_raised) == (("f",), ("old",))
    assert told(maintenance.set_expectations(calm_and(B), "b", ()))["b"].raised == ()


def test_no_story_expects_anything_of_a_flag_that_goes() -> None:
    gone = edits.remove_flag(maintenance.drop_expectations(calm_and(B), "old"), "old")
    assert run.find_vignette_problems(gone) == ()
    assert told(gone)["b"].raised == ("f",)


def test_who_is_not_in_the_stories_cannot_be_told_anew() -> None:
    for edit in (
        lambda d: maintenance.rewrite_vignette(d, "nobody", {}, ""),
        lambda d: maintenance.set_expectations(d, "nobody", ()),
    ):
        with pytest.raises(PartNotFoundError):
            edit(calm_and(B))


def test_a_question_that_is_removed_leaves_the_stories() -> None:
    gone = edits.remove_question(
        maintenance.answer_for_everyone(with_question("a = yes"), "smoke", "no"), "smoke"
    )
    assert gone == calm_and(B)


def test_the_shipped_stories_follow_a_new_question_in_two_words() -> None:
    definition = shipped()
    asked = edits.add_question(
        definition, choice("smoking"), section_id=definition.sections[0].id, after=None
    )
    done = maintenance.answer_for_everyone(asked, "smoking", "no")
    assert run.find_vignette_problems(done) == ()
    assert sum(new != old for new, old in zip(done.vignettes, definition.vignettes, strict=True)) == 2
    assert edits.remove_question(done, "smoking").vignettes == definition.vignettes
