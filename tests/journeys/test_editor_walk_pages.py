"""The stories and the walk to publishing in a real browser: empty, in work, with errors and with a weakened
rule. Every rule of axe, five looks, no sideways scroll. One editor goes from page to page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from questionnaire.actions import proof_runs, publishing
from questionnaire.changes import edits
from questionnaire.definition import Definition, Severity, Vignette
from screening.core.staff_roles import EDITOR
from tests.builders.definitions import choice, sound
from tests.builders.editor import EditorBrowser
from tests.builders.staff import member
from tests.journeys.desk import open_desk
from tests.journeys.looks import PHONE, check_looks, open_all_details

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Act = Callable[[Page], None]
STORIES = (
    Vignette("quiet", "Nothing to report.", (("heart", "no"), ("age", 30)), not_raised=("heart-trouble",)),
    Vignette("old", "An old one.", (("age", 65),), like="quiet", raised=("heart-trouble",)),
)
FOLLOW, SPLIT, EMPTY = "/editor/follow/1/", "/editor/split/2/", "/editor/empty/1/"


def drafts() -> None:
    """One whose stories have to follow; one with weaker rules, proved; one without stories."""
    told = replace(sound(), vignettes=STORIES)
    asked = edits.add_question(told, choice("smoke"), section_id="all", after="age")
    EditorBrowser.draft(replace(edits.set_shown_when(asked, "age", "heart = yes"), slug="follow"))
    EditorBrowser.draft(replace(sound(), slug="empty"))
    first = replace(sound(), slug="split")
    publishing.publish(version=EditorBrowser.draft(first), actor="user:0", now=timezone.now())
    weaker = split(replace(told, slug="split"))
    EditorBrowser.draft(weaker)
    proof_runs.gather_evidence(weaker, first, now=timezone.now())
    proof_runs.measure_vignettes(weaker, first)


def split(definition: Definition) -> Definition:
    """Part of one flag became another; the rest is milder."""
    old, clarify = definition.flags
    aged = replace(old, code="aged", title="Age 65 or more", condition="age >= 65")
    rest = replace(old, condition="heart = yes", severity=Severity.INFO)
    stories = tuple(replace(v, raised=(), not_raised=()) for v in definition.vignettes)
    return replace(definition, flags=(rest, aged, clarify), vignettes=stories)


def press(name: str) -> Act:
    return lambda page: page.get_by_role("button", name=name).first.click()


def type_an_age(page: Page) -> None:
    page.locator("#f-age").fill("old")


def forget_the_sentence(page: Page) -> None:
    page.get_by_label("Who is this, in one sentence").fill("")


def go(path: str) -> Act:
    return lambda page: page.goto(page.url.split("/editor/")[0] + path) and None


PAGES: dict[str, tuple[Act, ...]] = {
    "All 2 people say so": (go(f"{FOLLOW}stories/"), open_all_details),
    "whose story would notice": (go(f"{SPLIT}stories/"), open_all_details),
    "No story has been told yet": (go(f"{EMPTY}stories/"),),
    "This story fails": (go(f"{FOLLOW}vignette/quiet/"), open_all_details),
    "Enter one sentence that tells who this is": (
        *(go(f"{FOLLOW}vignette/quiet/change/"), forget_the_sentence, type_an_age),
        press("Save the story"),
    ),
    "it becomes what they must always say": (
        *(go(f"{SPLIT}stories/"), press("of missing person 1")),
        press("Keep this story"),
    ),
    "in the way.": (go(f"{FOLLOW}publish/"), open_all_details),
    "Not run for this draft": (go(f"{EMPTY}publish/"), open_all_details),
    "Did other flags take it over?": (go(f"{SPLIT}publish/"), open_all_details),
    "stories are missing": (go(f"{SPLIT}publish/"), open_all_details),
    "read each through, and say who it is in yours": (
        go(f"{SPLIT}publish/"),
        press("Tell all"),
        open_all_details,
    ),
    "say in a sentence what changes and why": (
        go(f"{SPLIT}publish/"),
        press("Send it to a second person"),
        open_all_details,
    ),
    "Take it out of these stories": (go(FOLLOW), press("Remove heart-trouble")),
    "An answer that is not known": (go(f"{FOLLOW}new/flag/?unknown=smoke"),),
}
"""Words of the page, and how an editor comes to it."""


def test_no_page_on_the_way_to_publishing_has_a_fault(browser: Browser, live_server: LiveServer) -> None:
    drafts()
    with open_desk(browser, live_server.url, member("edda", EDITOR), viewport=PHONE) as context:
        page = context.new_page()
        page.goto(f"{live_server.url}/editor/")
        for words, acts in PAGES.items():
            page.set_viewport_size(PHONE)
            for act in acts:
                act(page)
            expect(page.locator("main").get_by_text(words).first).to_be_visible()
            try:
                check_looks(page)
            except AssertionError as fault:
                raise AssertionError(f"{words}: {fault}") from None
