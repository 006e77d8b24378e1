"""Every page type in a browser, clean and with errors: all of axe's rules, no sideways scroll, big enough targets."""

from __future__ import annotations

import json
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from questionnaire.models import Version
from tests.journeys.pages import PAGES

pytestmark = pytest.mark.browser
REFUSED = {"closed": 403, "not-found": 404}
"""Pages whose honest status makes the browser itself complain."""
WIDTHS = {"phone": 320, "desk": 1280}
_EVERY_RULE = "() => axe.getRules().map(rule => rule.ruleId)"
_SMALL = """() => [...document.querySelectorAll('a, button, input:not([type=hidden]), textarea')].filter(e => {
  const target = e.closest('label') || e, box = target.getBoundingClientRect();
  return !e.matches('.skip, dialog:not([open]) *') && (box.width < 44 || box.height < 43.5);
}).map(e => e.outerHTML)"""


def axe(page: Page) -> list[dict[str, Any]]:
    """Violations of all the rules axe knows, best practices and AAA contrast included."""
    page.evaluate(Axe().axe_script)
    rules = {rule: {"enabled": True} for rule in page.evaluate(_EVERY_RULE)}
    found = page.evaluate("rules => axe.run(document, {rules})", rules)
    return [{"rule": v["id"], "nodes": [n["html"] for n in v["nodes"]]} for v in found["violations"]]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", [name for name in PAGES if name not in REFUSED])
def test_a_page_has_no_faults(name: str, width: str, page: Page, live_server: LiveServer, published: Version) -> None:
    page.set_viewport_size({"width": WIDTHS[width], "height": 800})
    PAGES[name](page, live_server.url, published)
    look_at(page)


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_has_no_faults_either(
    name: str, browser: Browser, live_server: LiveServer, published: Version
) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 800})
    page = context.new_page()
    PAGES[name](page, live_server.url, published)
    look_at(page)
    context.close()


def look_at(page: Page) -> None:
    assert page.locator("h1").count() == 1
    violations = axe(page)
    assert not violations, json.dumps(violations, indent=1)
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0, "the page scrolls sideways"
    assert not page.evaluate(_SMALL), "a target is smaller than 44 px"


@pytest.mark.parametrize(
    "look", [{"color_scheme": "dark"}, {"forced_colors": "active"}], ids=["dark", "forced-colours"]
)
@pytest.mark.parametrize(
    "name", ["start", "question-error", "reading-swapped", "interruption", "check", "result-urgent"]
)
def test_a_page_has_no_faults_in_other_colours(
    name: str, look: dict[str, Any], browser: Browser, live_server: LiveServer, published: Version
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800}, **look)
    page = context.new_page()
    PAGES[name](page, live_server.url, published)
    violations = axe(page)
    context.close()
    assert not violations, json.dumps(violations, indent=1)
