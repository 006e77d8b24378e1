""" "Leave this site": on every page of a patient where the clinic wants it, without JavaScript, and nowhere
else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

import screening
from questionnaire.models import Version
from screening.actions import clinic_settings
from screening.queries import clinic
from tests.builders.browsing import Patient
from tests.builders.staff import browser_of, member
from tests.builders.submissions import patient_at

LINK = f'<a class="leave" href="{clinic.NEUTRAL_SITE}" rel="noreferrer" data-leave>'
SCRIPT = Path(screening.__file__).parent / "static" / "quick-exit.js"


@pytest.fixture
def switched_on(db: None) -> Iterator[None]:
    clinic_settings.save(
        values=replace(clinic.current(), quick_exit=True), actor="user:1", now=timezone.now()
    )
    clinic.current()  # pages that need no database show the settings that the process read last
    yield


@pytest.mark.parametrize(
    "path", ["/", "/help-now/", "/contact/", "/resume/", "/s/1/", "/s/999/", "/nowhere/"]
)
def test_every_page_of_a_patient_has_the_link(switched_on: None, published: Version, path: str) -> None:
    assert LINK in Client().get(path).content.decode()


@pytest.mark.parametrize("path", ["/", "/help-now/", "/s/1/"])
def test_without_the_setting_nothing_of_it_is_served(published: Version, path: str) -> None:
    html = Client().get(path).content.decode()
    assert "Leave this site" not in html
    assert "quick-exit" not in html


def test_it_is_explained_before_anything_sensitive_and_at_each_such_section(
    switched_on: None, published: Version
) -> None:
    said = "Your browser’s history still shows that this one was open."
    patient = Patient()
    assert said in patient.visit("/").text
    patient.press()
    assert said in patient.page.text, "the first section asks about danger at home"
    assert said in patient_at(published, "phq9-1").page.text
    assert said not in patient_at(published, "age").page.text


def test_staff_have_no_such_link(switched_on: None) -> None:
    assert "Leave this site" not in browser_of(member("sam")).get("/staff/").content.decode()


def test_the_script_is_small() -> None:
    assert len(SCRIPT.read_bytes()) < 2_000


@pytest.mark.browser
@pytest.mark.parametrize("way", ["link", "Escape", "Shift"])
def test_leaving_blanks_the_page_and_takes_its_place_in_the_history(
    page: Page, live_server: LiveServer, published: Version, switched_on: None, way: str
) -> None:
    page.route(f"{clinic.NEUTRAL_SITE}**", lambda route: route.fulfill(body="<title>Weather</title>Sunny"))
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{live_server.url}/")
    page.get_by_role("button", name="Start a new form").click()
    page.wait_for_url("**/s/1/")
    if way == "link":
        page.get_by_role("link", name="Leave this site").click()
    else:
        for _press in range(3):
            page.keyboard.press(way)
    page.wait_for_url(clinic.NEUTRAL_SITE)
    page.go_back()
    assert page.url == f"{live_server.url}/", "the page that was left is not in the history"


@pytest.mark.browser
def test_writing_capitals_does_not_leave(
    page: Page, live_server: LiveServer, published: Version, switched_on: None
) -> None:
    page.goto(f"{live_server.url}/contact/")
    page.locator("#id_name").press_sequentially("ANA MARIA")
    for key in ("Escape", "Escape", "a", "Escape"):
        page.keyboard.press(key)
    assert page.url == f"{live_server.url}/contact/"


@pytest.mark.browser
def test_the_link_works_without_javascript(
    browser: object, live_server: LiveServer, switched_on: None
) -> None:
    context = browser.new_context(java_script_enabled=False)  # type: ignore[attr-defined]
    page = context.new_page()
    page.route(f"{clinic.NEUTRAL_SITE}**", lambda route: route.fulfill(body="<title>Weather</title>Sunny"))
    page.goto(f"{live_server.url}/help-now/")
    page.get_by_role("link", name="Leave this site").click()
    page.wait_for_url(clinic.NEUTRAL_SITE)
