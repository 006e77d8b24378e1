"""Patient stories that follow a changed questionnaire, without a word more than they need."""

from __future__ import annotations

from dataclasses import replace

import pytest

from questionnaire import editing, retelling, vignettes
from questionnaire.definition import Definition, Vignette
from questionnaire.editing import NotThere
from tests.rules.builders import choice
from tests.rules.strategies import shipped
from tests.rules.test_vignettes import CALM, small

B = Vignette("b", "Has b.", (("a", "yes"), ("m", ("b",))), like="calm", raised=("f",), not_raised=("old",))


def with_question(shown_when: str | None = None) -> Definition:
    return editing.add_question(small(B), choice("smoke", shown_when=shown_when), section_id="all", after="n")


def told(definition: Definition) -> dict[str, Vignette]:
    return {vignette.name: vignette for vignette in definition.vignettes}


def test_everybody_answers_a_new_question_in_as_few_words_as_can_be() -> None:
    asked = with_question()
    assert retelling.unanswered(vignettes.run(asked)) == {"smoke": ("calm", "b")}
    done = retelling.all_say(asked, "smoke", "no")
    assert vignettes.problems(done) == ()
    assert told(done)["calm"].told["smoke"] == "no"
    assert told(done)["b"] == B, "who is like calm says so too"


def test_only_who_is_asked_answers() -> None:
    done = retelling.all_say(with_question("a = yes"), "smoke", None)
    assert vignettes.problems(done) == ()
    assert told(done)["b"].told == {**B.told, "smoke": None}
    assert told(done)["calm"] == CALM


def test_whoever_is_no_longer_asked_falls_silent_and_the_others_speak_for_themselves() -> None:
    asked = retelling.all_say(with_question(), "smoke", "no")
    gated = editing.open_when(asked, "smoke", "a = yes")
    assert retelling.unasked(vignettes.run(gated)) == {"smoke": ("calm",)}
    done = retelling.all_silent(gated, "smoke")
    assert vignettes.problems(done) == ()
    assert told(done)["b"].told["smoke"] == "no"
    other_way = retelling.all_silent(editing.open_when(asked, "smoke", "a = no"), "smoke")
    assert vignettes.problems(other_way) == ()
    assert told(other_way)["b"].not_asked == ("smoke",)


def test_a_story_is_told_anew_and_those_like_it_stay_as_they_were() -> None:
    before = vignettes.people(small(B))
    done = retelling.retold(small(B), "calm", {"a": "no", "n": 20}, "A young one.")
    assert told(done)["calm"] == replace(CALM, story="A young one.", answers=(("a", "no"), ("n", 20)))
    assert vignettes.people(done)["b"] == before["b"]


def test_a_story_expects_what_the_ticked_flags_say_now() -> None:
    done = retelling.expects(small(B), "b", {"old", "f", "nothing"})
    assert (told(done)["b"].raised, told(done)["b"].not_raised) == (("f",), ("old",))
    assert told(retelling.expects(small(B), "b", ()))["b"].raised == ()


def test_no_story_expects_anything_of_a_flag_that_goes() -> None:
    gone = editing.remove_flag(retelling.expects_nothing_of(small(B), "old"), "old")
    assert vignettes.problems(gone) == ()
    assert told(gone)["b"].raised == ("f",)


def test_who_is_not_in_the_stories_cannot_be_told_anew() -> None:
    for edit in (lambda d: retelling.retold(d, "nobody", {}, ""), lambda d: retelling.expects(d, "nobody", ())):
        with pytest.raises(NotThere):
            edit(small(B))


def test_a_question_that_is_removed_leaves_the_stories() -> None:
    gone = editing.remove_question(retelling.all_say(with_question("a = yes"), "smoke", "no"), "smoke")
    assert gone == small(B)


def test_the_shipped_stories_follow_a_new_question_in_two_words() -> None:
    definition = shipped()
    asked = editing.add_question(definition, choice("smoking"), section_id=definition.sections[0].id, after=None)
    done = retelling.all_say(asked, "smoking", "no")
    assert vignettes.problems(done) == ()
    assert sum(new != old for new, old in zip(done.vignettes, definition.vignettes, strict=True)) == 2
    assert editing.remove_question(done, "smoking").vignettes == definition.vignettes
