"""A patient with an urgent answer is asked how to reach them: in a browser, without JavaScript, in both
languages."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from questionnaire.models import Version
from screening.actions import submissions
from screening.models import Submission
from screening.queries.submission import load_with_token
from tests.builders.submissions import answered, started
from tests.journeys.ways import Stage, arrive, press, write

pytestmark = pytest.mark.browser
URGENT = {"safety-now": ["self-harm"]}


@pytest.mark.parametrize(
    ("language", "go_on", "without", "statement"),
    [
        (
            "en",
            "Continue",
            "Continue without a phone number",
            "Without a phone number, your clinic cannot call you",
        ),
        (
            "es",
            "Continuar",
            "Continuar sin número de teléfono",
            "Sin un número de teléfono, su clínica no puede",
        ),
    ],
)
def test_without_a_number_an_urgent_patient_reads_what_that_means_and_goes_on(
    browser: Browser,
    live_server: LiveServer,
    published: Version,
    language: str,
    go_on: str,
    without: str,
    statement: str,
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 700})
    page = context.new_page()
    token, loaded = started(published, language=language)
    loaded = answered(loaded, URGENT)
    submissions.mark_interruption_read(loaded=loaded, now=timezone.now())
    arrive(Stage(page, live_server.url, published, language), token, "/s/you/")
    page.get_by_role("button", name=go_on, exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text(statement)
    page.get_by_role("button", name=without).click()
    page.wait_for_url("**/s/check/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()
    assert Submission.objects.get().identity is not None


def test_with_a_number_an_urgent_patient_goes_straight_on(
    browser: Browser, live_server: LiveServer, published: Version
) -> None:
    page = browser.new_context().new_page()
    token, loaded = started(published)
    submissions.mark_interruption_read(loaded=answered(loaded, URGENT), now=timezone.now())
    arrive(Stage(page, live_server.url, published), token, "/s/you/")
    write("phone", "555 010 4477")(page)
    page.get_by_label("I am not sure").check()
    press("Continue")(page)
    page.wait_for_url("**/s/check/")
    assert (load_with_token(token, now=timezone.now()).identity or {})["message"] == "not-sure"
    page.context.close()
