"""Moving, removing, undoing, and two editors at once: nothing is lost, nothing is overwritten, no id comes back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from questionnaire.definition import Severity
from questionnaire.models import HistoryEvent, Version
from screening.core.staff_roles import EDITOR
from tests.builders.definitions import flag
from tests.builders.editor import Desk, small
from tests.builders.shipped import shipped
from tests.builders.staff import browser_of, member

pytestmark = pytest.mark.django_db


# Order ---------------------------------------------------------------------------------------------------------------


def test_a_question_moves_and_the_page_comes_back_at_the_same_button(desk: Desk) -> None:
    response = desk.post("question/age/move/", move="up")
    assert response["Location"] == f"{desk.root}#up-question-age"
    assert list(desk.now.questions) == ["heart", "age", "pains", "tired"]
    desk.post("question/age/move/", move="down")
    assert desk.now == small()


@pytest.mark.parametrize(("link_id", "way"), [("heart", "up"), ("tired", "down"), ("age", "sideways"), ("age", "")])
def test_at_the_ends_nothing_moves_and_nothing_is_recorded(desk: Desk, link_id: str, way: str) -> None:
    events = HistoryEvent.objects.count()
    assert desk.post(f"question/{link_id}/move/", move=way).status_code == 303
    assert (desk.now, HistoryEvent.objects.count()) == (small(), events)


def test_a_question_walks_through_sections_page_by_page() -> None:
    desk = Desk(shipped())
    before = [[q.link_id for page in s.pages for q in page.questions] for s in shipped().sections[:2]]
    last = before[0][-1]
    desk.post(f"question/{last}/move/", move="down")
    after = [[q.link_id for page in s.pages for q in page.questions] for s in desk.now.sections[:2]]
    assert after == [before[0][:-1], [last, *before[1]]]


def test_questions_of_one_page_swap_within_it() -> None:
    desk = Desk(shipped())
    page = next(page for page in shipped().pages if len(page.questions) > 1)
    first, second = page.questions[0].link_id, page.questions[1].link_id
    desk.post(f"question/{first}/move/", move="down")
    assert desk.now.page_of == shipped().page_of
    order = list(desk.now.questions)
    assert order.index(second) + 1 == order.index(first)


def test_a_flag_moves_among_the_flags_of_its_severity() -> None:
    flags = (
        flag("one", "heart = yes"),
        flag("now", "heart = yes", Severity.URGENT),
        flag("two", "heart = yes"),
    )
    desk = Desk(replace(small(), flags=flags, vignettes=()))
    desk.post("flag/two/move/", move="up")
    assert [f.code for f in desk.now.flags] == ["two", "now", "one"]


def test_sections_move() -> None:
    desk = Desk(shipped())
    desk.post("section/right-now/move/", move="down")
    assert [section.id for section in desk.now.sections[:2]] == [s.id for s in (shipped().sections[1::-1])]


def test_what_is_gone_cannot_be_moved_or_removed(desk: Desk) -> None:
    for path in ("question/nothing/move/", "flag/nothing/move/", "section/nothing/move/", "question/nothing/remove/"):
        assert desk.post(path, move="up").status_code == 409
        assert "was removed meanwhile" in desk.text


# Removing ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "users"),
    [
        ("question/heart/remove/", ("pains", "heart-trouble", "clarify-heart")),
        ("question/tired/remove/", ("fatigue",)),
        ("topic/topic/remove/", ("heart-trouble", "clarify-heart")),
        ("flag/heart-trouble/remove/", ("quiet",)),
    ],
)
def test_what_is_used_is_not_removed_and_each_user_has_a_link(desk: Desk, path: str, users: tuple[str, ...]) -> None:
    assert desk.post(path).status_code == 409
    for user in users:
        assert user in desk.text
        assert f"/{user}/" in desk.html or f"-{user}" in desk.html
    assert desk.now == small()


def test_what_nobody_uses_is_removed_and_undone_at_once(desk: Desk) -> None:
    response = desk.post("score/fatigue/remove/")
    assert desk.now.scores == ()
    desk.get(response["Location"])
    assert "Done: score fatigue removed. Undo" in desk.text
    event = HistoryEvent.objects.latest("pk")
    assert desk.post("undo/", event=str(event.pk)).status_code == 303
    assert desk.now == small()


def test_a_condition_that_cannot_be_read_still_protects_what_it_names(desk: Desk) -> None:
    broken = replace(small(), flags=(*small().flags, flag("broken", "tired >= ((")), scores=())
    desk.version = Desk.draft(broken)
    assert desk.post("question/tired/remove/").status_code == 409
    assert "broken" in desk.text


def test_an_id_is_never_used_again(desk: Desk) -> None:
    typed = {"wording-en": "Do you smoke?", "short-en": "Smoking", "type": "text", "after": "all"}
    desk.post("new/question/", **typed)
    desk.post("question/smoking/remove/")
    desk.post("new/question/", **typed)
    assert "smoking-2" in desk.now.questions
    desk.version = Desk.draft(small())
    desk.post("new/question/", **typed)
    assert "smoking-3" in desk.now.questions, "nor in a later version"


def test_a_code_is_never_used_again_in_a_later_version(desk: Desk) -> None:
    desk.save("question/heart/", **{"option-3-en": "Long ago"})
    desk.version = Desk.draft(small())
    desk.save("question/heart/", **{"option-3-en": "Long ago"})
    assert desk.now.questions["heart"].codes >= {"long-ago-2"}


# Undo ----------------------------------------------------------------------------------------------------------------


def test_undo_and_undo_of_undo(desk: Desk) -> None:
    desk.save("question/heart/", wording__en="First")
    first = HistoryEvent.objects.latest("pk")
    desk.save("question/age/", wording__en="Second")
    changed = desk.now
    desk.post("undo/", event=str(first.pk))
    assert desk.now == small(), "everything since is undone"
    undone = HistoryEvent.objects.latest("pk")
    assert (undone.action, undone.reason) == ("undone", "back to before: changed question heart")
    desk.post("undo/", event=str(undone.pk))
    assert desk.now == changed


def test_undoing_twice_in_a_row_changes_nothing_more(desk: Desk) -> None:
    desk.save("question/heart/", wording__en="First")
    event = str(HistoryEvent.objects.latest("pk").pk)
    for _ in range(2):
        assert desk.post("undo/", event=event).status_code == 303
        assert desk.now == small()
    assert HistoryEvent.objects.filter(action="undone").count() == 1


@pytest.mark.parametrize("event", ["", "0", "x", "-1", "9" * 30, "٣"])
def test_an_act_that_is_not_there_is_not_undone(desk: Desk, event: str) -> None:
    assert desk.post("undo/", event=event).status_code == 404


def test_an_act_on_another_version_is_not_undone_from_here(desk: Desk) -> None:
    desk.save("question/heart/", wording__en="First")
    event = str(HistoryEvent.objects.latest("pk").pk)
    desk.version = Desk.draft(small())
    assert desk.post("undo/", event=event).status_code == 404


def test_the_record_has_pages_and_says_what_changed(desk: Desk) -> None:
    for number in range(30):
        desk.post("question/age/move/", move="up" if number % 2 == 0 else "down")
        desk.save("question/heart/", wording__en=f"Words {number}")
    desk.get("record/")
    assert "Words 29" in desk.text
    assert "1 / 2" in desk.text
    desk.get("record/?page=2")
    assert "created" in desk.text
    assert desk.get("record/?page=nonsense").status_code == 200


# Two editors ---------------------------------------------------------------------------------------------------------


def other_browser(desk: Desk) -> None:
    desk.client = browser_of(member("otto", EDITOR, first_name="Otto", last_name="Lang"))


def test_the_second_of_two_editors_is_told_and_nothing_is_overwritten(desk: Desk) -> None:
    mine, first = desk.form("question/heart/"), desk.client
    other_browser(desk)
    desk.save("question/heart/", wording__en="Otto's words")
    desk.client = first
    assert desk.post("question/heart/", **{**mine, "wording-en": "Edda's <b>words</b>"}).status_code == 409
    assert "A colleague was faster" in desk.text
    assert "changed by Otto Lang" in desk.text
    assert "Edda's <b>words</b>" in desk.text, "what was typed is there to be copied"
    assert "Otto's words" in desk.text
    assert str(desk.now.questions["heart"].wording) == "Otto's words"


@pytest.mark.parametrize("path", ["flag/heart-trouble/", "section/all/", "topic/topic/", "score/fatigue/"])
def test_every_page_knows_when_it_is_stale(desk: Desk, path: str) -> None:
    form = desk.form(path)
    name = next(name for name in form if name.startswith(("title", "label")))
    assert desk.post(path, **{**form, name: "One"}).status_code == 303
    assert desk.post(path, **{**form, name: "Two"}).status_code == 409
    assert "Two" in desk.text
    assert desk.post(path, **{**form, name: "Three", "seen": ""}).status_code == 409


def test_two_editors_on_two_questions_do_not_meet(desk: Desk) -> None:
    mine = desk.form("question/heart/")
    desk.save("question/age/", wording__en="How old?")
    assert desk.post("question/heart/", **{**mine, "wording-en": "New"}).status_code == 303
    assert str(desk.now.questions["age"].wording) == "How old?"


def test_a_question_removed_meanwhile_is_said_to_be_gone(desk: Desk) -> None:
    desk.post("new/question/", **{"wording-en": "?", "short-en": "Smoking", "type": "text", "after": "all"})
    form = desk.form("question/smoking/")
    desk.post("question/smoking/remove/")
    assert desk.post("question/smoking/", **{**form, "help-en": "Pipes too."}).status_code == 409
    assert "was removed meanwhile" in desk.text
    assert "Pipes too." in desk.text, "what was typed is there to be copied"
    assert desk.post("question/nothing/", **form).status_code == 404
    assert desk.get("question/smoking/").status_code == 404


def test_the_same_save_twice_in_a_row_is_told(desk: Desk) -> None:
    form = {**desk.form("question/heart/"), "wording-en": "New"}
    assert desk.post("question/heart/", **form).status_code == 303
    assert desk.post("question/heart/", **form).status_code == 409


def test_an_option_that_came_into_use_meanwhile_is_kept(desk: Desk) -> None:
    form = desk.form("question/tired/")
    desk.save("flag/heart-trouble/", condition="tired = 2")
    response = desk.post("question/tired/", **{**form, "option-2-en": ""})
    assert response.status_code == 409
    assert desk.now.questions["tired"].codes >= {"2"}


# Translations --------------------------------------------------------------------------------------------------------


def states(desk: Desk, place: str) -> dict[str, str]:
    desk.get(place)
    return {string.where: string.state for string in desk.response.context["translated"]}


def test_a_changed_source_makes_its_translation_stale_until_somebody_reads_it(desk: Desk) -> None:
    assert states(desk, "section/all/") == {"section all": "unreviewed"}
    desk.save("section/all/", title__en="Everything")
    assert states(desk, "section/all/") == {"section all": "stale"}
    [string] = desk.response.context["translated"]
    response = desk.post(
        "reviewed/", language="es", where="section all", seen=string.seen, back=f"{desk.root}section/all/"
    )
    assert response["Location"] == f"{desk.root}section/all/#translations"
    assert states(desk, "section/all/") == {"section all": "reviewed"}
    assert "read by Edda Ruiz" in desk.text


def test_a_changed_translation_is_a_draft_again(desk: Desk) -> None:
    [string] = desk.get("section/all/").context["translated"]
    desk.post("reviewed/", language="es", where="section all", seen=string.seen)
    assert states(desk, "section/all/") == {"section all": "reviewed"}
    desk.save("section/all/", title__es="Todo esto")
    assert states(desk, "section/all/") == {"section all": "unreviewed"}
    desk.save("section/all/", title__en="Everything", title__es="Todo")
    assert states(desk, "section/all/") == {"section all": "unreviewed"}, "both changed at once belong together"


def test_words_without_a_translation_are_missing_one(desk: Desk) -> None:
    assert states(desk, "question/heart/")["question heart wording"] == "missing"
    desk.save("question/heart/", wording__es="¿Corazón?")
    assert states(desk, "question/heart/")["question heart wording"] == "unreviewed"
    desk.save("question/heart/", wording__es="")
    assert states(desk, "question/heart/")["question heart wording"] == "missing"


def test_a_translation_that_changed_meanwhile_is_not_marked(desk: Desk) -> None:
    [string] = desk.get("section/all/").context["translated"]
    desk.save("section/all/", title__es="Otra cosa")
    assert desk.post("reviewed/", language="es", where="section all", seen=string.seen).status_code == 409


@pytest.mark.parametrize(
    ("language", "where"), [("en", "section all"), ("xx", "section all"), ("es", "nowhere"), ("", ""), ("es", "flag x")]
)
def test_only_translations_that_are_there_are_marked(desk: Desk, language: str, where: str) -> None:
    assert desk.post("reviewed/", language=language, where=where, seen="").status_code == 404


@pytest.mark.parametrize("back", ["https://example.org/", "//example.org", "javascript:alert(1)", ""])
def test_after_marking_one_is_never_sent_elsewhere(desk: Desk, back: str) -> None:
    [string] = desk.get("section/all/").context["translated"]
    response = desk.post("reviewed/", language="es", where="section all", seen=string.seen, back=back)
    assert response["Location"].startswith(desk.root)


def test_moving_and_removing_keep_every_other_record_of_translation() -> None:
    desk = Desk(shipped())
    before = {s.where: s for t in shipped().translations for s in t.strings}
    desk.post("section/right-now/move/", move="down")
    desk.post("flag/age-under-18/move/", move="down")
    now = {s.where: s for t in desk.now.translations for s in t.strings}
    assert now == before
    assert Version.objects.count() == 1
