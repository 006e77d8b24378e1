"""From the link a clinic hands over to the page a patient brings along, by keyboard alone; and the desk's own
pages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from questionnaire.models import Version
from screening.actions import clinic_settings
from screening.models import Invitation, Submission
from screening.queries import clinic
from screening.queries.submission import load_submission
from tests.builders.invited import ANA_IN_SPANISH, INVITATIONS_PAGE
from tests.builders.links_on_pages import draw_code_squares, find_link, read_code_squares
from tests.builders.staff import browser_of, member
from tests.journeys.desk import open_desk
from tests.journeys.keyboard import MOST_PAGES, answer_by_keyboard
from tests.journeys.page_checks import SIDEWAYS_SCROLL, find_violations, read_qr_code

pytestmark = pytest.mark.browser


def on_a_slip(server: str, user: Any) -> str:
    """The link that a phone reads from the slip which this person has just made."""
    host = urlsplit(server).netloc
    page = browser_of(user).post(INVITATIONS_PAGE, ANA_IN_SPANISH, headers={"host": host}).content.decode()
    link = find_link(page)
    assert read_code_squares(page) == draw_code_squares(link)
    assert link.startswith(server)
    return link


def tab_to(page: Page, selector: str) -> None:
    for _step in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"{selector} is not reached by Tab")


def pages_of(printed: bytes) -> int:
    return printed.count(b"/Type /Page\n")


def test_in_spanish_by_keyboard_alone_from_the_code_on_a_slip_to_the_page_to_bring_along(
    page: Page, live_server: LiveServer, published: Version, tmp_path: Path
) -> None:
    """Given a slip for Ana, when she scans it and answers everything without a mouse, then she keeps her
    page."""
    page.set_viewport_size({"width": 390, "height": 800})
    link = on_a_slip(live_server.url, member("sam"))
    page.goto(link)
    for part, typed in (("month", "julio"), ("day", "1"), ("year", "1980")):
        tab_to(page, f"#id_birth_{part}")
        page.keyboard.type(typed)
    page.keyboard.press("Enter")
    page.wait_for_url("**/s/1/")
    for _step in range(MOST_PAGES):
        expect(page.locator("html")).to_have_attribute("lang", "es")
        if page.url.endswith("/s/you/"):
            expect(page.locator("#id_name")).to_have_value("Ana Flores")
            tab_to(page, "#id_phone")
            page.keyboard.type("555 010 4477")
        before = page.url
        with page.expect_navigation():
            answer_by_keyboard(page)
        expect(page.locator("h1")).to_have_count(1)
        if page.url.endswith("/s/result/"):
            break
        assert page.url != before, page.locator("main").inner_text()
    expect(page.locator("[data-outcome=discuss-with-your-physician]")).to_be_visible()
    tab_to(page, "a[href='/s/result/paper/']")
    with page.expect_download() as kept:
        page.keyboard.press("Enter")
    assert kept.value.suggested_filename == "for-my-visit.pdf"
    kept.value.save_as(tmp_path / "page.pdf")
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")
    row = Submission.objects.get(state="submitted")
    said = load_submission(row).identity or {}
    assert (said["name"], said["birth_date"]) == ("Ana Flores", "1980-07-01")
    assert Invitation.objects.get().submission == row


def test_leaving_from_a_link_tells_the_other_site_nothing(
    browser: Browser, live_server: LiveServer, published: Version
) -> None:
    """Given quick exit, when somebody leaves from the page of a link, then no word of that page goes
    along."""
    values = replace(clinic.current(), quick_exit=True)
    clinic_settings.save(values=values, actor="user:1", now=timezone.now())
    told: list[str | None] = []
    page = browser.new_page()
    page.route(
        values.leave_to,
        lambda route: (
            told.append(route.request.all_headers().get("referer")),
            route.fulfill(body="weather"),
        )[1],
    )
    page.goto(on_a_slip(live_server.url, member("sam")))
    page.get_by_role("link", name="Salir de este sitio").click()
    page.wait_for_url(values.leave_to)
    assert told == [None]
    page.context.close()


def test_the_pages_of_invitations_have_no_faults_print_on_one_side_and_a_phone_reads_their_codes(
    browser: Browser, live_server: LiveServer, published: Version
) -> None:
    sam, pages = member("sam"), live_server.url + INVITATIONS_PAGE
    clinic_settings.save(
        values=replace(clinic.current(), name="River Street"), actor="user:1", now=timezone.now()
    )
    on_a_slip(live_server.url, sam)
    context = open_desk(browser, live_server.url, sam, viewport={"width": 320, "height": 800})
    page = context.new_page()

    def fits(*, paper: bool = False) -> None:
        for dark in ("light", "dark"):
            page.emulate_media(color_scheme=dark)  # type: ignore[arg-type]
            assert not find_violations(page)
        assert page.evaluate(SIDEWAYS_SCROLL) <= 0
        expect(page.locator("h1")).to_have_count(1)
        for size in ("A4", "Letter") if paper else ():
            assert pages_of(page.pdf(format=size)) == 1, f"{page.url} does not fit on {size}"

    page.goto(pages)
    fits()
    page.get_by_label("Name").fill("Zoë Ng")
    page.get_by_role("button", name="Make the link").click()
    expect(page.locator("#errors")).to_be_focused()
    fits()
    page.get_by_label("Date of birth").fill("1980-07-01")
    page.get_by_role("button", name="Make the link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A link for Zoë Ng")
    fits(paper=True)
    assert read_qr_code(page) == page.locator("code.secret").inner_text()
    page.goto(f"{pages}poster/")
    fits(paper=True)
    assert read_qr_code(page) == f"{live_server.url}/"
    page.goto(pages)
    page.get_by_role("link", name="Take back").first.click()
    fits()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("status")).to_contain_text("The link was taken back")
    context.close()
