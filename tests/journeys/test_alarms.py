"""A day at the desk in a real browser: what silences an alarm and what does not, and pages that refresh
themselves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from questionnaire.models import Version
from screening.actions import reviews
from screening.core.staff_roles import ADMINISTRATOR
from screening.models import Submission
from tests.builders.staff import SEVERAL, URGENT, member, reviewing, sent_ago
from tests.journeys.desk import open_desk

pytestmark = pytest.mark.browser
BANNER = "urgent submission has needed attention for"
HALF_A_MINUTE = 31_000


@pytest.fixture(autouse=True)
def _everybody_leaves(browser: Browser) -> Iterator[None]:
    """Before the server stops, so that no connection is left open."""
    yield
    for context in browser.contexts:
        context.close()


def at_desk(browser: Browser, server: LiveServer, path: str = "/staff/", **look: object) -> Page:
    page = open_desk(browser, server.url, member("sam", first_name="Sam", last_name="Ode"), **look).new_page()
    page.goto(server.url + path)
    return page


def open_panel(page: Page, name: str) -> None:
    page.locator("summary", has_text=name).click()


def test_taking_it_with_two_keys_silences_nothing(
    browser: Browser, live_server: LiveServer, published: Version
) -> None:
    urgent = sent_ago(published, 42, URGENT)
    page = at_desk(browser, live_server)
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.wait_for_url("**#row-*")
    expect(page.locator(".list-now")).to_contain_text(str(urgent.reference))
    expect(page.locator(".list-now")).to_contain_text("In review")
    expect(page.locator(".banner", has_text=BANNER)).to_be_visible()
    urgent.refresh_from_db()
    assert urgent.assignee and urgent.alarm


def test_closing_with_an_urgent_flag_unjudged_is_refused_until_a_reason_is_given(
    browser: Browser, live_server: LiveServer, published: Version
) -> None:
    urgent = sent_ago(published, 42, URGENT)
    page = at_desk(browser, live_server, f"/staff/{urgent.reference}/")
    open_panel(page, "Set outcome")
    page.get_by_label("Closed").check()
    page.locator(".panel[open]").get_by_role("button", name="Set outcome").click()
    expect(page.get_by_role("alert")).to_contain_text("Give an opinion on every urgent flag first")
    expect(page.locator(".panel[open]")).to_contain_text("Thoughts of suicide or self-harm right now")
    urgent.refresh_from_db()
    assert (urgent.desk, urgent.alarm) == ("new", True)
    page.get_by_label("Reason to set an outcome").fill("Admitted to hospital yesterday")
    page.locator(".panel[open]").get_by_role("button", name="Set outcome").click()
    expect(page.locator("#history")).to_contain_text("Admitted to hospital yesterday")
    expect(page.locator(".banner", has_text=BANNER)).to_have_count(0)


def test_reaching_the_patient_ends_the_alarm(
    browser: Browser, live_server: LiveServer, published: Version
) -> None:
    urgent = sent_ago(published, 42, URGENT)
    page = at_desk(browser, live_server, f"/staff/{urgent.reference}/")
    expect(page.locator(".banner", has_text=BANNER)).to_be_visible()
    open_panel(page, "Record contact")
    page.get_by_role("button", name="Reached the patient").click()
    expect(page.locator("#history")).to_contain_text("Sam Ode: reached the patient")
    expect(page.locator(".banner", has_text=BANNER)).to_have_count(0)


def test_the_banner_the_counts_and_the_title_come_by_themselves_and_nothing_typed_is_lost(
    browser: Browser, live_server: LiveServer, published: Version
) -> None:
    calm = sent_ago(published, 90, SEVERAL)
    page = open_desk(browser, live_server.url, member("sam")).new_page()
    page.clock.install()
    page.goto(f"{live_server.url}/staff/{calm.reference}/")
    open_panel(page, "Write a note")
    page.locator("#note").fill("half a sentence")
    expect(page).to_have_title(f"{calm.reference} - Review desk")
    sent_ago(published, 42, URGENT)
    page.clock.fast_forward(HALF_A_MINUTE)
    expect(page.locator(".banner", has_text=BANNER)).to_be_visible()
    expect(page).to_have_title(f"(1) {calm.reference} - Review desk")
    expect(page.locator("[data-say]")).to_have_text("1 needs attention now.")
    expect(page.locator("#note")).to_have_value("half a sentence")


def test_the_counts_of_the_queue_change_without_a_reload(
    browser: Browser, live_server: LiveServer, published: Version
) -> None:
    page = open_desk(browser, live_server.url, member("sam")).new_page()
    page.clock.install()
    page.goto(f"{live_server.url}/staff/")
    expect(page.locator("#list-new [data-count]")).to_have_text("0")
    sent_ago(published, 5, SEVERAL)
    page.clock.fast_forward(HALF_A_MINUTE)
    expect(page.locator("#list-new [data-count]")).to_have_text("1")
    expect(page.locator(".count-new [data-count]")).to_have_text("1")


def test_without_scripts_the_next_page_says_what_is_new(
    browser: Browser, live_server: LiveServer, published: Version
) -> None:
    page = at_desk(browser, live_server, java_script_enabled=False)
    sent_ago(published, 0, SEVERAL)
    page.get_by_role("link", name="Overview").click()
    expect(page.locator(".banner")).to_contain_text("1 new submission since you last looked.")
    page.get_by_role("link", name="Invitations").click()
    expect(page.locator(".banner", has_text="since you last looked")).to_have_count(0)


def test_deactivating_an_account_says_and_returns_its_work(
    browser: Browser, live_server: LiveServer, published: Version
) -> None:
    alex, row = member("alex"), sent_ago(published, 42, URGENT)
    reviews.claim_submission(submission=row, actor=reviewing(alex, row))
    page = open_desk(browser, live_server.url, member("ada", ADMINISTRATOR)).new_page()
    page.goto(f"{live_server.url}/accounts/people/")
    page.get_by_role("link", name="Deactivate alex").click()
    expect(page.locator("#main")).to_contain_text("1 open submission assigned to them returns to the queue")
    page.get_by_role("button", name="Deactivate account").click()
    expect(page.get_by_role("status").first).to_contain_text(
        "1 submission returned to the queue, unassigned."
    )
    assert Submission.objects.get(pk=row.pk).assignee is None
