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
from tests.builders.editor import Desk, small
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
def editor(client: Client) -> Client:
    return signed_in(client, EDITOR)


def test_every_shipped_story_comes_out_as_expected(editor: Client, draft: Version) -> None:
    page = editor.get(f"/editor/ketamine/{draft.number}/stories/")
    assert page.status_code == 200
    assert page.context["failing"] == 0


def test_a_story_shows_the_whole_person_in_words(editor: Client, draft: Version) -> None:
    page = editor.get(f"/editor/ketamine/{draft.number}/vignette/plain-man/")
    assert "Age" in page.content.decode()
    assert editor.get(f"/editor/ketamine/{draft.number}/vignette/nobody/").status_code == 404


def test_a_made_up_person_becomes_a_story_judged_as_now(editor: Client, draft: Version) -> None:
    person = {"age": 17, "sex-at-birth": "male"}
    address = f"/editor/ketamine/{draft.number}/stories/tell/"
    first = editor.post(address, {"person": sign_person(person)})
    assert "Under 18" in first.content.decode() or first.status_code == 200
    assert editor.post(address, {"person": sign_person(person), "story": " "}).status_code == 422
    kept = editor.post(address, {"person": sign_person(person), "story": "A boy of 17 who says little else"})
    assert kept.status_code == 303
    draft.refresh_from_db()
    story = drafts.read_draft(draft).vignettes[-1]
    assert "age-under-18" in story.raised
    assert editor.post(address, {"person": "forged", "story": "x"}).status_code == 404


def test_outsiders_find_nothing(client: Client, draft: Version) -> None:
    address = f"/editor/ketamine/{draft.number}/"
    assert client.get(f"{address}stories/").status_code == 302
    reviewer = signed_in(client, REVIEWER)
    for page in ("stories/", "publish/", "vignette/plain-man/"):
        assert reviewer.get(address + page).status_code == 404


# Stories that follow the draft ---------------------------------------------------------------------------------------


@pytest.fixture
def desk() -> Desk:
    """Two people, and a question that both are asked since yesterday."""
    told = (("heart", "no"), ("age", 30), ("tired", "0"))
    stories = (
        Vignette("quiet", "Nothing to report.", told, not_raised=("heart-trouble",)),
        Vignette("old", "An old one.", (("age", 70),), like="quiet", raised=("heart-trouble",)),
    )
    desk = Desk(replace(small(), vignettes=stories))
    smoking = {"wording-en": "Do you smoke?", "short-en": "Smoking", "type": "choice", "options": "Yes\nNo"}
    desk.post("new/question/", **smoking, after="all/tired")
    return desk


def failing(desk: Desk) -> list[str]:
    return [str(problem) for problem in run.find_vignette_problems(desk.now)]


def test_everybody_in_the_stories_answers_a_new_question_at_once(desk: Desk) -> None:
    desk.get("stories/")
    assert "All 2 people say so" in desk.text
    assert len(failing(desk)) == 2
    assert desk.post("stories/smoking/answer/", smoking="no").status_code == 303
    assert failing(desk) == []
    assert [v.told.get("smoking") for v in desk.now.vignettes] == ["no", None]
    desk.get("record/")
    assert "followed by the stories question smoking" in desk.text


def test_an_answer_the_question_does_not_take_is_told_and_nothing_is_saved(desk: Desk) -> None:
    before = desk.now
    assert desk.post("stories/smoking/answer/", smoking="<b>sometimes").status_code == 422
    assert "There is a problem" in desk.text
    assert desk.now == before
    assert desk.post("stories/nothing/answer/").status_code == 404


def test_an_answer_that_is_no_longer_asked_for_is_taken_out_at_once(desk: Desk) -> None:
    desk.post("stories/smoking/answer/", smoking="no")
    desk.save("question/smoking/", shown_when="heart = yes")
    desk.get("stories/")
    assert "Take the answer out" in desk.text
    assert desk.post("stories/smoking/silence/").status_code == 303
    assert failing(desk) == []


def test_a_story_and_its_answers_are_changed_and_what_it_expects_follows_on_purpose(desk: Desk) -> None:
    desk.post("stories/smoking/answer/", smoking="no")
    form = desk.form("vignette/old/change/")
    answers = {"story": "Younger now.", "heart": "no", "age": "50", "tired": "0", "smoking": "yes", "pains": ["chest"]}
    assert desk.post("vignette/old/change/", **{**form, **answers}).status_code == 303
    old = desk.now.vignettes[1]
    assert (old.story, old.told) == ("Younger now.", {"age": 50, "smoking": "yes"}), "pains are not asked, so dropped"
    assert failing(desk) == ["vignette old: the flag heart-trouble should be raised, and is clear"]
    desk.get("vignette/old/")
    assert "This story fails" in desk.text
    assert "must be raised" in desk.text
    assert desk.post("vignette/old/expect/", **{**desk.form("vignette/old/"), "flag": ["heart-trouble"]})
    assert failing(desk) == []
    assert desk.now.vignettes[1].not_raised == ("heart-trouble",)


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
def test_a_bad_story_is_told_at_the_field_and_nothing_is_saved(desk: Desk, typed: dict[str, str], says: str) -> None:
    before = desk.now
    assert desk.save("vignette/old/change/", **typed).status_code == 422
    assert says in desk.text
    assert desk.now == before


def test_two_editors_of_one_story_do_not_overwrite_each_other(desk: Desk) -> None:
    form = desk.form("vignette/old/change/")
    desk.post("vignette/old/change/", **{**form, "story": "Mine."})
    assert desk.post("vignette/old/change/", **{**form, "story": "Theirs."}).status_code == 409
    assert desk.post("vignette/old/expect/", seen=form["seen"], flag=[]).status_code == 409
    assert desk.now.vignettes[1].story == "Mine."
    assert desk.post("vignette/nobody/change/").status_code == 404


def test_stories_of_a_draft_that_cannot_be_read_can_be_opened_and_not_spoilt(desk: Desk) -> None:
    broken = replace(desk.now, flags=(replace(desk.now.flags[0], condition="(("),))
    desk.version = Desk.draft(broken)
    for path in ("stories/", "vignette/old/", "vignette/old/change/"):
        assert "cannot be judged" in desk.get(path).content.decode()
    for path in ("stories/smoking/answer/", "stories/smoking/silence/", "vignette/old/expect/"):
        assert desk.post(path, smoking="no", seen=desk.form("vignette/old/")["seen"]).status_code == 303
    assert desk.post("vignette/old/change/", story="x").status_code == 200
    assert desk.now == broken


def test_a_flag_leaves_the_stories_and_then_the_draft_only_when_asked_twice(desk: Desk) -> None:
    assert desk.post("flag/heart-trouble/remove/").status_code == 409
    assert "Take it out of these stories" in desk.text
    assert desk.post("flag/heart-trouble/remove/", stories="1").status_code == 303
    assert "heart-trouble" not in desk.now.flags_by_code
    assert all("heart-trouble" not in (*v.raised, *v.not_raised) for v in desk.now.vignettes)
