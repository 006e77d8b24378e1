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
from tests.builders.editor import EditorBrowser
from tests.builders.shipped import shipped
from tests.builders.staff import browser_of, member

pytestmark = pytest.mark.django_db

GETS = (
    *("", "record/", "try/", "question/heart/", "flag/heart-trouble/", "section/all/", "topic/topic/"),
    *("score/fatigue/", "new/question/", "new/flag/", "new/section/", "new/topic/", "new/score/"),
    *("question/pains/condition/", "flag/heart-trouble/condition/", "new/flag/?unknown=heart"),
    *("stories/", "vignette/quiet/", "vignette/quiet/change/", "publish/", "preview/", "specification/"),
)


# Every page -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", GETS)
def test_every_page_opens(editor: EditorBrowser, path: str) -> None:
    assert editor.get(path).status_code == 200
    assert editor.html.count("<h1") == 1


def test_the_list_says_who_made_what_and_what_is_frozen(editor: EditorBrowser, published: Version) -> None:
    editor.version = EditorBrowser.draft(shipped())
    editor.get("/editor/")
    assert "Version 2" in editor.text
    assert published.document.fingerprint[:12] in editor.text
    assert "not frozen yet" in editor.text
    assert "Compare with 1" in editor.text


def test_an_empty_house_says_what_to_do() -> None:
    response = browser_of(member("edda", EDITOR)).get("/editor/")
    assert "No questionnaire is loaded yet" in response.content.decode()


def test_the_outline_shows_conditions_in_words_and_who_uses_what(editor: EditorBrowser) -> None:
    editor.get()
    assert "Shown when heart is “yes”" in editor.text
    assert "heart is “yes”, or pains includes “chest”, or age is 65 or more" in editor.text
    assert "2 flags · opens 1 question · 1 story" in editor.text
    assert "at the shortest" in editor.text


@pytest.mark.parametrize("path", GETS)
def test_a_stranger_is_asked_to_sign_in(editor: EditorBrowser, path: str) -> None:
    for method in (Client().get, Client().post):
        response = method(editor.root + path)
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("path", GETS)
def test_a_reviewer_finds_no_such_page(editor: EditorBrowser, path: str) -> None:
    reviewer = browser_of(member("sam", REVIEWER))
    assert reviewer.get(editor.root + path).status_code == 404
    assert reviewer.post(editor.root + path).status_code == 404


def test_an_administrator_reads_and_changes_nothing(editor: EditorBrowser) -> None:
    form = editor.form("question/heart/")
    editor.client = browser_of(member("root", ADMINISTRATOR))
    for path in ("", "question/heart/", "flag/heart-trouble/", "record/", "try/"):
        assert editor.get(path).status_code == 200
        assert "Remove" not in editor.text
    assert "You may read this draft" in editor.get("question/heart/").content.decode()
    assert editor.post("question/heart/", **form).status_code == 404
    for path in (
        "question/heart/move/",
        "question/heart/remove/",
        "undo/",
        "draft/",
        "reviewed/",
        "new/flag/",
    ):
        assert editor.post(path, move="up").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        *("question/nothing/", "flag/nothing/", "section/nothing/", "topic/nothing/", "score/nothing/"),
        *("question/nothing/condition/", "flag/nothing/condition/", "compare/99/", "new/vignettes/"),
        *("../99/", "../9999999999999999999999/", "../../nowhere/1/", f"../{'9' * 5000}/", "question/%00/"),
    ],
)
def test_bad_ids_are_no_such_page(editor: EditorBrowser, path: str) -> None:
    assert editor.get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["question/heart/move/", "question/heart/remove/", "undo/", "draft/", "reviewed/"]
)
def test_what_changes_something_is_not_opened(editor: EditorBrowser, path: str) -> None:
    assert editor.get(path).status_code == 405


@pytest.mark.parametrize("path", ["", "record/", "compare/1/"])
def test_what_shows_something_takes_no_post(editor: EditorBrowser, path: str) -> None:
    assert editor.post(path).status_code == 405


@pytest.mark.parametrize(
    ("path", "most"),
    [
        *(("", 17), ("/editor/", 9), ("question/heart/", 14), ("flag/heart-trouble/", 14), ("record/", 10)),
        *(("try/", 14), ("stories/", 16), ("vignette/quiet/", 14), ("publish/", 21), ("preview/", 15)),
    ],
)
def test_a_page_costs_as_many_queries_however_long_the_questionnaire(
    editor: EditorBrowser, path: str, most: int, django_assert_max_num_queries: Any
) -> None:
    editor.get("new/topic/")  # the first page after signing in also notes when this session was used
    with django_assert_max_num_queries(most) as few:
        editor.get(path)
    editor.version = EditorBrowser.draft(shipped())
    path = path.replace("heart/", "heart-conditions/").replace("heart-trouble", "bp-high-in-pregnancy")
    path = path.replace("quiet", "plain-man")
    with django_assert_max_num_queries(len(few) + (1 if path == "/editor/" else 0)):
        assert editor.get(path).status_code == 200


# Frozen versions --------------------------------------------------------------------------------------------


def test_a_frozen_version_is_read_only(editor: EditorBrowser, published: Version) -> None:
    editor.version = published
    for path in (
        "",
        "question/age/",
        "flag/age-under-18/",
        "section/right-now/",
        "score/phq9/",
        "record/",
        "try/",
    ):
        assert editor.get(path).status_code == 200
        for word in ("Remove", "Save", "Add a question", "Put together", "I have read both"):
            assert word not in editor.text.replace("Saved", ""), path
    assert 'name="wording-en"' in editor.get("question/age/").content.decode()
    assert editor.html.count("disabled") > 3


@pytest.mark.parametrize(
    "path",
    [
        *("question/age/", "flag/age-under-18/", "question/age/move/", "flag/age-under-18/remove/"),
        *("section/right-now/", "question/age/condition/", "new/flag/", "new/question/", "new/topic/"),
    ],
)
def test_a_frozen_version_takes_no_change(editor: EditorBrowser, published: Version, path: str) -> None:
    editor.version = published
    before = publishing.load_definition(published.pk)
    assert editor.post(path, move="up", do="save", seen="x").status_code == 409
    assert "cannot be changed" in editor.text
    publishing.load_definition.cache_clear()
    assert publishing.load_definition(published.pk) == before


def test_a_draft_that_was_given_up_can_still_be_read(editor: EditorBrowser) -> None:
    publishing.retire(version=editor.version, actor="user:1", now=timezone.now())
    assert editor.get("").status_code == 200
    assert "Add a question" not in editor.text
    assert Questionnaire.objects.get().slug == "small"
    assert editor.now.questions["age"].type is QuestionType.INTEGER
    assert editor.now.title == Text.of("Small")
