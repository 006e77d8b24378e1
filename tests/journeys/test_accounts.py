"""Getting in and being signed out, in a real browser: told as stories, and every page looked over by axe."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from questionnaire.models import Version
from screening.actions import people
from screening.core.staff_roles import ADMINISTRATOR, REVIEWER
from screening.models import ReviewEntry
from tests.builders.sign_in import PASSWORD, add_passkey, app_code, enrolled
from tests.builders.staff import acting, member
from tests.builders.submissions import sent
from tests.journeys.desk import open_with_session, sign_in
from tests.journeys.looks import SHORT, check_looks

pytestmark = pytest.mark.browser
NOTE = "She will bring the letter from her cardiologist."


def enrol(page: Page) -> str:
    """Set up the app that this page offers; its secret."""
    page.get_by_text("No camera?").click()
    secret = page.locator("code.secret").inner_text()
    page.get_by_label("Enter the code").fill(app_code(secret))
    page.get_by_role("button", name="Turn it on").click()
    return secret


def test_a_newcomer_joins_by_link_and_gets_in_with_a_second_factor(
    page: Page, live_server: LiveServer, settings: Any, published: Version
) -> None:
    """Given an invitation, when Robin chooses a password and sets up the app, then the queue opens."""
    settings.REQUIRE_MFA = True
    actor = acting(member("ada", ADMINISTRATOR))
    _, key = people.invite_person(username="sam", first_name="", last_name="", role=REVIEWER, actor=actor)
    page.goto(f"{live_server.url}/accounts/join/?key={key}")
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same once more").fill(PASSWORD)
    page.get_by_role("button", name="Save the password").click()
    sign_in(page, live_server.url)
    secret = enrol(page)
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Queue")
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, live_server.url)
    page.get_by_label("Code").fill(app_code(secret))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Queue")


def test_a_note_survives_an_idle_sign_out(page: Page, live_server: LiveServer, published: Version) -> None:
    """Given a half-written note, when Sam is called away for an hour, then the note waits behind the
    sign-in."""
    row = sent(published)
    member("sam")
    page.clock.install()
    sign_in(page, live_server.url, path=f"/staff/{row.reference}/")
    write(page)
    page.clock.run_for(13 * 60 * 1000)
    expect(page.get_by_role("dialog")).to_be_visible()
    page.clock.run_for(2 * 60 * 1000)
    expect(page.get_by_role("heading", level=1)).to_have_text("Staff sign in")
    expect(page.get_by_role("status")).to_contain_text("What you were writing is kept")
    page.get_by_label("User name").fill("sam")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("blockquote")).to_have_text(NOTE)
    page.get_by_role("button", name="Save it now").click()
    expect(page.locator("main")).to_contain_text(NOTE)
    assert ReviewEntry.objects.filter(kind="note").count() == 1


def test_notes_in_two_tabs_both_survive_an_idle_sign_out(
    context: BrowserContext, live_server: LiveServer, published: Version
) -> None:
    """Given half a note in each of two tabs, when Sam is called away, then both wait behind the sign-in."""
    member("sam")
    context.clock.install()
    tabs = [context.new_page(), context.new_page()]
    for tab in tabs:
        if tab is tabs[0]:
            sign_in(tab, live_server.url)
        tab.goto(f"{live_server.url}/staff/{sent(published).reference}/")
        write(tab)
    context.clock.run_for(15 * 60 * 1000)
    for tab in tabs:
        expect(tab.get_by_role("heading", level=1)).to_have_text("Staff sign in")
    sign_in(tabs[1], live_server.url, path="/accounts/kept/")
    expect(tabs[1].locator("blockquote")).to_have_text([NOTE, NOTE])
    check_looks(tabs[1], "two notes kept", SHORT)


def test_saying_that_one_is_there_goes_on_where_one_was(
    page: Page, live_server: LiveServer, published: Version
) -> None:
    """Given the warning, when Sam presses "Stay signed in", then nothing written is gone, ten times over."""
    row = sent(published)
    member("sam")
    page.clock.install()
    sign_in(page, live_server.url, path=f"/staff/{row.reference}/")
    write(page)
    for _ in range(10):
        page.clock.run_for(13 * 60 * 1000)
        expect(page.get_by_role("button", name="Stay signed in")).to_be_focused()
        with page.expect_response("**/accounts/stay/") as answered:
            page.keyboard.press("Enter")
        assert answered.value.status == 204
        expect(page.get_by_role("dialog")).to_be_hidden()
    assert any(field.input_value() == NOTE for field in page.locator("textarea").all())


def write(page: Page) -> None:
    """Begin a note, in the form that takes one."""
    field = page.locator("form[action$='/note/'] textarea")
    panel = page.locator("details:has(form[action$='/note/'])")
    if panel.count() and not field.is_visible():
        panel.locator("summary").first.click()
    field.fill(NOTE)


# Every page -------------------------------------------------------------------------------------------------


def test_no_page_on_the_way_in_has_faults(
    browser: Browser, live_server: LiveServer, settings: Any, published: Version
) -> None:
    settings.REQUIRE_MFA = True
    _, key = people.invite_person(
        **{"username": "robin", "first_name": "Robin", "last_name": "Vale", "role": REVIEWER},
        actor=acting(member("ada", ADMINISTRATOR, first_name="Ada", last_name="Moss")),
    )
    page = browser.new_page()
    for path in (f"join/?key={key}", "join/?key=x", "login/?idle=1&joined=1", "inactive/"):
        page.goto(f"{live_server.url}/accounts/{path}")
        check_looks(page, path, SHORT)
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_role("button", name="Sign in").click()
    check_looks(page, "login, empty")
    sign_in(page, live_server.url, "ada")
    check_looks(page, "set up")
    page.get_by_label("Enter the code").fill("111111")
    page.get_by_role("button", name="Turn it on").click()
    check_looks(page, "set up, wrong code", SHORT)
    enrol(page)
    check_looks(page, "recovery codes", SHORT)
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, live_server.url, "ada")
    check_looks(page, "code", SHORT)
    page.close()


def test_no_page_about_ones_own_account_has_faults(
    browser: Browser, live_server: LiveServer, settings: Any, published: Version
) -> None:
    settings.REQUIRE_MFA = True
    client, _secret = enrolled("ada", ADMINISTRATOR)
    key = add_passkey(client)
    with open_with_session(browser, live_server.url, client) as context:
        page = context.new_page()
        for path in (
            "2fa/",
            "2fa/webauthn/",
            f"2fa/webauthn/keys/{key.pk}/remove/",
            "2fa/webauthn/reauthenticate/",
        ):
            page.goto(f"{live_server.url}/accounts/{path}")
            check_looks(page, path, SHORT)
        for path in (
            "2fa/webauthn/add/",
            "2fa/recovery-codes/generate/",
            "password/",
            "reauthenticate/",
            "sessions/",
        ):
            page.goto(f"{live_server.url}/accounts/{path}")
            check_looks(page, path, SHORT)
        page.goto(f"{live_server.url}/accounts/people/")
        page.get_by_role("button", name="Invite team member").click()
        check_looks(page, "people, nothing filled in")
        page.get_by_label("User name").fill("robin")
        page.get_by_role("button", name="Invite team member").click()
        check_looks(page, "a link", SHORT)
