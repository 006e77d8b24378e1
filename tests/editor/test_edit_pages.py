"""The editor's pages through the real client: what is shown, what is saved, and who is turned away."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from questionnaire.actions import publishing
from questionnaire.definition import QuestionType, Text
from questionnaire.models import Questionnaire, Version
from screening.core.staff_roles import ADMINISTRATOR, EDITOR, REVIEWER
from tests.builders.editor import Desk
from tests.builders.shipped import shipped
from tests.builders.staff import browser_of, member

pytestmark = pytest.mark.django_db

GETS = (
    *("", "record/", "try/", "question/heart/", "flag/heart-trouble/", "section/all/", "topic/topic/"),
    *("score/fatigue/", "new/question/", "new/flag/", "new/section/", "new/topic/", "new/score/"),
    *("question/pains/condition/", "flag/heart-trouble/condition/", "new/flag/?unknown=heart"),
    *("stories/", "vignette/quiet/", "vignette/quiet/change/", "publish/", "preview/", "specification/"),
)


# Every page ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", GETS)
def test_every_page_opens(desk: Desk, path: str) -> None:
    assert desk.get(path).status_code == 200
    assert desk.html.count("<h1") == 1


def test_the_list_says_who_made_what_and_what_is_frozen(desk: Desk, published: Version) -> None:
    desk.version = Desk.draft(shipped())
    desk.get("/editor/")
    assert "Version 2" in desk.text
    assert published.document.fingerprint[:12] in desk.text
    assert "not frozen yet" in desk.text
    assert "Compare with 1" in desk.text


def test_an_empty_house_says_what_to_do() -> None:
    response = browser_of(member("edda", EDITOR)).get("/editor/")
    assert "No questionnaire is loaded yet" in response.content.decode()


def test_the_outline_shows_conditions_in_words_and_who_uses_what(desk: Desk) -> None:
    desk.get()
    assert "Shown when heart is “yes”" in desk.text
    assert "heart is “yes”, or pains includes “chest”, or age is 65 or more" in desk.text
    assert "2 flags · opens 1 question · 1 story" in desk.text
    assert "at the shortest" in desk.text


@pytest.mark.parametrize("path", GETS)
def test_a_stranger_is_asked_to_sign_in(desk: Desk, path: str) -> None:
    for method in (Client().get, Client().post):
        response = method(desk.root + path)
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("path", GETS)
def test_a_reviewer_finds_no_such_page(desk: Desk, path: str) -> None:
    reviewer = browser_of(member("sam", REVIEWER))
    assert reviewer.get(desk.root + path).status_code == 404
    assert reviewer.post(desk.root + path).status_code == 404


def test_an_administrator_reads_and_changes_nothing(desk: Desk) -> None:
    form = desk.form("question/heart/")
    desk.client = browser_of(member("root", ADMINISTRATOR))
    for path in ("", "question/heart/", "flag/heart-trouble/", "record/", "try/"):
        assert desk.get(path).status_code == 200
        assert "Remove" not in desk.text
    assert "You may read this draft" in desk.get("question/heart/").content.decode()
    assert desk.post("question/heart/", **form).status_code == 404
    for path in ("question/heart/move/", "question/heart/remove/", "undo/", "draft/", "reviewed/", "new/flag/"):
        assert desk.post(path, move="up").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        *("question/nothing/", "flag/nothing/", "section/nothing/", "topic/nothing/", "score/nothing/"),
        *("question/nothing/condition/", "flag/nothing/condition/", "compare/99/", "new/vignettes/"),
        *("../99/", "../9999999999999999999999/", "../../nowhere/1/", f"../{'9' * 5000}/", "question/%00/"),
    ],
)
def test_bad_ids_are_no_such_page(desk: Desk, path: str) -> None:
    assert desk.get(path).status_code == 404


@pytest.mark.parametrize("path", ["question/heart/move/", "question/heart/remove/", "undo/", "draft/", "reviewed/"])
def test_what_changes_something_is_not_opened(desk: Desk, path: str) -> None:
    assert desk.get(path).status_code == 405


@pytest.mark.parametrize("path", ["", "record/", "compare/1/"])
def test_what_shows_something_takes_no_post(desk: Desk, path: str) -> None:
    assert desk.post(path).status_code == 405


@pytest.mark.parametrize(
    ("path", "most"),
    [
        *(("", 15), ("/editor/", 8), ("question/heart/", 13), ("flag/heart-trouble/", 13), ("record/", 9)),
        *(("try/", 13), ("stories/", 15), ("vignette/quiet/", 13), ("publish/", 20), ("preview/", 14)),
    ],
)
def test_a_page_costs_as_many_queries_however_long_the_questionnaire(
    desk: Desk, path: str, most: int, django_assert_max_num_queries: Any
) -> None:
    desk.get("new/topic/")  # the first page after signing in also notes when this session was used
    with django_assert_max_num_queries(most) as few:
        desk.get(path)
    desk.version = Desk.draft(shipped())
    path = path.replace("heart/", "heart-conditions/").replace("heart-trouble", "bp-high-in-pregnancy")
    path = path.replace("quiet", "plain-man")
    with django_assert_max_num_queries(len(few) + (1 if path == "/editor/" else 0)):
        assert desk.get(path).status_code == 200


# Frozen versions -----------------------------------------------------------------------------------------------------


def test_a_frozen_version_is_read_only(desk: Desk, published: Version) -> None:
    desk.version = published
    for path in ("", "question/age/", "flag/age-under-18/", "section/right-now/", "score/phq9/", "record/", "try/"):
        assert desk.get(path).status_code == 200
        for word in ("Remove", "Save", "Add a question", "Put together", "I have read both"):
            assert word not in desk.text.replace("Saved", ""), path
    assert 'name="wording-en"' in desk.get("question/age/").content.decode()
    assert desk.html.count("disabled") > 3


@pytest.mark.parametrize(
    "path",
    [
        *("question/age/", "flag/age-under-18/", "question/age/move/", "flag/age-under-18/remove/"),
        *("section/right-now/", "question/age/condition/", "new/flag/", "new/question/", "new/topic/"),
    ],
)
def test_a_frozen_version_takes_no_change(desk: Desk, published: Version, path: str) -> None:
    desk.version = published
    before = publishing.load_definition(published.pk)
    assert desk.post(path, move="up", do="save", seen="x").status_code == 409
    assert "cannot be changed" in desk.text
    publishing.load_definition.cache_clear()
    assert publishing.load_definition(published.pk) == before


def test_a_draft_that_was_given_up_can_still_be_read(desk: Desk) -> None:
    publishing.retire(version=desk.version, actor="user:1", now=timezone.now())
    assert desk.get("").status_code == 200
    assert "Add a question" not in desk.text
    assert Questionnaire.objects.get().slug == "small"
    assert desk.now.questions["age"].type is QuestionType.INTEGER
    assert desk.now.title == Text.of("Small")
