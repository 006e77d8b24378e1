"""The editor's pages through the real client: what is shown, what is saved, and who is turned away."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from questionnaire import publishing
from questionnaire.definition import QuestionType, Severity, Text
from questionnaire.models import HistoryEvent, Questionnaire, Version
from screening import accounts
from tests.conftest import shipped
from tests.editor.desk import Desk
from tests.rules.builders import questionnaire
from tests.staff.people import browser_of, member

pytestmark = pytest.mark.django_db

GETS = (
    *("", "record/", "try/", "question/heart/", "flag/heart-trouble/", "section/all/", "topic/topic/"),
    *("score/fatigue/", "new/question/", "new/flag/", "new/section/", "new/topic/", "new/score/"),
    *("question/pains/condition/", "flag/heart-trouble/condition/"),
)


@pytest.fixture
def desk() -> Desk:
    return Desk()


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
    response = browser_of(member("edda", accounts.EDITOR)).get("/editor/")
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
    reviewer = browser_of(member("sam", accounts.REVIEWER))
    assert reviewer.get(desk.root + path).status_code == 404
    assert reviewer.post(desk.root + path).status_code == 404


def test_an_administrator_reads_and_changes_nothing(desk: Desk) -> None:
    form = desk.form("question/heart/")
    desk.client = browser_of(member("root", accounts.ADMINISTRATOR))
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
    [("", 26), ("/editor/", 11), ("question/heart/", 16), ("flag/heart-trouble/", 16), ("record/", 12), ("try/", 16)],
)
def test_a_page_costs_as_many_queries_however_long_the_questionnaire(
    desk: Desk, path: str, most: int, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(most) as few:
        desk.get(path)
    desk.version = Desk.draft(shipped())
    path = path.replace("heart/", "heart-conditions/").replace("heart-trouble", "bp-high-in-pregnancy")
    with django_assert_max_num_queries(len(few) + (1 if path == "/editor/" else 0)):
        assert desk.get(path).status_code == 200


# A question ----------------------------------------------------------------------------------------------------------


def test_a_question_saved_untouched_is_the_same_and_leaves_no_record(desk: Desk) -> None:
    before, events = desk.now, HistoryEvent.objects.count()
    assert desk.save("question/heart/").status_code == 303
    assert (desk.now, HistoryEvent.objects.count()) == (before, events)


def test_nothing_shipped_changes_by_being_saved() -> None:
    desk = Desk(shipped())
    places = [f"question/{link_id}/" for link_id in list(shipped().questions)[::4]]
    places += [f"flag/{flag.code}/" for flag in shipped().flags[::9]]
    for place in (*places, "section/right-now/", "topic/right-now/", "score/phq9/"):
        assert desk.save(place).status_code == 303
        assert desk.now == shipped(), place
    assert not desk.version.history.filter(action="changed").exists()


def test_words_are_saved_and_recorded(desk: Desk) -> None:
    response = desk.save("question/heart/", wording__en="Has a doctor told you of heart trouble?")
    assert response["Location"].endswith("/question/heart/?saved=1")
    assert str(desk.now.questions["heart"].wording) == "Has a doctor told you of heart trouble?"
    desk.get(response["Location"])
    assert "Saved." in desk.text
    desk.get("record/")
    assert "Edda Ruiz: changed question heart" in desk.text
    assert "Has a doctor told you of heart trouble?" in desk.text


def test_a_question_is_added_with_an_id_made_from_its_words(desk: Desk) -> None:
    data = {
        "wording-en": "Do you smoke?",
        "short-en": "Smoking",
        "type": "choice",
        "options": "Yes\r\nNo\r\nNot sure",
        "after": "all/heart",
    }
    response = desk.post("new/question/", **data)
    assert response["Location"].endswith("/question/smoking/")
    question = desk.now.questions["smoking"]
    assert [choice.code for choice in question.options] == ["yes", "no", "not-sure", "prefer-not-to-say"]
    assert list(desk.now.questions)[:2] == ["heart", "smoking"]
    assert question.required


@pytest.mark.parametrize(
    ("short", "id"),
    [("Unknown", "unknown-2"), ("¿Edad?", "edad"), ("123", "n-123"), ("心", "new"), ("has", "has-2"), ("Age", "age-2")],
)
def test_an_id_is_never_a_word_of_the_language_nor_one_in_use(desk: Desk, short: str, id: str) -> None:
    desk.post("new/question/", **{"wording-en": "?", "short-en": short, "type": "integer", "after": "all"})
    assert id in desk.now.questions
    assert next(iter(desk.now.questions)) == id


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
def test_a_bad_new_question_is_told_why(desk: Desk, changes: dict[str, str], says: str) -> None:
    good = {
        "wording-en": "Do you smoke?",
        "short-en": "Smoking",
        "type": "choice",
        "options": "Yes\nNo",
        "after": "all",
    }
    before = desk.now
    assert desk.post("new/question/", **{**good, **changes}).status_code == 422
    assert says in desk.text
    assert desk.now == before


def test_an_option_is_added_before_not_sure_with_a_new_code(desk: Desk) -> None:
    desk.save("question/heart/", **{"option-3-en": "Long ago"})
    assert [choice.code for choice in desk.now.questions["heart"].options] == ["no", "yes", "long-ago", "not-sure"]


def test_an_option_in_use_is_not_removed_and_its_users_are_named(desk: Desk) -> None:
    before = desk.now
    response = desk.save("question/heart/", **{"option-1-en": "", "option-1-es": ""})
    assert response.status_code == 409
    assert "Other parts still use it" in desk.text
    assert "heart-trouble" in desk.text
    assert f"{desk.root}question/pains/" in desk.html
    assert desk.now == before


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"option-0-en": "yes"}, "Another option has the same words"),
        ({"option-0-en": "", "option-1-en": "", "option-2-en": ""}, "at least two options"),
        ({"wording-en": "x" * 4_001}, "at most 4000 characters"),
        ({"wording-en": "nul \x00 here"}, "Null characters are not allowed"),
    ],
)
def test_bad_words_of_a_question_are_told_at_the_field(desk: Desk, changes: dict[str, str], says: str) -> None:
    before = desk.now
    assert desk.save("question/heart/", **changes).status_code == 422
    assert says in desk.text
    assert 'aria-invalid="true"' in desk.html
    assert desk.now == before


@pytest.mark.parametrize("typed", ["ten", "1.5", "9" * 40, "-9999999999999999999", "", "٣"])
def test_a_range_takes_plain_whole_numbers(desk: Desk, typed: str) -> None:
    response = desk.save("question/age/", minimum=typed)
    assert response.status_code == (303 if typed == "٣" else 422)


def test_the_smallest_number_is_not_above_the_largest(desk: Desk) -> None:
    assert desk.save("question/age/", minimum="50", maximum="20").status_code == 422
    assert "The smallest number is above the largest" in desk.text


HOSTILE = "<script>alert(1)</script> ' \" & {{ x }} {% y %} \u202e🙂\r\n\tعربى"


def test_hostile_words_are_only_words(desk: Desk) -> None:
    fields = ("wording-en", "wording-es", "short-en", "help-en", "why-es", "option-0-en", "stem-en")
    one_line = HOSTILE.replace("\r\n\t", " ")
    sent = {name: one_line if name.startswith(("short", "option")) else HOSTILE for name in fields}
    assert desk.save("question/heart/", **sent, readers="<b>me</b>").status_code == 303
    for path in (
        "",
        "question/heart/",
        "record/",
        "try/",
        "question/pains/condition/",
        "new/question/",
        "score/fatigue/",
    ):
        assert desk.get(path).status_code == 200
        assert "<script>alert" not in desk.html
    assert str(desk.now.questions["heart"].wording) == HOSTILE.replace("\r\n", "\n").strip()


def test_the_words_of_a_standard_stay(published: Version) -> None:
    desk = Desk(shipped())
    desk.save("question/phq9-1/", **{"wording-en": "Are you sad?", "option-0-en": "Never"})
    assert desk.now.questions["phq9-1"].wording == shipped().questions["phq9-1"].wording
    assert desk.now == shipped()


# A flag --------------------------------------------------------------------------------------------------------------


def test_a_flag_is_saved_with_its_source(desk: Desk) -> None:
    assert desk.save("flag/heart-trouble/", severity="urgent", checked_by="Dr. Ana Ruiz").status_code == 303
    flag = desk.now.flags_by_code["heart-trouble"]
    assert (flag.severity, flag.source.checked_by) == (Severity.URGENT, "Dr. Ana Ruiz")


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
    ],
)
def test_a_bad_flag_is_told_at_the_field_and_nothing_is_saved(desk: Desk, changes: dict[str, str], says: str) -> None:
    before = desk.now
    assert desk.save("flag/heart-trouble/", **changes).status_code == 422
    assert says in desk.text
    assert "There is a problem" in desk.text
    assert desk.now == before


def test_a_flag_is_added_and_then_put_together(desk: Desk) -> None:
    form = desk.form("new/flag/")
    response = desk.post("new/flag/", **{**form, "title": "Smoking", "reason": "Lungs.", "citation": "A book"})
    assert response["Location"] == f"{desk.root}flag/smoking/condition/"
    flag = desk.now.flags_by_code["smoking"]
    assert (flag.condition, flag.severity) == ("", Severity.MODERATE)
    for path in ("", "flag/smoking/", "try/", "flag/smoking/condition/"):
        assert desk.get(path).status_code == 200


# Conditions of questions ---------------------------------------------------------------------------------------------


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
def test_a_question_looks_back_only(desk: Desk, link_id: str, condition: str, says: str) -> None:
    before = desk.now
    assert desk.save(f"question/{link_id}/", shown_when=condition).status_code == 422
    assert says in desk.text
    assert desk.now == before


def test_a_good_condition_is_written_the_one_way_and_read_back(desk: Desk) -> None:
    desk.save("question/age/", shown_when="  (heart   =  yes)\nOR (unsure(heart)) ")
    assert desk.now.questions["age"].shown_when == "heart = yes OR unsure(heart)"
    desk.get("question/age/")
    assert "heart is “yes”, or heart was answered not sure or prefer not to say" in desk.text


# Sections, topics, scores --------------------------------------------------------------------------------------------


def test_sections_topics_and_totals_are_added_changed_and_removed(desk: Desk) -> None:
    for kind, typed, id in (
        ("section", {"title-en": "Last things"}, "last-things"),
        ("topic", {"label-en": "Sleep"}, "sleep"),
        ("score", {"title": "Sum", "items": ["tired"]}, "sum"),
    ):
        assert desk.post(f"new/{kind}/", **typed)["Location"] == f"{desk.root}{kind}/{id}/"
        field = next(iter(typed))
        assert desk.save(f"{kind}/{id}/", **{field: "Other words"}).status_code == 303
        assert "Other words" in desk.get("").content.decode()
        assert desk.post(f"{kind}/{id}/remove/").status_code == 303
        desk.post(f"new/{kind}/", **typed)
        assert f"{kind}/{id}-2/" in desk.get("").content.decode(), "an id is never used again"


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
def test_a_bad_part_is_told_why(desk: Desk, kind: str, id: str, typed: dict[str, Any], says: str) -> None:
    before = desk.now
    assert desk.save(f"{kind}/{id}/", **typed).status_code == 422
    assert says in desk.text
    assert desk.now == before


def test_a_section_with_questions_is_not_removed(desk: Desk) -> None:
    assert desk.post("section/all/remove/").status_code == 409
    assert "heart" in desk.text


# Trying and comparing ------------------------------------------------------------------------------------------------


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
    before = publishing.definition_of(published.pk)
    assert desk.post(path, move="up", do="save", seen="x").status_code == 409
    assert "cannot be changed" in desk.text
    publishing.definition_of.cache_clear()
    assert publishing.definition_of(published.pk) == before


def test_a_draft_that_was_given_up_can_still_be_read(desk: Desk) -> None:
    publishing.retire(version=desk.version, actor="user:1", now=timezone.now())
    assert desk.get("").status_code == 200
    assert "Add a question" not in desk.text
    assert Questionnaire.objects.get().slug == "small"
    assert desk.now.questions["age"].type is QuestionType.INTEGER
    assert desk.now.title == Text.of("Small")
