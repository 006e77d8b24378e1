"""Journeys in a real browser: without JavaScript, without styles, on a phone. By keyboard alone:
test_invitations."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from questionnaire.models import Version
from screening.models import Submission
from tests.journeys.keyboard import MOST_PAGES
from tests.journeys.pages import PAGES
from tests.journeys.ways import Stage, at_question, press, tick, write

pytestmark = pytest.mark.browser
HEADLINE = "Thank you. Please discuss these answers with your physician"


def test_a_whole_journey_without_javascript_or_styles(
    browser: Browser, live_server: LiveServer, published: Version
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 700})
    context.route("**/*.css", lambda route: route.abort())
    page = context.new_page()
    page.goto(live_server.url)
    page.get_by_role("button", name="Start a new form").click()
    for _step in range(MOST_PAGES):
        if page.url.endswith("/s/result/"):
            break
        if page.url.endswith("/s/interruption/"):
            press("I have read this")(page)
            continue
        without_phone = page.get_by_role("button", name="Continue without a phone number")
        if without_phone.count():
            without_phone.click()
            continue
        for group in page.locator("fieldset").all():
            if group.locator("input").count():
                group.locator("input").last.check()
        page.locator("main form button").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Thank you. Please discuss these answers with your physician"
    )
    context.close()


def test_an_error_takes_the_focus_and_leads_to_its_field(
    page: Page, live_server: LiveServer, published: Version
) -> None:
    at_question("sex-at-birth")(Stage(page, live_server.url, published))
    press("Continue")(page)
    expect(page.locator("#errors")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "sex-at-birth"


def test_help_takes_the_focus_before_an_error(
    page: Page, live_server: LiveServer, published: Version
) -> None:
    PAGES["urgent-error"](Stage(page, live_server.url, published))
    expect(page.locator(".urgent-first")).to_be_focused()
    expect(page.get_by_role("link", name="Call 911")).to_be_in_viewport()


def test_choosing_an_option_sends_nothing(page: Page, live_server: LiveServer, published: Version) -> None:
    at_question("sex-at-birth")(Stage(page, live_server.url, published))
    before = page.url
    tick("sex-at-birth", "female")(page)
    page.keyboard.press("ArrowDown")
    page.wait_for_timeout(200)
    assert page.url == before


def test_the_back_button_shows_what_was_answered(
    page: Page, live_server: LiveServer, published: Version
) -> None:
    at_question("age")(Stage(page, live_server.url, published))
    write("age", "45")(page)
    press("Continue")(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("birth certificate")
    page.go_back()
    expect(page.locator("#id_age")).to_have_value("45")
    press("Continue")(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("birth certificate")


def test_a_double_click_on_send_makes_one_submission(
    page: Page, live_server: LiveServer, published: Version
) -> None:
    PAGES["check"](Stage(page, live_server.url, published))
    page.get_by_role("button", name="Send my answers").dblclick()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")
    assert Submission.objects.exclude(state="draft").count() == 1


def test_after_finishing_the_back_button_shows_nothing_of_it(
    page: Page, live_server: LiveServer, published: Version
) -> None:
    PAGES["result"](Stage(page, live_server.url, published))
    reference = page.locator(".reference").inner_text()
    press("Finish and clear this device")(page)
    expect(page.get_by_role("button", name="Start a new form")).to_be_visible()
    assert not [c for c in page.context.cookies() if c["name"] == "form"]
    assert reference not in page.content()


def test_first_view_is_three_requests_and_nobody_elses(
    page: Page, live_server: LiveServer, published: Version
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(live_server.url)
    page.wait_for_load_state("networkidle")
    assert len(asked) <= 3
    assert all(url.startswith(live_server.url) for url in asked)


@pytest.mark.parametrize("name", ["question", "reading-swapped", "check", "result"])
def test_wider_letter_spacing_and_bigger_text_lose_nothing(
    name: str, page: Page, live_server: LiveServer, published: Version
) -> None:
    page.set_viewport_size({"width": 320, "height": 256})  # 1280 by 1024 at 400 %
    PAGES[name](Stage(page, live_server.url, published))
    page.evaluate(
        """() => { const sheet = new CSSStyleSheet();
        sheet.replaceSync('* { letter-spacing: .12em !important; word-spacing: .16em !important;'
          + ' line-height: 1.5 !important } p { margin-bottom: 2em !important }');
        document.adoptedStyleSheets = [sheet]; }"""
    )
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0
    hidden = page.evaluate(
        "() => [...document.querySelectorAll('main *')].filter(e => !e.closest('.hidden') && "
        "!e.matches('.hidden')"
        " && getComputedStyle(e).overflow === 'hidden' && e.scrollWidth > e.clientWidth + 1).length"
    )
    assert hidden == 0


def test_the_result_prints_without_buttons(page: Page, live_server: LiveServer, published: Version) -> None:
    PAGES["result"](Stage(page, live_server.url, published))
    page.emulate_media(media="print")
    expect(page.locator(".actions")).to_be_hidden()
    expect(page.locator(".reference")).to_be_visible()
