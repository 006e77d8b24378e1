"""An urgent answer that is never sent: the page says that nobody knows, and offers a call only where one
comes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from questionnaire.models import Version
from screening.models import ContactRequest
from tests.builders.invited import set_clinic
from tests.builders.submissions import answered, started
from tests.journeys.ways import Stage, arrive, press, write

pytestmark = pytest.mark.browser


def test_a_call_is_asked_for_below_the_numbers_and_the_form_is_kept(
    browser: Browser, live_server: LiveServer, published: Version
) -> None:
    set_clinic(contact_on_urgent=True, call_back="the same day, until 6 pm")
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 700})
    page = context.new_page()
    token, loaded = started(published)
    answered(loaded, {"safety-now": ["self-harm"]})
    arrive(Stage(page, live_server.url, published), token, "/s/interruption/")
    expect(page.get_by_text("No one at your clinic has seen this.")).to_be_visible()
    link = page.get_by_role("link", name="Ask my clinic to call me")
    below, above = link.bounding_box(), page.get_by_role("link", name="Call 988").bounding_box()
    assert below and above and below["y"] > above["y"]
    expect(page.get_by_text("Someone calls the same day, until 6 pm.")).to_be_visible()
    link.click()
    write("name", "Ana")(page)
    write("phone", "555 010 4477")(page)
    press("Ask my clinic to contact me")(page)
    page.wait_for_url("**/contact/sent/**")
    page.goto(live_server.url + "/s/")
    assert page.url == f"{live_server.url}/s/interruption/"
    context.close()
    assert ContactRequest.objects.count() == 1
