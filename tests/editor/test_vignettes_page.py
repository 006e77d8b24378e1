"""Patient stories in the editor: what each expects, and a new one kept as the rules judge it now."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client

from questionnaire.actions import drafts, publishing
from questionnaire.definition import Vignette
from questionnaire.editor.made_up_person import sign_person
from questionnaire.models import Version
from questionnaire.vignettes import run
from screening.actions import roles
from screening.core.staff_roles import EDITOR, REVIEWER
from tests.builders.editor import EditorBrowser, small
from tests.builders.shipped import shipped

NOW = datetime(2026, 11, 22, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft() -> Version:
    return publishing.create_draft(definition=shipped(), actor="alice", now=NOW)


def signed_in(client: Client, role: str) -> Client:
    roles.create_roles()
    user = User.objects.create_user(role.lower())
    user.groups.add(roles.Group.objects.get(name=role))
    client.force_login(user)
    return client


@pytest.fixture
def editor_client(client: Client) -> Client:
    return signed_in(client, EDITOR)


def test_every_shipped_story_comes_out_as_expected(editor_client: Client, draft: Version) -> None:
    page = editor_client.get(f"/editor/ketamine/{draft.number}/stories/")
    assert page.status_code == 200
    assert page.context["failing"] == 0


def test_a_story_shows_the_whole_person_in_words(editor_client: Client, draft: Version) -> None:
    page = editor_client.get(f"/editor/ketamine/{draft.number}/vignette/plain-man/")
    assert "Age" in page.content.decode()
    assert editor_client.get(f"/editor/ketamine/{draft.number}/vignette/nobody/").status_code == 404


def test_a_made_up_person_becomes_a_story_judged_as_now(editor_client: Client, draft: Version) -> None:
    person = {"age": 17, "sex-at-birth": "male"}
    address = f"/editor/ketamine/{draft.number}/stories/tell/"
    first = editor_client.post(address, {"person": sign_person(person)})
    assert "Under 18" in first.content.decode() or first.status_code == 200
    assert editor_client.post(address, {"person": sign_person(person), "story": " "}).status_code == 422
    kept = editor_client.post(
        address, {"person": sign_person(person), "story": "A boy of 17 who says little else"}
    )
    assert kept.status_code == 303
    draft.refresh_from_db()
    story = drafts.read_draft(draft).vignettes[-1]
    assert "age-under-18" in story.raised
    assert editor_client.post(address, {"person": "forged", "story": "x"}).status_code == 404


def test_outsiders_find_nothing(client: Client, draft: Version) -> None:
    address = f"/editor/ketamine/{draft.number}/"
    assert client.get(f"{address}stories/").status_code == 302
    reviewer = signed_in(client, REVIEWER)
    for page in ("stories/", "publish/", "vignette/plain-man/"):
        assert reviewer.get(address + page).status_code == 404


# Stories that follow the draft ------------------------------------------------------------------------------


@pytest.fixture
def editor() -> EditorBrowser:
    """Two people, and a question that both are asked since yesterday."""
    told = (("heart", "no"), ("age", 30), ("tired", "0"))
    stories = (
        Vignette("quiet", "Nothing to report.", told, not_raised=("heart-trouble",)),
        Vignette("old", "An old one.", (("age", 70),), like="quiet", raised=("heart-trouble",)),
    )
    editor = EditorBrowser(replace(small(), vignettes=stories))
    smoking = {"wording-en": "Do you smoke?", "short-en": "Smoking", "type": "choice", "options": "Yes\nNo"}
    editor.post("new/question/", **smoking, after="all/tired")
    return editor


def failing(editor: EditorBrowser) -> list[str]:
    return [str(problem) for problem in run.find_vignette_problems(editor.now)]


def test_everybody_in_the_stories_answers_a_new_question_at_once(editor: EditorBrowser) -> None:
    editor.get("stories/")
    assert "All 2 people say so" in editor.text
    assert len(failing(editor)) == 2
    assert editor.post("stories/smoking/answer/", smoking="no").status_code == 303
    assert failing(editor) == []
    assert [v.own_answers.get("smoking") for v in editor.now.vignettes] == ["no", None]
    editor.get("record/")
    assert "followed by the stories question smoking" in editor.text


def test_an_answer_the_question_does_not_take_is_told_and_nothing_is_saved(editor: EditorBrowser) -> None:
    before = editor.now
    assert editor.post("stories/smoking/answer/", smoking="<b>sometimes").status_code == 422
    assert "There is a problem" in editor.text
    assert editor.now == before
    assert editor.post("stories/nothing/answer/").status_code == 404


def test_an_answer_that_is_no_longer_asked_for_is_taken_out_at_once(editor: EditorBrowser) -> None:
    editor.post("stories/smoking/answer/", smoking="no")
    editor.save("question/smoking/", shown_when="heart = yes")
    editor.get("stories/")
    assert "Take the answer out" in editor.text
    assert editor.post("stories/smoking/silence/").status_code == 303
    assert failing(editor) == []


def test_a_story_and_its_answers_are_changed_and_what_it_expects_follows_on_purpose(
    editor: EditorBrowser,
) -> None:
    editor.post("stories/smoking/answer/", smoking="no")
    form = editor.form("vignette/old/change/")
    answers = {
        "story": "Younger now.",
        "heart": "no",
        "age": "50",
        "tired": "0",
        "smoking": "yes",
        "pains": ["chest"],
    }
    assert editor.post("vignette/old/change/", **{**form, **answers}).status_code == 303
    old = editor.now.vignettes[1]
    assert (old.story, old.own_answers) == ("Younger now.", {"age": 50, "smoking": "yes"}), (
        "pains are not asked, so dropped"
    )
    assert failing(editor) == ["vignette old: the flag heart-trouble should be raised, and is clear"]
    editor.get("vignette/old/")
    assert "This story fails" in editor.text
    assert "must be raised" in editor.text
    assert editor.post("vignette/old/expect/", **{**editor.form("vignette/old/"), "flag": ["heart-trouble"]})
    assert failing(editor) == []
    assert editor.now.vignettes[1].not_raised == ("heart-trouble",)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"story": " "}, "Enter one sentence"),
        ({"story": "x" * 301}, "at most 300 characters"),
        ({"story": "nul \x00"}, "Null characters are not allowed"),
        ({"age": "old"}, "age: "),
        ({"heart": "maybe"}, "heart: "),
    ],
)
def test_a_bad_story_is_told_at_the_field_and_nothing_is_saved(
    editor: EditorBrowser, typed: dict[str, str], says: str
) -> None:
    before = editor.now
    assert editor.save("vignette/old/change/", **typed).status_code == 422
    assert says in editor.text
    assert editor.now == before


def test_two_editors_of_one_story_do_not_overwrite_each_other(editor: EditorBrowser) -> None:
    form = editor.form("vignette/old/change/")
    editor.post("vignette/old/change/", **{**form, "story": "Mine."})
    assert editor.post("vignette/old/change/", **{**form, "story": "Theirs."}).status_code == 409
    assert editor.post("vignette/old/expect/", seen=form["seen"], flag=[]).status_code == 409
    assert editor.now.vignettes[1].story == "Mine."
    assert editor.post("vignette/nobody/change/").status_code == 404


def test_stories_of_a_draft_that_cannot_be_read_can_be_opened_and_not_spoilt(editor: EditorBrowser) -> None:
    broken = replace(editor.now, flags=(replace(editor.now.flags[0], condition="(("),))
    editor.version = EditorBrowser.draft(broken)
    for path in ("stories/", "vignette/old/", "vignette/old/change/"):
        assert "cannot be judged" in editor.get(path).content.decode()
    for path in ("stories/smoking/answer/", "stories/smoking/silence/", "vignette/old/expect/"):
        assert editor.post(path, smoking="no", seen=editor.form("vignette/old/")["seen"]).status_code == 303
    assert editor.post("vignette/old/change/", story="x").status_code == 200
    assert editor.now == broken


def test_a_flag_leaves_the_stories_and_then_the_draft_only_when_asked_twice(editor: EditorBrowser) -> None:
    assert editor.post("flag/heart-trouble/remove/").status_code == 409
    assert "Take it out of these stories" in editor.text
    assert editor.post("flag/heart-trouble/remove/", stories="1").status_code == 303
    assert "heart-trouble" not in editor.now.flags_by_code
    assert all("heart-trouble" not in (*v.raised, *v.not_raised) for v in editor.now.vignettes)
