"""The sentence builder: conditions put together by people who do not write the condition language."""

from __future__ import annotations

import re
from typing import Any

import pytest

from questionnaire.definition import Score
from questionnaire.editor.condition_sentence import (
    RowGroup,
    Sentence,
    SentenceRow,
    UnfinishedRowError,
    build_expression,
    build_sentence,
)
from questionnaire.models import HistoryEvent
from questionnaire.rules import conditions
from questionnaire.rules.parsing import parse_condition
from tests.builders.definitions import choice, number, questionnaire, several, words
from tests.builders.editor import EditorBrowser
from tests.builders.shipped import shipped

pytestmark = pytest.mark.django_db

MIXED = questionnaire(
    choice("heart"),
    several("pains", "chest", "back", "none", "not-sure"),
    number("age"),
    number("years"),
    choice("tired", "0", "1", "2", "not-sure"),
    words("more"),
    choice("last"),
    scores=(Score("fatigue", "Fatigue", ("tired",)),),
    trouble="heart = yes",
)


@pytest.fixture
def editor() -> EditorBrowser:
    return EditorBrowser(MIXED)


TROUBLE = "flag/trouble/condition/"


def build(
    editor: EditorBrowser, *rows: dict[str, Any], path: str = TROUBLE, join: str = "all", do: str = "save"
) -> int:
    """Send these rows; a row is what its fields hold, with its `place`."""
    sent: dict[str, Any] = {"place": [row["place"] for row in rows], "join": join, "do": do}
    for row in rows:
        sent |= {f"{name}-{row['place']}": value for name, value in row.items() if name != "place"}
    return editor.post(path, **{"seen": editor.form(path)["seen"], **sent}).status_code


# Rows and expressions ---------------------------------------------------------------------------------------


def all_conditions() -> list[str]:
    opened = [q.shown_when for q in shipped().questions.values() if q.shown_when]
    return [*opened, *(flag.condition for flag in shipped().flags)]


def depth(expression: conditions.Expression) -> int:
    if isinstance(expression, conditions.AllOf | conditions.AnyOf):
        return 1 + max(depth(term) for term in expression.terms)
    return 0


@pytest.mark.parametrize("text", all_conditions())
def test_every_shipped_condition_comes_back_the_same_or_is_left_to_its_text(text: str) -> None:
    expression = parse_condition(text)
    sentence = build_sentence(expression)
    assert (sentence is None) == (depth(expression) > 2)
    if sentence:
        assert build_expression(shipped(), sentence) == expression


def test_most_shipped_conditions_can_be_edited_without_syntax() -> None:
    shown = [text for text in all_conditions() if build_sentence(parse_condition(text))]
    assert len(shown) / len(all_conditions()) > 0.9


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (SentenceRow("heart", "one-of", codes=("yes",)), "heart = yes"),
        (SentenceRow("heart", "one-of", codes=("yes", "no")), "heart in {yes, no}"),
        (SentenceRow("pains", "one-of", codes=("chest",)), "pains has chest"),
        (SentenceRow("pains", "one-of", codes=("chest", "back")), "pains has-any {chest, back}"),
        (SentenceRow("age", "at-least", number=" 65 "), "age >= 65"),
        (SentenceRow("age", "at-most", number="17"), "age <= 17"),
        (SentenceRow("age", "more", number="0"), "age > 0"),
        (SentenceRow("age", "less", number="18"), "age < 18"),
        (SentenceRow("age", "not-below", other="years"), "age >= years"),
        (SentenceRow("tired", "at-least", number="1"), "tired >= 1"),
        (SentenceRow("tired", "one-of", codes=("1", "2")), "tired in {1, 2}"),
        (SentenceRow("score:fatigue", "at-least", number="2"), "score(fatigue) >= 2"),
        (SentenceRow("heart", "unknown"), "unknown(heart)"),
        (SentenceRow("pains", "unsure"), "unsure(pains)"),
        (SentenceRow("more", "unanswered"), "unanswered(more)"),
        (SentenceRow("*", "unknown", several=("heart", "age")), "unknown-any(heart, age)"),
        (SentenceRow("*", "unknown", several=("heart",)), "unknown(heart)"),
    ],
)
def test_every_test_of_the_language_is_a_row(row: SentenceRow, text: str) -> None:
    expression = build_expression(MIXED, Sentence("all", (row,)))
    assert expression is not None
    assert conditions.write_condition(expression) == text
    assert expression == parse_condition(text)


@pytest.mark.parametrize(
    ("row", "missing"),
    [
        (SentenceRow(), "question"),
        (SentenceRow("nothing", "one-of"), "test"),
        (SentenceRow("heart", "at-least", number="1"), "test"),
        (SentenceRow("more", "unsure"), "test"),
        (SentenceRow("heart", "one-of"), "codes"),
        (SentenceRow("age", "at-least"), "number"),
        (SentenceRow("age", "at-least", number="-1"), "number"),
        (SentenceRow("age", "at-least", number="1.5"), "number"),
        (SentenceRow("age", "at-least", number="٣"), "number"),
        (SentenceRow("age", "at-least", number="1234567890"), "number"),
        (SentenceRow("age", "not-below"), "other"),
        (SentenceRow("age", "not-below", other="age"), "other"),
        (SentenceRow("*", "unknown"), "several"),
        (SentenceRow("*", "unknown", several=("nothing",)), "several"),
        (SentenceRow("score:nothing", "at-least", number="x"), "number"),
    ],
)
def test_a_row_that_is_not_finished_says_what_is_missing(row: SentenceRow, missing: str) -> None:
    with pytest.raises(UnfinishedRowError) as refused:
        build_expression(MIXED, Sentence("all", (SentenceRow("heart", "unknown"), RowGroup((row,)))))
    assert (refused.value.place, refused.value.missing) == ("1.0", missing)


# The page ---------------------------------------------------------------------------------------------------


def test_the_rows_the_text_and_the_words_stand_side_by_side(editor: EditorBrowser) -> None:
    editor.get(TROUBLE)
    assert re.search(r'value="yes" checked', editor.html)
    assert "heart is “yes”" in editor.text
    assert "<code>heart = yes</code>" in editor.html


def test_a_row_is_added_filled_and_saved_and_recorded(editor: EditorBrowser) -> None:
    first = {"place": "0", "about": "heart", "test": "one-of", "codes": ["yes"]}
    assert build(editor, first, do="add") == 200
    assert editor.html.count('name="place"') == 2
    html = " ".join(editor.html.split())
    assert 'id="about-1" name="about-1" autofocus' in html, "the editor goes on in the new row"
    assert build(editor, first, {"place": "1", "about": "age"}, do="show-1") == 200
    assert 'id="test-1" name="test-1" autofocus' in " ".join(editor.html.split())
    assert editor.now == MIXED, "nothing is saved before Save"
    assert (
        build(editor, first, {"place": "1", "about": "age", "test": "at-least", "number": "65"}, join="any")
        == 303
    )
    assert editor.now.flags_by_code["trouble"].condition == "heart = yes OR age >= 65"
    assert HistoryEvent.objects.latest("pk").subject == "flag trouble"


def test_a_group_is_joined_the_other_way(editor: EditorBrowser) -> None:
    row = {"about": "heart", "test": "one-of", "codes": ["yes"]}
    build(editor, {"place": "0", **row}, do="group")
    assert "any of these is true:" in editor.text
    build(editor, {"place": "0", **row}, {"place": "1.0", "about": "age", "test": "unknown"}, do="within-1")
    assert 'value="1.1"' in editor.html
    rows = (
        {"place": "0", **row},
        {"place": "1.0", "about": "age", "test": "unknown"},
        {"place": "1.1", "about": "pains", "test": "one-of", "codes": ["chest", "back"]},
    )
    assert build(editor, *rows) == 303
    text = "heart = yes AND (unknown(age) OR pains has-any {chest, back})"
    assert editor.now.flags_by_code["trouble"].condition == text


@pytest.mark.parametrize(
    ("drop", "left"),
    [("drop-0", ["0.0", "0.1"]), ("drop-1.0", ["0", "1.0"]), ("drop-1", ["0"]), ("drop-9", None)],
)
def test_rows_are_taken_out(editor: EditorBrowser, drop: str, left: list[str] | None) -> None:
    rows = [{"place": place, "about": "age", "test": "unknown"} for place in ("0", "1.0", "1.1")]
    build(editor, *rows, do=drop)
    assert re.findall(r'name="place" value="([^"]*)"', editor.html) == (left or ["0", "1.0", "1.1"])


def test_the_last_row_of_a_group_takes_the_group_with_it(editor: EditorBrowser) -> None:
    build(editor, {"place": "0", "about": "age"}, {"place": "1.0", "about": "age"}, do="drop-1.0")
    assert re.findall(r'name="place" value="([^"]*)"', editor.html) == ["0"]


def test_another_question_brings_its_own_tests_and_answers(editor: EditorBrowser) -> None:
    build(
        editor,
        {"place": "0", "about": "pains", "test": "at-least", "codes": ["yes"], "number": "3"},
        do="show-0",
    )
    assert "includes any of" in editor.text
    assert 'value="chest"' in editor.html
    assert "not-sure" not in re.findall(r'name="codes-0" value="([^"]*)"', editor.html), (
        "never a known answer"
    )
    assert " checked" not in editor.html.split('name="codes-0"')[1][:60]


def test_an_unfinished_row_is_told_at_the_row_and_nothing_is_saved(editor: EditorBrowser) -> None:
    assert build(editor, {"place": "0", "about": "heart", "test": "one-of"}) == 422
    assert 'href="#about-0"' in editor.html
    assert "Select at least one answer" in editor.text
    assert editor.now == MIXED


def test_a_flag_needs_a_row_and_a_question_does_not(editor: EditorBrowser) -> None:
    assert build(editor) == 422
    assert "A flag needs at least one row" in editor.text
    editor.save("question/last/", shown_when="heart = yes")
    assert build(editor, path="question/last/condition/") == 303
    assert editor.now.questions["last"].shown_when is None


def test_a_question_is_opened_by_earlier_ones_only(editor: EditorBrowser) -> None:
    editor.get("question/tired/condition/")
    assert 'value="age"' in editor.html
    assert 'value="more"' not in editor.html
    assert 'value="score:fatigue"' not in editor.html
    row = {"place": "0", "about": "last", "test": "one-of", "codes": ["yes"]}
    assert build(editor, row, path="question/tired/condition/") == 422
    assert "comes later" in editor.text
    editor.get("question/last/condition/")
    assert 'value="score:fatigue"' in editor.html


def test_a_condition_too_deep_for_rows_says_so_and_offers_its_text(editor: EditorBrowser) -> None:
    editor.save("flag/trouble/", condition="heart = yes AND (age >= 65 OR (pains has chest AND tired >= 1))")
    assert editor.get(TROUBLE).status_code == 200
    assert "nests deeper than rows can show" in editor.text
    assert "To the text form" in editor.text
    assert 'name="place"' not in editor.html


def test_a_condition_that_cannot_be_read_is_left_to_its_text() -> None:
    editor = EditorBrowser(questionnaire(choice("heart"), trouble="heart = ="))
    assert editor.get(TROUBLE).status_code == 200
    assert "cannot be read" in editor.text


def test_a_stale_builder_overwrites_nothing(editor: EditorBrowser) -> None:
    seen = editor.form(TROUBLE)["seen"]
    editor.save("flag/trouble/", condition="age >= 65")
    row = {"place": ["0"], "about-0": "heart", "test-0": "unknown", "do": "save", "seen": seen}
    assert editor.post(TROUBLE, **row).status_code == 409
    assert editor.now.flags_by_code["trouble"].condition == "age >= 65"


@pytest.mark.parametrize(
    "sent",
    [
        {"place": ["x", "", "0.0.0", "9.9", "0"], "do": "save"},
        {"place": ["0"] * 500, "do": "add"},
        {"place": ["0"], "about-0": "<script>alert(1)</script>", "test-0": "<b>", "do": "show-0"},
        {"place": ["0"], "about-0": "score:", "test-0": "at-least", "number-0": "9" * 50, "do": "save"},
        {"place": ["0", "0.1"], "about-0": "age", "do": "drop-0.1"},
        {"do": "within-99999999"},
        {"do": "drop--1"},
        {"do": "anything", "join": "neither"},
        {},
    ],
)
def test_a_forged_page_never_fails_and_saves_nothing(editor: EditorBrowser, sent: dict[str, Any]) -> None:
    assert editor.post(TROUBLE, **sent).status_code in {200, 422}
    assert "<script>alert" not in editor.html
    assert editor.now == MIXED
