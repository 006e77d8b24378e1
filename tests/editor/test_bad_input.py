"""Bad input of every kind: a message at the field or the place, nothing saved half, never a failure."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from questionnaire import yaml_file
from questionnaire.actions import publishing
from questionnaire.definition import Definition, Score, Vignette
from questionnaire.editor.made_up_person import sign_person
from questionnaire.identifiers import PAGE_FIELD_NAMES
from questionnaire.models import HistoryEvent, Version
from tests.builders.definitions import choice, questionnaire, sound
from tests.builders.editor import EditorBrowser, small
from tests.builders.shipped import INSTRUMENTS

pytestmark = pytest.mark.django_db

PAGES = (
    *("", "record/", "try/", "stories/", "publish/", "preview/", "specification/", "vignette/quiet/"),
    *("question/heart/", "question/age/condition/", "flag/heart-trouble/", "flag/heart-trouble/condition/"),
    "score/fatigue/",
)
FORMS = (
    *(
        "question/heart/",
        "question/age/",
        "flag/heart-trouble/",
        "section/all/",
        "topic/topic/",
        "score/fatigue/",
    ),
    *("new/question/", "new/flag/", "new/section/", "new/topic/", "new/score/", "vignette/quiet/change/"),
    *("question/age/condition/", "publish/"),
)
UNSEEN = {
    "publish/": {"reason": ""},
    "new/question/": {
        "wording-en": "?",
        "short-en": "S",
        "type": "choice",
        "options": "a\nb",
        "after": "all",
    },
}
"""What is typed where nothing says what was seen."""
NOT_TYPED = {"csrfmiddlewaretoken", "seen"}
HOSTILE = {
    "a null character": "<script>alert(1)</script>\x00",
    "too long": "x" * 30_000,
    "markup, templates and directions": '"><script>alert(1)</script>{{ 7|add:7 }}{% now '
    "%}';--\u202e\ud83d\ude42",
}
EVIL = {name: text.encode("utf-16", "surrogatepass").decode("utf-16") for name, text in HOSTILE.items()}


def fine(editor: EditorBrowser, place: str) -> None:
    """The draft can still be opened everywhere, and nothing on its pages is more than words."""
    for path in PAGES:
        assert editor.get(path).status_code < 500, f"{place}: {path}"
        assert "<script>alert" not in editor.html, f"{place}: {path}"


@pytest.mark.parametrize("evil", ["a null character", "markup, templates and directions"])
@pytest.mark.parametrize("form", FORMS)
def test_hostile_text_in_any_field_is_refused_at_its_field_or_is_only_words(form: str, evil: str) -> None:
    editor = EditorBrowser()
    filled = {**UNSEEN[form]} if form in UNSEEN else editor.form(form)
    path = "publish/send/" if form == "publish/" else form
    before = editor.now
    for name in [name for name in filled if name not in NOT_TYPED]:
        response = editor.post(path, **{**filled, "seen": filled.get("seen", ""), name: EVIL[evil]})
        assert response.status_code in {200, 303, 409, 422}, f"{name}: {response.status_code}"
        assert "<script>alert" not in editor.html, name
        if response.status_code == 422:
            assert "There is a problem" in editor.text or "Not published" in editor.text, name
            assert editor.now == before, f"{name}: saved half"
        elif response.status_code == 303:  # it is only words: it stays, and the page is opened anew
            filled, before = {**UNSEEN[form]} if form in UNSEEN else editor.form(form), editor.now
            assert "\x00" not in repr(before)
    fine(editor, form)


@pytest.mark.parametrize("evil", EVIL)
def test_hostile_text_beside_the_forms_changes_nothing(evil: str) -> None:
    editor, text = EditorBrowser(), EVIL[evil]
    before = editor.now
    for path, typed in (
        ("question/heart/move/", {"move": text}),
        ("undo/", {"event": text}),
        ("reviewed/", {"language": text, "where": text, "back": text}),
        ("publish/successors/", {"taken-over": text}),
        ("stories/tell/", {"person": text, "story": text}),
        ("stories/heart/answer/", {"heart": text}),
        ("vignette/quiet/expect/", {"flag": text, "seen": text}),
        ("try/", {"heart": text, "age": text, text: text}),
        ("preview/", {"seen": text, "heart": text, "language": text}),
    ):
        assert editor.post(path, **typed).status_code < 500, path
        assert "<script>alert" not in editor.html, path
        assert editor.now == before, path
    for path in ("record/?page=", "preview/?t=", "preview/?page=", "new/flag/?unknown="):
        assert editor.get(f"{path}{'9' * 5_000}").status_code < 500
        assert editor.client.get(
            editor.root + path.partition("?")[0], {"page": text, "t": text, "unknown": text}
        )


@pytest.mark.parametrize("text", ["\x00", "x" * 301, ""])
def test_a_story_that_cannot_be_kept_is_told_at_its_field(text: str) -> None:
    editor = EditorBrowser()
    assert editor.post("stories/tell/", person=sign_person({"heart": "no"}), story=text).status_code == 422
    assert "There is a problem" in editor.text
    assert editor.now == small()


# Conditions -------------------------------------------------------------------------------------------------


def test_a_condition_as_long_as_may_be_is_kept_and_every_page_still_opens() -> None:
    editor = EditorBrowser()
    parts = ["heart = yes", *(f"age >= {number}" for number in range(66, 300))]
    text = " OR ".join(parts)
    text += f" OR age >= {'0' * 8}9" * ((10_000 - len(text)) // 21)
    assert 9_000 < len(text) <= 10_000
    assert editor.save("flag/heart-trouble/", condition=text).status_code == 303
    fine(editor, "a long condition")
    assert editor.save("flag/heart-trouble/", condition=text + " OR age >= 9" * 90).status_code == 422


def test_questions_that_open_each_other_are_refused_at_the_field() -> None:
    editor = EditorBrowser()
    assert editor.save("question/age/", shown_when="heart = yes").status_code == 303
    for condition in ("age >= 18", "age >= 18 OR heart = yes", "unknown-any(age, heart)"):
        assert editor.save("question/heart/", shown_when=condition).status_code == 422
    assert editor.save("question/tired/", shown_when="score(fatigue) >= 1").status_code == 422
    assert editor.now.questions["heart"].shown_when is None


def test_a_question_moved_before_what_opens_it_keeps_the_draft_back_and_fails_nowhere() -> None:
    editor = EditorBrowser()
    editor.post("question/pains/move/", move="up")
    assert next(iter(editor.now.questions)) == "pains"
    fine(editor, "a forward reference")
    assert "comes later; it can only look back" in editor.get("publish/").content.decode()
    assert editor.post("publish/send/", reason="Now").status_code == 422


def loops() -> Definition:
    """Everything that can point at itself does."""
    a, b = (
        choice("heart", shown_when="b = yes"),
        choice("b", shown_when="heart = yes AND score(fatigue) >= 1"),
    )
    tired = choice("age", "0", "1", "2", "not-sure", shown_when="score(fatigue) >= 1")
    story = Vignette("quiet", "Like itself.", like="quiet")
    other = Vignette("other", "Like somebody later.", like="quiet", answers=(("nothing", "no"),))
    definition = questionnaire(
        a, b, tired, heart_trouble="unknown(heart) AND unknown(heart)", clarify="heart = b"
    )
    return replace(
        definition, scores=(Score("fatigue", "F", ("age", "age", "nothing")),), vignettes=(other, story)
    )


def test_a_draft_full_of_circles_opens_everywhere() -> None:
    editor = EditorBrowser(loops())
    fine(editor, "circles")
    editor.get("publish/")
    assert editor.response.context["blocking"]
    assert editor.post("publish/prove/").status_code == 303
    assert editor.post("publish/now/", reason="Now").status_code == 422


# Loading a file ---------------------------------------------------------------------------------------------


def everything() -> tuple[list[object], int]:
    versions = Version.objects.order_by("pk")
    return [(v.number, v.state, v.note, publishing.drafts.read_draft(v)) for v in versions], (
        HistoryEvent.objects.count()
    )


def twice(text: str, block: str) -> str:
    """The same file with one block of its lines standing twice."""
    start = text.index(block)
    end = text.index("\n- ", start + 1) if "\n- " in text[start + 1 :] else len(text)
    return text[:end] + "\n" + text[start:end].strip("\n") + text[end:]


SPOILED = {
    "an id twice": lambda text: text.replace("id: age", "id: heart"),
    "a flag twice": lambda text: text.replace("code: clarify-heart", "code: heart-trouble"),
    "an id too long": lambda text: text.replace("id: age", f"id: {'a' * 200}"),
    "a null character": lambda text: text.replace("reason: A reason", 'reason: "A \\0 reason"'),
    "half a character": lambda text: text.replace("reason: A reason", 'reason: "A \\uD800 reason"'),
    "a number beyond the database": lambda text: text.replace("maximum: 300", f"maximum: {'9' * 40}"),
    "cut off": lambda text: text[: len(text) // 2] + '\n  "',
    "deep": lambda text: text + "\ncredits: " + "[" * 3_000,
}


@pytest.mark.parametrize("name", SPOILED)
def test_a_file_that_fails_changes_nothing(name: str, tmp_path: Path) -> None:
    version = publishing.create_draft(
        definition=sound(), actor="user:0", now=EditorBrowser().version.created_at
    )
    before, text = everything(), yaml_file.write_yaml(sound())
    spoiled = SPOILED[name](text)
    assert spoiled != text
    file = tmp_path / "spoiled.yaml"
    file.write_text(spoiled, encoding="utf-8")
    for publish in (False, True):
        with pytest.raises(CommandError) as refused:
            call_command("load_questionnaire", str(file), publish=publish)
        assert "Traceback" not in str(refused.value)
        assert everything() == before
    assert version.state == "draft"


def test_the_shipped_file_has_none_of_the_names_that_pages_need_for_themselves() -> None:
    text = (INSTRUMENTS / "ketamine.yaml").read_text(encoding="utf-8")
    assert not PAGE_FIELD_NAMES & set(yaml_file.read_yaml(text, file="ketamine.yaml").questions)


@pytest.mark.parametrize("short", ["Language", "Seen", "Story", "All", "Save"])
def test_a_question_never_takes_the_name_of_a_button_of_its_page(short: str) -> None:
    editor = EditorBrowser()
    typed = {"wording-en": "Which one?", "short-en": short, "type": "text", "after": "all"}
    assert editor.post("new/question/", **typed)["Location"].endswith(f"/{short.lower()}-2/")
