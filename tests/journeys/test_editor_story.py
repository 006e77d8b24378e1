"""Stories of the editor, told by a real browser and the keyboard alone: a question with a follow-up and a flag, added
by somebody who knows no syntax; and a draft put in order."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from questionnaire import drafting, publishing
from questionnaire.definition import Definition
from questionnaire.models import Version
from screening import accounts
from tests.editor.desk import Desk, small
from tests.journeys.desk import desk_of, focused, path_of
from tests.staff.people import member

pytestmark = pytest.mark.browser


def now(version: Version) -> Definition:
    return drafting.definition_of_draft(version)


def choose(page: Page, label: str, words: str) -> None:
    page.get_by_label(label, exact=True).select_option(label=words)


def press(page: Page, name: str) -> None:
    """By keyboard: focus the control, then Enter."""
    control = page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).first
    control.focus()
    enter(page)


def enter(page: Page) -> None:
    """Send the page with the Enter key, and wait for the next."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def new_question(page: Page, words: str, short: str, kind: str, after: str, options: str = "") -> None:
    page.get_by_label("Question", exact=True).fill(words)
    page.get_by_label("Short name, for staff and Change links").fill(short)
    page.get_by_label(kind).check()
    page.get_by_label("Options, one on each line").fill(options)
    choose(page, "Place it after", after)
    press(page, "Add the question")


def show_it_to_smokers(page: Page) -> None:
    press(page, "Put together when it is shown")
    choose(page, "Question", "Smoking")
    press(page, "Show its answers")
    assert focused(page).startswith("is one of"), "the keyboard goes on at the test of this row"
    page.get_by_label("Yes", exact=True).check()
    press(page, "Read it back")
    expect(page.get_by_role("status")).to_contain_text("Smoking is “Yes”")
    press(page, "Save")
    expect(page.get_by_text("Saved.")).to_be_visible()


def new_flag(page: Page) -> None:
    page.get_by_label("Title, for staff").fill("Heavy smoking")
    page.get_by_label("Reason, for clinicians").fill("Smoking strains the heart.")
    page.get_by_label("Source: who says so").fill("A handbook")
    page.get_by_label("Address of the source").fill("https://example.org/smoking")
    press(page, "Add the flag")


def raise_it_for_twenty_a_day_or_no_answer(page: Page) -> None:
    choose(page, "Question", "A day")
    press(page, "Show its answers")
    page.get_by_label("Number", exact=True).fill("20")
    enter(page)
    expect(page.get_by_role("status")).to_contain_text("A day is 20 or more")
    page.get_by_label("any of these is true").check()
    press(page, "Add a row")
    assert focused(page).startswith("Select a question"), "the keyboard goes on in the new row"
    page.keyboard.type("Smok")
    page.keyboard.press("Tab")
    enter(page)
    page.locator("#test-1").select_option(label="is not known: not sure, declined or left blank")
    press(page, "Save")


def test_somebody_without_syntax_adds_a_question_with_a_follow_up_and_a_flag(
    browser: Browser, live_server: LiveServer, transactional_db: None
) -> None:
    # Given an editor with a new draft
    version = publishing.draft_from(definition=small(), actor="user:0", now=timezone.now())
    page = desk_of(browser, live_server.url, member("edda", accounts.EDITOR)).new_page()
    root = f"{live_server.url}/editor/small/1/"
    page.goto(root)

    # When they add a question, and a follow-up that is shown to people who smoke
    press(page, "Add a question")
    new_question(page, "Do you smoke?", "Smoking", "One of several options", "All: tired", "Yes\nNo")
    assert path_of(page) == "/editor/small/1/question/smoking/"
    page.goto(f"{root}new/question/")
    new_question(page, "How many a day?", "A day", "A whole number", "All: Smoking")
    show_it_to_smokers(page)
    assert now(version).questions["a-day"].shown_when == "smoking = yes"

    # And a flag for people who smoke a lot, or would not say
    page.goto(f"{root}new/flag/")
    new_flag(page)
    raise_it_for_twenty_a_day_or_no_answer(page)
    assert now(version).flags_by_code["heavy-smoking"].condition == "a-day >= 20 OR unknown(smoking)"

    # Then trying it says what a patient who smokes would hear, and why
    page.goto(f"{root}try/")
    page.locator('input[name="smoking"][value="yes"]').check()
    page.locator("#f-a-day").fill("30")
    enter(page)
    raised = page.locator("details.tried", has_text="Heavy smoking")
    expect(raised.locator(".says")).to_have_text("raised")
    expect(raised).to_contain_text("A day is 20 or more true")


def test_a_draft_is_put_in_order_by_keyboard_and_the_place_is_kept(
    browser: Browser, live_server: LiveServer, transactional_db: None
) -> None:
    # Given a draft
    desk = Desk(small())
    page = desk_of(browser, live_server.url, desk.user).new_page()
    page.goto(live_server.url + desk.root)

    # When a question is moved up twice with the same key
    page.get_by_role("button", name="Up: tired").focus()
    for _ in range(2):
        enter(page)
        assert focused(page).endswith("Up: tired"), "the button stays under the fingers"

    # Then it stands there
    assert list(desk.now.questions) == ["heart", "tired", "pains", "age"]

    # And what is used cannot be removed: the page says by whom, and leads there
    page.get_by_role("button", name="Remove heart", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Other parts still use it")
    page.get_by_role("link", name="heart-trouble").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/flag/heart-trouble/")

    # And what is not used can be, and comes back
    page.goto(live_server.url + desk.root)
    press(page, "Remove Fatigue")
    assert desk.now.scores == ()
    press(page, "Undo")
    assert [score.name for score in desk.now.scores] == ["fatigue"]
