"""A question in the editor: its words, options and range, what opens it, and a new one."""

from __future__ import annotations

import pytest

from questionnaire.models import HistoryEvent, Version
from tests.builders.editor import EditorBrowser
from tests.builders.shipped import shipped

pytestmark = pytest.mark.django_db


def test_a_question_saved_untouched_is_the_same_and_leaves_no_record(editor: EditorBrowser) -> None:
    before, events = editor.now, HistoryEvent.objects.count()
    assert editor.save("question/heart/").status_code == 303
    assert (editor.now, HistoryEvent.objects.count()) == (before, events)


def test_nothing_shipped_changes_by_being_saved() -> None:
    editor = EditorBrowser(shipped())
    places = [f"question/{link_id}/" for link_id in list(shipped().questions)[::4]]
    places += [f"flag/{flag.code}/" for flag in shipped().flags[::9]]
    for place in (*places, "section/right-now/", "topic/right-now/", "score/phq9/"):
        assert editor.save(place).status_code == 303
        assert editor.now == shipped(), place
    assert not editor.version.history.filter(action="changed").exists()


def test_words_are_saved_and_recorded(editor: EditorBrowser) -> None:
    response = editor.save("question/heart/", wording__en="Has a doctor told you of heart trouble?")
    assert response["Location"].endswith("/question/heart/?saved=1")
    assert str(editor.now.questions["heart"].wording) == "Has a doctor told you of heart trouble?"
    editor.get(response["Location"])
    assert "Saved." in editor.text
    editor.get("record/")
    assert "Edda Ruiz: changed question heart" in editor.text
    assert "Has a doctor told you of heart trouble?" in editor.text


def test_a_question_is_added_with_an_id_made_from_its_words(editor: EditorBrowser) -> None:
    data = {
        "wording-en": "Do you smoke?",
        "short-en": "Smoking",
        "type": "choice",
        "options": "Yes\r\nNo\r\nNot sure",
        "after": "all/heart",
    }
    response = editor.post("new/question/", **data)
    assert response["Location"].endswith("/question/smoking/")
    question = editor.now.questions["smoking"]
    assert [choice.code for choice in question.options] == ["yes", "no", "not-sure", "prefer-not-to-say"]
    assert list(editor.now.questions)[:2] == ["heart", "smoking"]
    assert question.required


@pytest.mark.parametrize("typed", ["", "\r\nNone of the above"], ids=["not typed", "typed in other words"])
def test_none_of_these_takes_back_the_others_whoever_typed_it(editor: EditorBrowser, typed: str) -> None:
    data = {"wording-en": "Any of these?", "short-en": "Any", "type": "multi-choice", "after": "all"}
    editor.post("new/question/", **data, options=f"Asthma\r\nGout{typed}")
    question = editor.now.questions["any"]
    assert [choice.code for choice in question.options] == [
        "asthma",
        "gout",
        "none",
        "not-sure",
        "prefer-not-to-say",
    ]
    assert str(question.options[2].label) == (typed.strip() or "None of these")
    editor.save("question/any/", **{"option-2-en": ""})
    editor.save("question/any/", **{"option-4-en": "None of these", "option-5-en": "None"})
    codes = [choice.code for choice in editor.now.questions["any"].options]
    assert codes == ["asthma", "gout", "none", "none-2", "not-sure", "prefer-not-to-say"]


def test_words_in_another_language_may_wait_and_are_not_called_optional(editor: EditorBrowser) -> None:
    assert editor.save("question/heart/", **{"wording-es": ""}).status_code == 303
    editor.get("question/heart/")
    assert "Question (Español) Needed before it is published." in editor.text
    assert "Help (Español) (optional)" in editor.text


def test_a_new_question_stands_last_where_nobody_says_otherwise(editor: EditorBrowser) -> None:
    """Never, unasked, before the questions about danger."""
    editor.get("new/question/")
    assert '<option value="all/tired" selected>' in editor.html


@pytest.mark.parametrize(
    ("short", "id"),
    [
        ("Unknown", "unknown-2"),
        ("¿Edad?", "edad"),
        ("123", "n-123"),
        ("心", "new"),
        ("has", "has-2"),
        ("Age", "age-2"),
    ],
)
def test_an_id_is_never_a_word_of_the_language_nor_one_in_use(
    editor: EditorBrowser, short: str, id: str
) -> None:
    editor.post("new/question/", **{"wording-en": "?", "short-en": short, "type": "integer", "after": "all"})
    assert id in editor.now.questions
    assert next(iter(editor.now.questions)) == id


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"wording-en": " "}, "Enter words for: Question"),
        ({"type": ""}, "Select the kind of answer"),
        ({"type": "drawing"}, "Select a valid choice"),
        ({"options": "Yes"}, "at least two options"),
        ({"options": "Yes\nyes"}, "same words"),
        ({"options": "Yes\nNo\n" + "x" * 401}, "at most 400 characters"),
        ({"after": "all/nothing"}, "gone meanwhile"),
    ],
)
def test_a_bad_new_question_is_told_why(editor: EditorBrowser, changes: dict[str, str], says: str) -> None:
    good = {
        "wording-en": "Do you smoke?",
        "short-en": "Smoking",
        "type": "choice",
        "options": "Yes\nNo",
        "after": "all",
    }
    before = editor.now
    assert editor.post("new/question/", **{**good, **changes}).status_code == 422
    assert says in editor.text
    assert editor.now == before


def test_an_option_is_added_before_not_sure_with_a_new_code(editor: EditorBrowser) -> None:
    editor.save("question/heart/", **{"option-3-en": "Long ago"})
    assert [choice.code for choice in editor.now.questions["heart"].options] == [
        "no",
        "yes",
        "long-ago",
        "not-sure",
    ]


def test_an_option_in_use_is_not_removed_and_its_users_are_named(editor: EditorBrowser) -> None:
    before = editor.now
    response = editor.save("question/heart/", **{"option-1-en": "", "option-1-es": ""})
    assert response.status_code == 409
    assert "Other parts still use it" in editor.text
    assert "heart-trouble" in editor.text
    assert f"{editor.root}question/pains/" in editor.html
    assert editor.now == before


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"option-0-en": "yes"}, "Another option has the same words"),
        ({"option-0-en": "", "option-1-en": "", "option-2-en": ""}, "at least two options"),
        ({"wording-en": "x" * 4_001}, "at most 4000 characters"),
        ({"wording-en": "nul \x00 here"}, "Null characters are not allowed"),
    ],
)
def test_bad_words_of_a_question_are_told_at_the_field(
    editor: EditorBrowser, changes: dict[str, str], says: str
) -> None:
    before = editor.now
    assert editor.save("question/heart/", **changes).status_code == 422
    assert says in editor.text
    assert 'aria-invalid="true"' in editor.html
    assert editor.now == before


@pytest.mark.parametrize("typed", ["ten", "1.5", "9" * 40, "-9999999999999999999", "", "٣"])
def test_a_range_takes_plain_whole_numbers(editor: EditorBrowser, typed: str) -> None:
    response = editor.save("question/age/", minimum=typed)
    assert response.status_code == (303 if typed == "٣" else 422)


def test_the_smallest_number_is_not_above_the_largest(editor: EditorBrowser) -> None:
    assert editor.save("question/age/", minimum="50", maximum="20").status_code == 422
    assert "The smallest number is above the largest" in editor.text


HOSTILE = "<script>alert(1)</script> ' \" & {{ x }} {% y %} \u202e🙂\r\n\tعربى"


def test_hostile_words_are_only_words(editor: EditorBrowser) -> None:
    fields = ("wording-en", "wording-es", "short-en", "help-en", "why-es", "option-0-en", "stem-en")
    one_line = HOSTILE.replace("\r\n\t", " ")
    sent = {name: one_line if name.startswith(("short", "option")) else HOSTILE for name in fields}
    assert editor.save("question/heart/", **sent, readers="<b>me</b>").status_code == 303
    for path in (
        "",
        "question/heart/",
        "record/",
        "try/",
        "question/pains/condition/",
        "new/question/",
        "score/fatigue/",
    ):
        assert editor.get(path).status_code == 200
        assert "<script>alert" not in editor.html
    assert str(editor.now.questions["heart"].wording) == HOSTILE.replace("\r\n", "\n").strip()


def test_the_words_of_a_standard_stay(published: Version) -> None:
    editor = EditorBrowser(shipped())
    editor.save("question/phq9-1/", **{"wording-en": "Are you sad?", "option-0-en": "Never"})
    assert editor.now.questions["phq9-1"].wording == shipped().questions["phq9-1"].wording
    assert editor.now == shipped()


@pytest.mark.parametrize(
    ("link_id", "condition", "says"),
    [
        ("heart", "age >= 18", "comes later"),
        ("heart", "heart = yes", "reads itself"),
        ("age", "tired = 1", "comes later"),
        ("age", "score(fatigue) >= 1", "comes later"),
        ("age", "heart = maybe", "is not an option of heart"),
        ("age", "heart = not-sure", "never a known answer"),
        ("age", "heart in {yes, yes}", "twice"),
        ("age", "heart = yes; DROP TABLE", "line 1, column 12"),
    ],
)
def test_a_question_looks_back_only(editor: EditorBrowser, link_id: str, condition: str, says: str) -> None:
    before = editor.now
    assert editor.save(f"question/{link_id}/", shown_when=condition).status_code == 422
    assert says in editor.text
    assert editor.now == before


def test_a_good_condition_is_written_the_one_way_and_read_back(editor: EditorBrowser) -> None:
    editor.save("question/age/", shown_when="  (heart   =  yes)\nOR (unsure(heart)) ")
    assert editor.now.questions["age"].shown_when == "heart = yes OR unsure(heart)"
    editor.get("question/age/")
    assert "heart is “yes”, or heart was answered not sure or prefer not to say" in editor.text
