"""Flags, sections, topics and totals in the editor: changed, added, and told why not."""

from __future__ import annotations

from typing import Any

import pytest

from questionnaire.changes.comparison import compare_definitions
from questionnaire.definition import Severity
from tests.builders.editor import EditorBrowser

pytestmark = pytest.mark.django_db


def test_a_flag_is_saved_with_its_source(editor: EditorBrowser) -> None:
    assert editor.save("flag/heart-trouble/", severity="urgent", checked_by="Dr. Ana Ruiz").status_code == 303
    flag = editor.now.flags_by_code["heart-trouble"]
    assert (flag.severity, flag.source.checked_by) == (Severity.URGENT, "Dr. Ana Ruiz")


def test_a_flag_says_that_it_is_about_this_moment(editor: EditorBrowser) -> None:
    before = editor.now
    assert not before.flags_by_code["heart-trouble"].happening_now
    editor.save("flag/heart-trouble/", happening_now="on")
    assert editor.now.flags_by_code["heart-trouble"].happening_now
    assert [(change.what, change.after) for change in compare_definitions(before, editor.now)] == [
        ("about this moment", "yes")
    ]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"title": ""}, "Fill this in: Title, for staff"),
        ({"severity": "mild"}, "Select a valid choice"),
        ({"topic": "nothing"}, "Select a valid choice"),
        ({"condition": ""}, "Enter when it holds"),
        ({"condition": "heart = yes AND"}, "line 1, column"),
        ({"condition": "haert = yes"}, "did you mean"),
        ({"condition": "heart = yess"}, "did you mean"),
        ({"condition": "heart >= 3"}, "needs options that are whole numbers"),
        ({"condition": "(" * 30 + "heart = yes" + ")" * 30}, "nested brackets"),
        ({"condition": "heart = yes OR " * 700 + "heart = yes"}, "at most 10000 characters"),
        ({"checked": "yesterday"}, "Enter a date such as 2027-11-22"),
        ({"expires": "2020-01-01"}, "must come after"),
        ({"patient-en": ""}, "Enter words for"),
        ({"url": "javascript:alert(1)"}, "Enter an address that begins with https://"),
    ],
)
def test_a_bad_flag_is_told_at_the_field_and_nothing_is_saved(
    editor: EditorBrowser, changes: dict[str, str], says: str
) -> None:
    before = editor.now
    assert editor.save("flag/heart-trouble/", **changes).status_code == 422
    assert says in editor.text
    assert "There is a problem" in editor.text
    assert editor.now == before


def test_a_flag_is_added_and_then_put_together(editor: EditorBrowser) -> None:
    form = editor.form("new/flag/")
    response = editor.post(
        "new/flag/", **{**form, "title": "Smoking", "reason": "Lungs.", "citation": "A book"}
    )
    assert response["Location"] == f"{editor.root}flag/smoking/condition/"
    flag = editor.now.flags_by_code["smoking"]
    assert (flag.condition, flag.severity) == ("", Severity.MODERATE)
    for path in ("", "flag/smoking/", "try/", "flag/smoking/condition/"):
        assert editor.get(path).status_code == 200


@pytest.mark.parametrize(
    ("title", "about", "code"),
    [
        ("Smoking", "concern", "smoking"),
        ("Smoking", "unknown", "clarify-smoking"),
        ("Clarify smoking", "unknown", "clarify-smoking"),
        ("Heart trouble", "concern", "heart-trouble-2"),
    ],
)
def test_what_a_new_flag_is_for_decides_its_code(
    editor: EditorBrowser, title: str, about: str, code: str
) -> None:
    typed = {
        "title": title,
        "about": about,
        "reason": "Lungs.",
        "citation": "A book",
        "condition": "unknown(heart)",
    }
    assert (
        editor.post("new/flag/", **{**editor.form("new/flag/"), **typed})["Location"]
        == f"{editor.root}flag/{code}/"
    )
    assert editor.now.flags_by_code[code].clarifies == (about == "unknown")
    assert (
        editor.post("new/flag/", **{**editor.form("new/flag/"), **typed, "about": "fun"}).status_code == 422
    )


def test_a_flag_for_what_is_not_known_is_offered_where_it_is_missing(editor: EditorBrowser) -> None:
    typed = {
        "title": "Tired",
        "about": "concern",
        "reason": "Rest.",
        "citation": "A book",
        "condition": "tired = 2",
    }
    editor.post("new/flag/", **{**editor.form("new/flag/"), **typed})
    editor.get("publish/")
    assert f'href="{editor.root}new/flag/?unknown=tired"' in editor.html
    form = editor.form("new/flag/?unknown=tired")
    response = editor.post("new/flag/", **{**form, "reason": "Unknown never means no.", "citation": "A book"})
    flag = editor.now.flags_by_code[response["Location"].split("/")[-2]]
    assert (flag.clarifies, flag.condition) == (True, "unknown(tired)")
    editor.get("publish/")
    assert "?unknown=tired" not in editor.html


def test_sections_topics_and_totals_are_added_changed_and_removed(editor: EditorBrowser) -> None:
    for kind, typed, id in (
        ("section", {"title-en": "Last things"}, "last-things"),
        ("topic", {"label-en": "Sleep"}, "sleep"),
        ("score", {"title": "Sum", "items": ["tired"]}, "sum"),
    ):
        assert editor.post(f"new/{kind}/", **typed)["Location"] == f"{editor.root}{kind}/{id}/"
        field = next(iter(typed))
        assert editor.save(f"{kind}/{id}/", **{field: "Other words"}).status_code == 303
        assert "Other words" in editor.get("").content.decode()
        assert editor.post(f"{kind}/{id}/remove/").status_code == 303
        editor.post(f"new/{kind}/", **typed)
        assert f"{kind}/{id}-2/" in editor.get("").content.decode(), "an id is never used again"


@pytest.mark.parametrize(
    ("kind", "id", "typed", "says"),
    [
        ("section", "all", {"title-en": ""}, "Enter words for: Title"),
        ("topic", "topic", {"label-en": " "}, "Enter words for: Label"),
        ("score", "fatigue", {"items": []}, "Select the questions to add up"),
        ("score", "fatigue", {"items": ["pains"]}, "no such question to add up"),
        ("score", "fatigue", {"title": ""}, "Enter a title"),
    ],
)
def test_a_bad_part_is_told_why(
    editor: EditorBrowser, kind: str, id: str, typed: dict[str, Any], says: str
) -> None:
    before = editor.now
    assert editor.save(f"{kind}/{id}/", **typed).status_code == 422
    assert says in editor.text
    assert editor.now == before


def test_a_section_with_questions_is_not_removed(editor: EditorBrowser) -> None:
    assert editor.post("section/all/remove/").status_code == 409
    assert "heart" in editor.text
