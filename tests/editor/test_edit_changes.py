"""Moving, removing, undoing, and two editors at once: nothing is lost or overwritten, no id comes back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from questionnaire.definition import Severity
from questionnaire.models import HistoryEvent, Version
from screening.core.staff_roles import EDITOR
from tests.builders.definitions import flag
from tests.builders.editor import EditorBrowser, small
from tests.builders.shipped import shipped
from tests.builders.staff import browser_of, member

pytestmark = pytest.mark.django_db


# Order ------------------------------------------------------------------------------------------------------


def test_a_question_moves_and_the_page_comes_back_at_the_same_button(editor: EditorBrowser) -> None:
    response = editor.post("question/age/move/", move="up")
    assert response["Location"] == f"{editor.root}#up-question-age"
    assert list(editor.now.questions) == ["heart", "age", "pains", "tired"]
    editor.post("question/age/move/", move="down")
    assert editor.now == small()


@pytest.mark.parametrize(
    ("link_id", "way"), [("heart", "up"), ("tired", "down"), ("age", "sideways"), ("age", "")]
)
def test_at_the_ends_nothing_moves_and_nothing_is_recorded(
    editor: EditorBrowser, link_id: str, way: str
) -> None:
    events = HistoryEvent.objects.count()
    assert editor.post(f"question/{link_id}/move/", move=way).status_code == 303
    assert (editor.now, HistoryEvent.objects.count()) == (small(), events)


def test_a_question_walks_through_sections_page_by_page() -> None:
    editor = EditorBrowser(shipped())
    before = [[q.link_id for page in s.pages for q in page.questions] for s in shipped().sections[:2]]
    last = before[0][-1]
    editor.post(f"question/{last}/move/", move="down")
    after = [[q.link_id for page in s.pages for q in page.questions] for s in editor.now.sections[:2]]
    assert after == [before[0][:-1], [last, *before[1]]]


def test_questions_of_one_page_swap_within_it() -> None:
    editor = EditorBrowser(shipped())
    page = next(page for page in shipped().pages if len(page.questions) > 1)
    first, second = page.questions[0].link_id, page.questions[1].link_id
    editor.post(f"question/{first}/move/", move="down")
    assert editor.now.page_of == shipped().page_of
    order = list(editor.now.questions)
    assert order.index(second) + 1 == order.index(first)


def test_a_flag_moves_among_the_flags_of_its_severity() -> None:
    flags = (
        flag("one", "heart = yes"),
        flag("now", "heart = yes", Severity.URGENT),
        flag("two", "heart = yes"),
    )
    editor = EditorBrowser(replace(small(), flags=flags, vignettes=()))
    editor.post("flag/two/move/", move="up")
    assert [f.code for f in editor.now.flags] == ["two", "now", "one"]


def test_sections_move() -> None:
    editor = EditorBrowser(shipped())
    editor.post("section/right-now/move/", move="down")
    assert [section.id for section in editor.now.sections[:2]] == [s.id for s in (shipped().sections[1::-1])]


def test_what_is_gone_cannot_be_moved_or_removed(editor: EditorBrowser) -> None:
    for path in (
        "question/nothing/move/",
        "flag/nothing/move/",
        "section/nothing/move/",
        "question/nothing/remove/",
    ):
        assert editor.post(path, move="up").status_code == 409
        assert "was removed meanwhile" in editor.text


# Removing ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "users"),
    [
        ("question/heart/remove/", ("pains", "heart-trouble", "clarify-heart")),
        ("question/tired/remove/", ("fatigue",)),
        ("topic/topic/remove/", ("heart-trouble", "clarify-heart")),
        ("flag/heart-trouble/remove/", ("quiet",)),
    ],
)
def test_what_is_used_is_not_removed_and_each_user_has_a_link(
    editor: EditorBrowser, path: str, users: tuple[str, ...]
) -> None:
    assert editor.post(path).status_code == 409
    for user in users:
        assert user in editor.text
        assert f"/{user}/" in editor.html or f"-{user}" in editor.html
    assert editor.now == small()


def test_what_nobody_uses_is_removed_and_undone_at_once(editor: EditorBrowser) -> None:
    response = editor.post("score/fatigue/remove/")
    assert editor.now.scores == ()
    editor.get(response["Location"])
    assert "Done: score fatigue removed. Undo" in editor.text
    event = HistoryEvent.objects.latest("pk")
    assert editor.post("undo/", event=str(event.pk)).status_code == 303
    assert editor.now == small()


def test_a_condition_that_cannot_be_read_still_protects_what_it_names(editor: EditorBrowser) -> None:
    broken = replace(small(), flags=(*small().flags, flag("broken", "tired >= ((")), scores=())
    editor.version = EditorBrowser.draft(broken)
    assert editor.post("question/tired/remove/").status_code == 409
    assert "broken" in editor.text


def test_an_id_is_never_used_again(editor: EditorBrowser) -> None:
    typed = {"wording-en": "Do you smoke?", "short-en": "Smoking", "type": "text", "after": "all"}
    editor.post("new/question/", **typed)
    editor.post("question/smoking/remove/")
    editor.post("new/question/", **typed)
    assert "smoking-2" in editor.now.questions
    editor.version = EditorBrowser.draft(small())
    editor.post("new/question/", **typed)
    assert "smoking-3" in editor.now.questions, "nor in a later version"


def test_a_code_is_never_used_again_in_a_later_version(editor: EditorBrowser) -> None:
    editor.save("question/heart/", **{"option-3-en": "Long ago"})
    editor.version = EditorBrowser.draft(small())
    editor.save("question/heart/", **{"option-3-en": "Long ago"})
    assert editor.now.questions["heart"].codes >= {"long-ago-2"}


# Undo -------------------------------------------------------------------------------------------------------


def test_undo_and_undo_of_undo(editor: EditorBrowser) -> None:
    editor.save("question/heart/", wording__en="First")
    first = HistoryEvent.objects.latest("pk")
    editor.save("question/age/", wording__en="Second")
    changed = editor.now
    editor.post("undo/", event=str(first.pk))
    assert editor.now == small(), "everything since is undone"
    undone = HistoryEvent.objects.latest("pk")
    assert (undone.action, undone.reason) == ("undone", "back to before: changed question heart")
    editor.post("undo/", event=str(undone.pk))
    assert editor.now == changed


def test_undoing_twice_in_a_row_changes_nothing_more(editor: EditorBrowser) -> None:
    editor.save("question/heart/", wording__en="First")
    event = str(HistoryEvent.objects.latest("pk").pk)
    for _ in range(2):
        assert editor.post("undo/", event=event).status_code == 303
        assert editor.now == small()
    assert HistoryEvent.objects.filter(action="undone").count() == 1


@pytest.mark.parametrize("event", ["", "0", "x", "-1", "9" * 30, "٣"])
def test_an_act_that_is_not_there_is_not_undone(editor: EditorBrowser, event: str) -> None:
    assert editor.post("undo/", event=event).status_code == 404


def test_an_act_on_another_version_is_not_undone_from_here(editor: EditorBrowser) -> None:
    editor.save("question/heart/", wording__en="First")
    event = str(HistoryEvent.objects.latest("pk").pk)
    editor.version = EditorBrowser.draft(small())
    assert editor.post("undo/", event=event).status_code == 404


def test_the_record_has_pages_and_says_what_changed(editor: EditorBrowser) -> None:
    for number in range(30):
        editor.post("question/age/move/", move="up" if number % 2 == 0 else "down")
        editor.save("question/heart/", wording__en=f"Words {number}")
    editor.get("record/")
    assert "Words 29" in editor.text
    assert "1 / 2" in editor.text
    editor.get("record/?page=2")
    assert "created" in editor.text
    assert editor.get("record/?page=nonsense").status_code == 200


# Two editors ------------------------------------------------------------------------------------------------


def other_browser(editor: EditorBrowser) -> None:
    editor.client = browser_of(member("otto", EDITOR, first_name="Otto", last_name="Lang"))


def test_the_second_of_two_editors_is_told_and_nothing_is_overwritten(editor: EditorBrowser) -> None:
    mine, first = editor.form("question/heart/"), editor.client
    other_browser(editor)
    editor.save("question/heart/", wording__en="Otto's words")
    editor.client = first
    assert editor.post("question/heart/", **{**mine, "wording-en": "Edda's <b>words</b>"}).status_code == 409
    assert "A colleague was faster" in editor.text
    assert "changed by Otto Lang" in editor.text
    assert "Edda's <b>words</b>" in editor.text, "what was typed is there to be copied"
    assert "Otto's words" in editor.text
    assert str(editor.now.questions["heart"].wording) == "Otto's words"


@pytest.mark.parametrize("path", ["flag/heart-trouble/", "section/all/", "topic/topic/", "score/fatigue/"])
def test_every_page_knows_when_it_is_stale(editor: EditorBrowser, path: str) -> None:
    form = editor.form(path)
    name = next(name for name in form if name.startswith(("title", "label")))
    assert editor.post(path, **{**form, name: "One"}).status_code == 303
    assert editor.post(path, **{**form, name: "Two"}).status_code == 409
    assert "Two" in editor.text
    assert editor.post(path, **{**form, name: "Three", "seen": ""}).status_code == 409


def test_two_editors_on_two_questions_do_not_meet(editor: EditorBrowser) -> None:
    mine = editor.form("question/heart/")
    editor.save("question/age/", wording__en="How old?")
    assert editor.post("question/heart/", **{**mine, "wording-en": "New"}).status_code == 303
    assert str(editor.now.questions["age"].wording) == "How old?"


def test_a_question_removed_meanwhile_is_said_to_be_gone(editor: EditorBrowser) -> None:
    editor.post("new/question/", **{"wording-en": "?", "short-en": "Smoking", "type": "text", "after": "all"})
    form = editor.form("question/smoking/")
    editor.post("question/smoking/remove/")
    assert editor.post("question/smoking/", **{**form, "help-en": "Pipes too."}).status_code == 409
    assert "was removed meanwhile" in editor.text
    assert "Pipes too." in editor.text, "what was typed is there to be copied"
    assert editor.post("question/nothing/", **form).status_code == 404
    assert editor.get("question/smoking/").status_code == 404


def test_the_same_save_twice_in_a_row_is_told(editor: EditorBrowser) -> None:
    form = {**editor.form("question/heart/"), "wording-en": "New"}
    assert editor.post("question/heart/", **form).status_code == 303
    assert editor.post("question/heart/", **form).status_code == 409


def test_an_option_that_came_into_use_meanwhile_is_kept(editor: EditorBrowser) -> None:
    form = editor.form("question/tired/")
    editor.save("flag/heart-trouble/", condition="tired = 2")
    response = editor.post("question/tired/", **{**form, "option-2-en": ""})
    assert response.status_code == 409
    assert editor.now.questions["tired"].codes >= {"2"}


# Translations -----------------------------------------------------------------------------------------------


def states(editor: EditorBrowser, place: str) -> dict[str, str]:
    editor.get(place)
    return {string.where: string.state for string in editor.response.context["translated"]}


def test_a_changed_source_makes_its_translation_stale_until_somebody_reads_it(editor: EditorBrowser) -> None:
    assert states(editor, "section/all/") == {"section all": "unreviewed"}
    editor.save("section/all/", title__en="Everything")
    assert states(editor, "section/all/") == {"section all": "stale"}
    [string] = editor.response.context["translated"]
    response = editor.post(
        "reviewed/", language="es", where="section all", seen=string.seen, back=f"{editor.root}section/all/"
    )
    assert response["Location"] == f"{editor.root}section/all/#translations"
    assert states(editor, "section/all/") == {"section all": "reviewed"}
    assert "read by Edda Ruiz" in editor.text


def test_a_changed_translation_is_a_draft_again(editor: EditorBrowser) -> None:
    [string] = editor.get("section/all/").context["translated"]
    editor.post("reviewed/", language="es", where="section all", seen=string.seen)
    assert states(editor, "section/all/") == {"section all": "reviewed"}
    editor.save("section/all/", title__es="Todo esto")
    assert states(editor, "section/all/") == {"section all": "unreviewed"}
    editor.save("section/all/", title__en="Everything", title__es="Todo")
    assert states(editor, "section/all/") == {"section all": "unreviewed"}, (
        "both changed at once belong together"
    )


def test_words_without_a_translation_are_missing_one(editor: EditorBrowser) -> None:
    assert states(editor, "question/heart/")["question heart wording"] == "missing"
    editor.save("question/heart/", wording__es="¿Corazón?")
    assert states(editor, "question/heart/")["question heart wording"] == "unreviewed"
    editor.save("question/heart/", wording__es="")
    assert states(editor, "question/heart/")["question heart wording"] == "missing"


def test_a_translation_that_changed_meanwhile_is_not_marked(editor: EditorBrowser) -> None:
    [string] = editor.get("section/all/").context["translated"]
    editor.save("section/all/", title__es="Otra cosa")
    assert editor.post("reviewed/", language="es", where="section all", seen=string.seen).status_code == 409


@pytest.mark.parametrize(
    ("language", "where"),
    [("en", "section all"), ("xx", "section all"), ("es", "nowhere"), ("", ""), ("es", "flag x")],
)
def test_only_translations_that_are_there_are_marked(
    editor: EditorBrowser, language: str, where: str
) -> None:
    assert editor.post("reviewed/", language=language, where=where, seen="").status_code == 404


@pytest.mark.parametrize("back", ["https://example.org/", "//example.org", "javascript:alert(1)", ""])
def test_after_marking_one_is_never_sent_elsewhere(editor: EditorBrowser, back: str) -> None:
    [string] = editor.get("section/all/").context["translated"]
    response = editor.post("reviewed/", language="es", where="section all", seen=string.seen, back=back)
    assert response["Location"].startswith(editor.root)


def test_moving_and_removing_keep_every_other_record_of_translation() -> None:
    editor = EditorBrowser(shipped())
    before = {s.where: s for t in shipped().translations for s in t.strings}
    editor.post("section/right-now/move/", move="down")
    editor.post("flag/age-under-18/move/", move="down")
    now = {s.where: s for t in editor.now.translations for s in t.strings}
    assert now == before
    assert Version.objects.count() == 1
