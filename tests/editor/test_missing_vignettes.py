"""Each flag needs stories of people who raise it, just miss it, leave it in doubt: the gate asks for them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import timezone

from questionnaire import proofs
from questionnaire.actions import publishing
from questionnaire.actions.publishing import NotPublishableError, Signature
from questionnaire.definition import Definition, Text
from questionnaire.proof_results import GateResult
from questionnaire.vignettes import coverage, run
from tests.builders.definitions import sound, with_condition
from tests.builders.editor import STORIES, EditorBrowser, with_all_stories

NEEDED = ["clarify-heart:not_raised", "clarify-heart:raised"]
NEEDED += [f"heart-trouble:{kind}" for kind in ("cannot_tell", "not_raised", "raised")]


@pytest.fixture(scope="module")
def gate() -> GateResult:
    return proofs.check_gate(sound())


def keys(definition: Definition, gate: GateResult) -> list[str]:
    return sorted(missing.key for missing in coverage.find_missing_vignettes(definition, gate))


# Who is missing ---------------------------------------------------------------------------------------------


def test_a_story_of_which_it_is_proved_that_there_is_no_such_person_is_not_asked_for(
    gate: GateResult,
) -> None:
    assert keys(sound(), gate) == NEEDED
    assert [missing.key for missing in coverage.find_impossible_vignettes(sound(), gate)] == [
        "clarify-heart:cannot_tell"
    ]
    assert keys(with_all_stories(), gate) == []


def test_the_people_of_the_proofs_tell_every_missing_story_and_each_comes_out_as_expected(
    gate: GateResult,
) -> None:
    done = coverage.add_missing_vignettes(sound(), gate, (), {"heart-trouble-raised"})
    assert keys(done, gate) == []
    assert run.find_vignette_problems(done) == ()
    names = [vignette.name for vignette in done.vignettes]
    assert "heart-trouble-raised-2" in names, "a name is used once"
    assert len(names) < len(NEEDED), "one person may tell several stories"


def test_whoever_just_misses_a_flag_says_one_thing_differently_from_somebody_who_raises_it() -> None:
    older = with_condition("age >= 65")
    gate = proofs.check_gate(older)
    done = coverage.add_missing_vignettes(older, gate, {"more:not_raised"}, ())
    assert done.vignettes[-1].own_answers["age"] == 64
    assert done.vignettes[-1].story == "Made up: just misses “more”. age: 64."


def test_a_person_whom_the_draft_judges_otherwise_by_now_tells_no_story(gate: GateResult) -> None:
    changed = replace(sound(), flags=(replace(sound().flags[0], condition="age >= 200"), sound().flags[1]))
    done = coverage.add_missing_vignettes(changed, gate, {"heart-trouble:raised"}, ())
    assert done == changed


# The gate ---------------------------------------------------------------------------------------------------


def published(definition: Definition) -> None:
    version = EditorBrowser.draft(definition)
    publishing.publish(version=version, actor="user:0", now=timezone.now())


@pytest.mark.django_db
@pytest.mark.parametrize("story", STORIES[1:], ids=lambda story: story.name)
def test_a_version_that_lacks_a_story_is_refused_by_the_server(story: object) -> None:
    published(with_all_stories())
    others = tuple(vignette for vignette in STORIES if vignette != story)
    lacking = replace(with_all_stories(), title=Text.of("Other words"), vignettes=others)
    with pytest.raises(NotPublishableError) as refused:
        signature = Signature(reason="Other words", may_approve_weakening=True, alone=True)
        publishing.publish(
            version=EditorBrowser.draft(lacking), actor="user:0", now=timezone.now(), signature=signature
        )
    assert {problem.code for problem in refused.value.problems} == {"untold"}


@pytest.mark.django_db
def test_a_flag_that_stands_as_before_is_not_held_back_by_stories_it_never_had() -> None:
    published(sound())  # a first version may be without
    same = replace(sound(), title=Text.of("Other words"))
    signature = Signature(reason="Other words", may_approve_weakening=True, alone=True)
    publishing.publish(
        version=EditorBrowser.draft(same), actor="user:0", now=timezone.now(), signature=signature
    )
    changed = replace(same, flags=(replace(same.flags[0], reason="Said otherwise."), *same.flags[1:]))
    with pytest.raises(NotPublishableError) as refused:
        publishing.publish(
            version=EditorBrowser.draft(changed), actor="user:0", now=timezone.now(), signature=signature
        )
    assert [problem.where for problem in refused.value.problems] == ["flag heart-trouble"]


@pytest.mark.django_db
def test_an_editor_tells_one_missing_story_or_all_of_them_in_one_step_each() -> None:
    # Given a draft that says its flags anew and lacks every story, and was proved
    published(sound())
    editor = EditorBrowser(
        replace(sound(), flags=tuple(replace(flag, reason="Said otherwise.") for flag in sound().flags))
    )
    editor.post("publish/prove/")
    editor.get("publish/")
    assert "In the way: 5 stories are missing" in editor.text
    assert "read each through afterwards" in editor.text
    assert "1 story is not asked for: it is proved that there is no such person" in editor.text
    refused = editor.post("publish/send/", reason="Please")
    assert refused.status_code == 422
    assert "no patient story tells of somebody who" in editor.text

    # When they ask for one, it is told; a name that means nothing tells nothing
    editor.post("stories/missing/", story="heart-trouble:raised", walk="1")
    assert [story.raised for story in editor.now.vignettes] == [("heart-trouble",)]
    editor.post("stories/missing/", story="<script>")
    assert len(editor.now.vignettes) == 1

    # And when they ask for all, nothing is missing or has to be proved again, and the page asks them to read
    assert editor.post("stories/missing/", walk="1")["Location"] == f"{editor.root}publish/#stories"
    editor.get("publish/")
    assert "In the way" not in editor.text
    assert "goals were tried" in editor.text
    assert "read each through, and say who it is in yours" in editor.text
    assert editor.post("publish/send/", reason="Please").status_code == 303

    # Then nothing can be told while it is in review
    assert editor.post("stories/missing/").status_code == 409


@pytest.mark.django_db
def test_a_story_told_in_the_editors_own_words_is_no_longer_pointed_out(gate: GateResult) -> None:
    editor = EditorBrowser(coverage.add_missing_vignettes(sound(), gate, {"heart-trouble:raised"}, ()))
    editor.get("stories/")
    assert "1 story was told by the proofs" in editor.text
    name = editor.now.vignettes[0].name
    editor.save(f"vignette/{name}/change/", story="An old man with heart trouble.")
    editor.get("stories/")
    assert "told by the proofs" not in editor.text


@pytest.mark.django_db
def test_without_proofs_nothing_is_told_and_the_page_says_to_run_them() -> None:
    editor = EditorBrowser(sound())
    assert editor.post("stories/missing/").status_code == 303
    assert editor.now == sound()
    editor.get("stories/")
    assert "6 stories may be missing" in editor.text
    assert "Run the proofs" in editor.text
