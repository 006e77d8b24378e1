"""Stories of the desk, told by a real browser: triage by keyboard alone, and two reviewers on one
submission."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from questionnaire.models import Version
from screening.models import Submission
from screening.queries.attention import list_unjudged_flags
from tests.builders.staff import SEVERAL, URGENT, member, sent_ago
from tests.journeys.desk import open_desk, read_focused, read_path

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _everybody_leaves(browser: Browser) -> Iterator[None]:
    """Before the server stops, so that no connection is left open."""
    yield
    for context in browser.contexts:
        context.close()


def test_triage_an_urgent_submission_by_keyboard_alone(
    browser: Browser, live_server: LiveServer, published: Version
) -> None:
    """Given an urgent submission behind two older ones, when Sam uses keys only, then it waits on the
    patient."""
    urgent = given_an_urgent_submission_behind_two_older_ones(published)
    page = open_desk(browser, live_server.url, member("sam")).new_page()
    page.goto(f"{live_server.url}/staff/")
    when_j_is_pressed_the_urgent_one_is_the_first(page, urgent)
    when_a_is_pressed_it_is_taken_and_stays_under_the_fingers(page, urgent)
    when_o_and_n_are_pressed_a_note_is_written(page, urgent)
    when_every_urgent_flag_is_agreed_to(page, urgent)
    when_e_is_pressed_it_is_decided(page)
    then_it_waits_on_the_patient_in_sams_name(page, urgent)


def given_an_urgent_submission_behind_two_older_ones(version: Version) -> Submission:
    sent_ago(version, 300, SEVERAL)
    sent_ago(version, 200)
    return sent_ago(version, 42, URGENT)


def when_j_is_pressed_the_urgent_one_is_the_first(page: Page, urgent: Submission) -> None:
    page.keyboard.press("j")
    assert read_focused(page) == urgent.reference
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert read_focused(page) == urgent.reference


def when_a_is_pressed_it_is_taken_and_stays_under_the_fingers(page: Page, urgent: Submission) -> None:
    page.keyboard.press("a")
    page.wait_for_url("**#row-*")
    expect(page.get_by_role("link", name=str(urgent.reference), exact=True)).to_be_focused()
    expect(page.locator(".list-now")).to_contain_text("In review")


def when_o_and_n_are_pressed_a_note_is_written(page: Page, urgent: Submission) -> None:
    page.keyboard.press("o")
    page.wait_for_url(f"**/staff/{urgent.reference}/")
    page.keyboard.press("n")
    page.keyboard.type("joked on the phone, is not alone")
    assert page.locator("#note").input_value() == "joked on the phone, is not alone", (
        "letters are letters in a field"
    )
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#history")).to_contain_text("joked on the phone")
    page.wait_for_load_state()  # the keys belong to a script: it runs once the page is whole


def when_every_urgent_flag_is_agreed_to(page: Page, urgent: Submission) -> None:
    for code in list_unjudged_flags(urgent).values_list("code", flat=True):
        page.locator(f"#flag-{code} button[value=agree]").focus()
        page.keyboard.press("Enter")
        expect(page.locator(f"#flag-{code} .opinion")).to_have_text("Agreed")
    page.wait_for_load_state()


def when_e_is_pressed_it_is_decided(page: Page) -> None:
    page.keyboard.press("e")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Needs a call")
    page.wait_for_load_state()


def then_it_waits_on_the_patient_in_sams_name(page: Page, urgent: Submission) -> None:
    urgent.refresh_from_db()
    assert (urgent.desk, urgent.decision, urgent.assignee.username) == ("waiting", "needs-call", "sam")
    page.keyboard.press("u")
    page.wait_for_url("**/staff/#row-*")
    expect(page.locator(".list-waiting").get_by_role("link", name=str(urgent.reference))).to_be_focused()


def test_two_reviewers_collide_and_nothing_is_overwritten(
    browser: Browser, live_server: LiveServer, published: Version
) -> None:
    """Given one submission open twice, when Alex takes it and Sam saves a note, then Sam is told and loses
    nothing."""
    row = sent_ago(published, 30, SEVERAL)
    sam, alex = given_both_have_it_open(browser, f"{live_server.url}/staff/{row.reference}/")
    when_alex_takes_it_and_sam_saves_a_note(sam, alex)
    then_sam_is_told_and_what_sam_typed_is_still_there(sam, row)
    then_saving_it_once_more_works(sam)


def given_both_have_it_open(browser: Browser, address: str) -> tuple[Page, Page]:
    server = address.partition("/staff/")[0]
    sam = open_desk(browser, server, member("sam", first_name="Sam", last_name="Okafor")).new_page()
    alex = open_desk(browser, server, member("alex", first_name="Alex", last_name="Rivera")).new_page()
    sam.goto(address)
    alex.goto(address)
    expect(alex.get_by_text("Sam Okafor read it just now.")).to_be_visible()
    return sam, alex


def when_alex_takes_it_and_sam_saves_a_note(sam: Page, alex: Page) -> None:
    alex.get_by_role("button", name="Assign to me").click()
    expect(alex.get_by_role("button", name="Undo")).to_be_visible()
    sam.locator("summary", has_text="Write a note").click()
    sam.get_by_label("Note").fill("Pharmacy list is on its way")
    sam.get_by_role("button", name="Save the note").click()


def then_sam_is_told_and_what_sam_typed_is_still_there(sam: Page, row: Submission) -> None:
    expect(sam.get_by_role("alert")).to_contain_text("Alex Rivera was faster: Alex Rivera took it")
    expect(sam.get_by_label("Note")).to_have_value("Pharmacy list is on its way")
    row.refresh_from_db()
    assert (row.assignee.username, row.history.count()) == ("alex", 1)


def then_saving_it_once_more_works(sam: Page) -> None:
    sam.get_by_role("button", name="Save the note").click()
    expect(sam.locator(".history")).to_contain_text("Pharmacy list is on its way")


def test_undo_is_offered_for_ten_seconds_and_takes_the_step_back(
    browser: Browser, live_server: LiveServer, published: Version
) -> None:
    """Given a flag agreed with by mistake, when Sam presses "Undo", which is in sight, then it is as new."""
    row = sent_ago(published, 30, SEVERAL)
    page = open_desk(browser, live_server.url, member("sam")).new_page()
    page.goto(f"{live_server.url}/staff/{row.reference}/")
    page.get_by_role("button", name="Agree").last.click()
    expect(page.get_by_role("button", name="Undo")).to_be_in_viewport(ratio=1)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".history")).to_contain_text("undid the step before")
    assert Submission.objects.get(pk=row.pk).desk == "new"


def test_a_printed_submission_holds_nothing_of_another_patient(
    browser: Browser, live_server: LiveServer, published: Version
) -> None:
    """Given an urgent submission that waits, when Sam prints another one, then the paper does not name the
    first."""
    sent_ago(published, 42, URGENT)
    page = open_desk(browser, live_server.url, member("sam")).new_page()
    page.goto(f"{live_server.url}/staff/{sent_ago(published, 30, SEVERAL).reference}/")
    expect(page.get_by_text("has needed attention for 42 min")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_text("has needed attention for 42 min")).to_be_hidden()


def test_keys_that_were_turned_off_do_nothing(
    browser: Browser, live_server: LiveServer, published: Version
) -> None:
    """Given that Sam turned the keys off, when Sam types j and o, then nothing moves."""
    sent_ago(published, 30)
    page = open_desk(browser, live_server.url, member("sam")).new_page()
    page.goto(f"{live_server.url}/staff/")
    page.get_by_role("button", name="Turn the keys off").click()
    page.keyboard.press("j")
    page.keyboard.press("o")
    assert read_path(page) == "/staff/"
    assert page.locator("tr.at").count() == 0


def test_the_desk_works_without_javascript(
    browser: Browser, live_server: LiveServer, published: Version
) -> None:
    row = sent_ago(published, 42, URGENT)
    page = open_desk(browser, live_server.url, member("sam"), java_script_enabled=False).new_page()
    page.goto(f"{live_server.url}/staff/")
    page.get_by_role("button", name="Assign to me").click()
    page.get_by_role("link", name=str(row.reference), exact=True).click()
    page.locator("summary", has_text="Set outcome").click()
    page.get_by_label("Closed").check()
    page.get_by_label("Reason to set an outcome").fill("Admitted to hospital")
    page.locator(".panel[open]").get_by_role("button", name="Set outcome").click()
    page.get_by_role("button", name="Reopen").click()
    row.refresh_from_db()
    assert row.desk == "in-review"


def test_the_sticky_bar_never_covers_what_has_focus(
    browser: Browser, live_server: LiveServer, published: Version
) -> None:
    row = sent_ago(published, 42, SEVERAL)
    for width in (320, 1280):
        context = open_desk(
            browser, live_server.url, member(f"sam{width}"), viewport={"width": width, "height": 700}
        )
        page = context.new_page()
        page.goto(f"{live_server.url}/staff/{row.reference}/")
        page.locator("#history").scroll_into_view_if_needed()
        page.locator("#history").focus()
        for _ in range(40):
            page.keyboard.press("Shift+Tab")
            hidden = page.evaluate(
                """() => {
                  const bar = document.querySelector('.beside'), has = document.activeElement;
                  const covered = has.getBoundingClientRect().bottom <= bar.getBoundingClientRect().bottom;
                  return document.getElementById('main').contains(has) && !bar.contains(has) && covered;
                }"""
            )
            assert not hidden, page.evaluate("() => document.activeElement.outerHTML")
        context.close()
