"""The comforts around the journey in a real browser: no faults, no sideways scroll, and what they promise."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from questionnaire.models import Version
from screening import clinic
from screening.models import ContactRequest
from tests.journeys.looking import look_at

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_pages_to_ask_for_a_call_have_no_faults(
    page: Page, live_server: LiveServer, published: Version, language: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    values = replace(clinic.current(), opening_hours="Monday to Friday, 9 to 5", phone="555 010 2000")
    clinic.save(values=values, actor="user:1", now=timezone.now())
    page.goto(f"{live_server.url}/contact/?language={language}")
    look_at(page)
    page.locator(".actions .button").click()
    look_at(page)
    page.fill("#id_name", "Ana Flores")
    page.fill("#id_phone", "555 010 4477")
    page.locator(".actions .button").click()
    look_at(page)
    assert ContactRequest.objects.get().language == language
