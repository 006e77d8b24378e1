"""Trying a draft with answers, comparing two versions, and starting a new draft."""

from __future__ import annotations

import pytest

from questionnaire.models import Version
from tests.builders.definitions import questionnaire
from tests.builders.editor import EditorBrowser

pytestmark = pytest.mark.django_db


def test_trying_says_raised_cannot_tell_and_clear_with_the_reasons(editor: EditorBrowser) -> None:
    editor.post("try/", heart="yes", pains=["chest"], age="30", all="1")
    assert "raised heart-trouble" in editor.text
    assert "heart is “yes” true" in editor.text
    assert "age is 65 or more not so" in editor.text
    assert "1 raised 0 cannot tell 1 clear" in editor.text
    editor.post("try/", heart="not-sure", age="not-sure")
    assert "cannot tell heart-trouble" in editor.text


def test_trying_keeps_what_cannot_be_read_and_says_so(editor: EditorBrowser) -> None:
    assert editor.post("try/", heart="maybe", age="<b>old", pains=["chest", "nose"]).status_code == 422
    assert 'value="&lt;b&gt;old"' in editor.html
    assert 'href="#answer-age"' in editor.html


def test_trying_a_broken_draft_says_so() -> None:
    editor = EditorBrowser(
        questionnaire(*EditorBrowser(username="other").now.questions.values(), broken="((")
    )
    assert editor.post("try/", heart="yes").status_code == 200
    assert "cannot be read, so nothing can be judged" in editor.text
    assert editor.get("").status_code == 200


def test_two_versions_are_compared_in_words(editor: EditorBrowser) -> None:
    old = editor.version
    editor.version = EditorBrowser.draft(editor.now)
    editor.save("flag/heart-trouble/", condition="heart = yes OR age >= 70")
    editor.get(f"compare/{old.number}/")
    assert "raised when" in editor.text
    assert "age is 65 or more" in editor.text
    assert "age is 70 or more" in editor.text
    editor.get(f"compare/{editor.version.number}/")
    assert "Nothing that a patient or a reviewer would notice" in editor.text


def test_a_new_draft_says_what_its_version_said(editor: EditorBrowser) -> None:
    response = editor.post("draft/")
    assert response["Location"] == "/editor/small/2/"
    made = Version.objects.get(number=2)
    assert (made.state, made.note) == ("draft", "made from version 1")
    assert editor.get(response["Location"]).status_code == 200
