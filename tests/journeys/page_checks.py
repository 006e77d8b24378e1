"""Looking at a page in a browser: all of axe's rules, no sideways scroll, big enough targets, nothing cut
off."""

from __future__ import annotations

import json
from functools import cache as cache_once
from typing import Any

import zxingcpp
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_EVERY_RULE = "() => axe.getRules().map(rule => rule.ruleId)"
_SMALL = """() => [...document.querySelectorAll('a, button, input:not([type=hidden]), textarea')]
.filter(e => {
  const target = e.closest('label') || e, box = target.getBoundingClientRect();
  return !e.matches('.skip, dialog:not([open]) *') && (box.width < 44 || box.height < 43.5);
}).map(e => e.outerHTML)"""
_CUT_OFF = """() => [...document.querySelectorAll('main *')]
  .filter(e => e.matches(':not(.hidden):not(textarea)')
  && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0 && getComputedStyle(e).overflow !== 'visible')
  .map(e => e.outerHTML.slice(0, 100))"""
_PIXELS = """async png => {
  const image = await createImageBitmap(new Blob([Uint8Array.from(png)]));
  const paper = new OffscreenCanvas(image.width, image.height).getContext('2d');
  paper.drawImage(image, 0, 0);
  const lit = paper.getImageData(0, 0, image.width, image.height).data.filter((_, place) => place % 4 === 0);
  return [[...lit], image.height, image.width];
}"""
"""A picture as rows of brightness (its red), the shape that a reader of codes takes."""
SIDEWAYS_SCROLL = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@cache_once
def _script() -> str:
    return str(Axe().axe_script)


def find_violations(page: Page) -> list[dict[str, Any]]:
    """Violations of all the rules axe knows, best practices and AAA contrast included."""
    return [{"rule": fault["rule"], "nodes": fault["nodes"]} for fault in _run_axe(page)["violations"]]


def _run_axe(page: Page) -> dict[str, list[dict[str, Any]]]:
    """What axe calls wrong ("violations"), and what it cannot tell ("incomplete")."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_script())
    rules = {rule: {"enabled": True} for rule in page.evaluate(_EVERY_RULE)}
    wanted = ["violations", "incomplete"]
    found = page.evaluate("options => axe.run(document, options)", {"rules": rules, "resultTypes": wanted})
    return {kind: [_shorten(one) for one in found[kind]] for kind in wanted}


def _shorten(found: dict[str, Any]) -> dict[str, Any]:
    return {"rule": found["id"], "nodes": [node["html"] for node in found["nodes"]], "at": found["nodes"]}


def check_no_faults(page: Page) -> None:
    """Nothing that axe calls wrong, and nothing that it leaves to a person without a word why that is
    right."""
    found = _run_axe(page)
    faults = [fault["rule"] for fault in found["violations"]]
    assert not faults, json.dumps(found["violations"], indent=1)
    doubts = [
        node
        for doubt in found["incomplete"]
        for node in doubt["at"]
        if not _is_explained(doubt["rule"], node)
    ]
    assert not doubts, json.dumps(doubts, indent=1)


def read_qr_code(page: Page) -> str:
    """What a phone's camera makes of the one code on this page, as it is shown: a reader that is not ours
    tells."""
    lit, height, width = page.evaluate(_PIXELS, list(page.locator(".qr").screenshot()))
    return "".join(
        code.text for code in zxingcpp.read_barcodes(memoryview(bytes(lit)).cast("B", (height, width)))
    )


def _is_explained(rule: str, node: dict[str, Any]) -> bool:
    """What is hidden here is looked at where it is shown; the tablet's "Are you still there?" lies over a
    page."""
    return rule == "hidden-content" or (rule == "color-contrast" and "dialog" in str(node["target"]))


def check_fits(page: Page) -> None:
    """Nothing scrolls sideways or is cut off, and every target can be hit with a thumb."""
    assert page.locator("h1").count() == 1
    assert page.evaluate(SIDEWAYS_SCROLL) <= 0, "the page scrolls sideways"
    assert not page.evaluate(_CUT_OFF), "something is cut off"
    assert not page.evaluate(_SMALL), "a target is smaller than 44 px"
