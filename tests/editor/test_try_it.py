"""Trying a draft with answers, comparing two versions, and starting a new draft."""

from __future__ import annotations

import pytest

from questionnaire.models import Version
from tests.builders.definitions import questionnaire
from tests.builders.editor import Desk

pytestmark = pytest.mark.django_db


def test_trying_says_raised_cannot_tell_and_clear_with_the_reasons(desk: Desk) -> None:
    desk.post("try/", heart="yes", pains=["chest"], age="30", all="1")
    assert "raised heart-trouble" in desk.text
    assert "heart is “yes” true" in desk.text
    assert "age is 65 or more not so" in desk.text
    assert "1 raised 0 cannot tell 1 clear" in desk.text
    desk.post("try/", heart="not-sure", age="not-sure")
    assert "cannot tell heart-trouble" in desk.text


def test_trying_keeps_what_cannot_be_read_and_says_so(desk: Desk) -> None:
    assert desk.post("try/", heart="maybe", age="<b>old", pains=["chest", "nose"]).status_code == 422
    assert 'value="&lt;b&gt;old"' in desk.html
    assert 'href="#answer-age"' in desk.html


def test_trying_a_broken_draft_says_so() -> None:
    desk = Desk(questionnaire(*Desk(username="other").now.questions.values(), broken="(("))
    assert desk.post("try/", heart="yes").status_code == 200
    assert "cannot be read, so nothing can be judged" in desk.text
    assert desk.get("").status_code == 200


def test_two_versions_are_compared_in_words(desk: Desk) -> None:
    old = desk.version
    desk.version = Desk.draft(desk.now)
    desk.save("flag/heart-trouble/", condition="heart = yes OR age >= 70")
    desk.get(f"compare/{old.number}/")
    assert "raised when" in desk.text
    assert "age is 65 or more" in desk.text
    assert "age is 70 or more" in desk.text
    desk.get(f"compare/{desk.version.number}/")
    assert "Nothing that a patient or a reviewer would notice" in desk.text


def test_a_new_draft_says_what_its_version_said(desk: Desk) -> None:
    response = desk.post("draft/")
    assert response["Location"] == "/editor/small/2/"
    made = Version.objects.get(number=2)
    assert (made.state, made.note) == ("draft", "made from version 1")
    assert desk.get(response["Location"]).status_code == 200
