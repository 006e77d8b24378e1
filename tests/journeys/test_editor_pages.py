"""Every page of the editor in a real browser, clean and with errors: axe with all its rules on a phone, on a
dark desk and in forced colours, no sideways scroll, big enough controls."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from questionnaire.actions import drafts, publishing
from questionnaire.changes import edits
from questionnaire.definition import Text
from questionnaire.models import Version
from screening.core.staff_roles import EDITOR
from tests.builders.editor import EditorBrowser, small
from tests.builders.shipped import shipped
from tests.builders.staff import member
from tests.journeys.desk import open_desk
from tests.journeys.looks import PHONE, check_looks, open_all_details

pytestmark = pytest.mark.browser

Act = Callable[[Page], None]
DRAFT, SMALL = "/editor/ketamine/2/", "/editor/small/1/"
"""The shipped questionnaire for pages of one part; a small one where a page lists everything."""

JUST_NOW = Text.of({"en": "Just now", "es": "Ahora"})


def press(name: str) -> Act:
    return lambda page: page.get_by_role("button", name=name, exact=True).first.click()


def fill(label: str, words: str) -> Act:
    return lambda page: page.get_by_label(label, exact=True).fill(words)


def overtaken(page: Page) -> None:
    """A colleague saves the same page first."""
    other = page.context.new_page()
    other.goto(page.url)
    title = other.get_by_label("Title, for staff").input_value()
    fill("Title, for staff", f"{title}!")(other)
    press("Save the flag")(other)
    other.wait_for_url("**saved=1")
    other.close()
    fill("Title, for staff", "My title")(page)
    press("Save the flag")(page)
    assert page.get_by_role("heading", name="A colleague was faster").is_visible()


FLAG = f"{DRAFT}flag/bp-high-in-pregnancy/"
PAGES: dict[str, tuple[str, tuple[Act, ...]]] = {
    "questionnaires": ("/editor/", ()),
    "outline": (SMALL, ()),
    "outline-frozen": ("/editor/ketamine/1/", ()),
    "removed": (f"{SMALL}?done=1", ()),
    "question": (f"{DRAFT}question/heart-conditions/?saved=1", (open_all_details,)),
    "question-standard": (f"{DRAFT}question/phq9-1/", ()),
    "question-frozen": ("/editor/ketamine/1/question/bp-systolic/", ()),
    "question-error": (
        f"{DRAFT}question/bp-systolic/",
        (fill("Smallest number taken", "ten"), press("Save the question")),
    ),
    "new-question": (f"{DRAFT}new/question/", ()),
    "new-question-error": (f"{DRAFT}new/question/", (press("Add the question"),)),
    "flag": (FLAG, (open_all_details,)),
    "flag-error": (FLAG, (fill("To be checked again by", "soon"), press("Save the flag"))),
    "flag-overtaken": (FLAG, (overtaken,)),
    "section": (f"{DRAFT}section/right-now/", ()),
    "topic": (f"{DRAFT}topic/right-now/", ()),
    "score": (f"{DRAFT}score/phq9/", ()),
    "in-use": (SMALL, (press("Remove heart"),)),
    "record": (f"{DRAFT}record/", (open_all_details,)),
    "try": (f"{SMALL}try/", (open_all_details,)),
    "try-error": (
        f"{SMALL}try/",
        (lambda page: page.locator("#f-age").fill("old"), press("See what the flags say")),
    ),
    "compare": (f"{DRAFT}compare/1/", ()),
    "builder": (f"{FLAG}condition/", ()),
    "builder-several": (f"{DRAFT}flag/clarify-safety-now/condition/", ()),
    "builder-error": (f"{FLAG}condition/", (press("Add a row"), press("Save"))),
}


def changed_drafts(actor: str) -> None:
    """Drafts with something in their record, and something to compare and to undo."""
    drafts.save_change(
        version=EditorBrowser.draft(small()),
        edit=lambda now: edits.remove_score(now, "fatigue"),
        subject="score fatigue",
        action="removed",
        actor=actor,
        now=timezone.now(),
    )
    version = publishing.create_draft(
        definition=shipped(), actor=actor, now=timezone.now(), note="a better order"
    )
    drafts.save_change(
        version=version,
        edit=lambda now: edits.move_question(
            edits.change_section(
                now,
                "right-now",
                title=Text.of({"en": "Just now", "es": "Ahora"}),
                intro=None,
                grows_stale=True,
            ),
            "age",
            1,
        ),
        subject="section right-now",
        action="changed",
        actor=actor,
        now=timezone.now(),
    )


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_editor_has_no_faults(
    name: str, browser: Browser, live_server: LiveServer, published: Version
) -> None:
    editor = member("edda", EDITOR, first_name="Edda", last_name="Ruiz")
    changed_drafts(f"user:{editor.pk}")
    path, acts = PAGES[name]
    with open_desk(browser, live_server.url, editor, viewport=PHONE) as context:
        page = context.new_page()
        page.goto(live_server.url + path)
        for act in acts:
            act(page)
        check_looks(page)
