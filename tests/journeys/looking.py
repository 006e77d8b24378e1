"""Looking at a page in a browser: all of axe's rules, no sideways scroll, big enough targets, nothing cut off."""

from __future__ import annotations

import json
from functools import cache as cache_once
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_EVERY_RULE = "() => axe.getRules().map(rule => rule.ruleId)"
_SMALL = """() => [...document.querySelectorAll('a, button, input:not([type=hidden]), textarea')].filter(e => {
  const target = e.closest('label') || e, box = target.getBoundingClientRect();
  return !e.matches('.skip, dialog:not([open]) *') && (box.width < 44 || box.height < 43.5);
}).map(e => e.outerHTML)"""
_CUT_OFF = """() => [...document.querySelectorAll('main *')].filter(e => e.matches(':not(.hidden):not(textarea)')
  && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0 && getComputedStyle(e).overflow !== 'visible')
  .map(e => e.outerHTML.slice(0, 100))"""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@cache_once
def _script() -> str:
    return str(Axe().axe_script)


def axe(page: Page) -> list[dict[str, Any]]:
    """Violations of all the rules axe knows, best practices and AAA contrast included."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_script())
    rules = {rule: {"enabled": True} for rule in page.evaluate(_EVERY_RULE)}
    found = page.evaluate("rules => axe.run(document, {rules, resultTypes: ['violations']})", rules)
    return [{"rule": v["id"], "nodes": [n["html"] for n in v["nodes"]]} for v in found["violations"]]


def has_no_faults(page: Page) -> None:
    violations = axe(page)
    assert not violations, json.dumps(violations, indent=1)


def fits(page: Page) -> None:
    """Nothing scrolls sideways or is cut off, and every target can be hit with a thumb."""
    assert page.locator("h1").count() == 1
    assert page.evaluate(WIDER) <= 0, "the page scrolls sideways"
    assert not page.evaluate(_CUT_OFF), "something is cut off"
    assert not page.evaluate(_SMALL), "a target is smaller than 44 px"


def look_at(page: Page) -> None:
    has_no_faults(page)
    fits(page)
