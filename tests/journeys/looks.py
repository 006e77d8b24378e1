"""The looks a page of staff has: on a phone, on a desk, in the dark, in colours forced by its reader.

A page is opened once, and looked at in one look after the other as its reader would change them.
`EVERY_WAY=1` runs all of axe's rules in each; an ordinary run asks them once, and in the dark and on a desk
only what may change there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Page

from tests.journeys.page_checks import SIDEWAYS_SCROLL, find_violations

PHONE, DESK = {"width": 320, "height": 800}, {"width": 1280, "height": 800}
LOOKS: dict[str, dict[str, Any]] = {
    "phone": {"viewport": PHONE},
    "desk": {"viewport": DESK},
    "phone-dark": {"viewport": PHONE, "color_scheme": "dark"},
    "desk-dark": {"viewport": DESK, "color_scheme": "dark"},
    "forced-colours": {"viewport": DESK, "forced_colors": "active"},
}
SHORT = ("phone", "desk-dark", "forced-colours")
"""Enough for a page made of what other pages show in every look."""
CONTRAST = ["color-contrast", "color-contrast-enhanced", "link-in-text-block"]
_SMALL = """() => [...document.querySelectorAll(
'button, input:not([type=hidden], .hidden), select, textarea, summary, nav a'
)].filter(e => {
  const box = (e.closest('label.option, label.choice') || e).getBoundingClientRect();
  return box.width > 0 && (box.width < 43.5 || box.height < 43.5);
}).map(e => e.outerHTML)"""


def open_all_details(page: Page) -> None:
    page.evaluate("() => document.querySelectorAll('details').forEach(d => d.open = true)")


def find_contrast_faults(page: Page) -> list[Any]:
    """What axe says about colours; it has to have looked at this page before."""
    run = "rules => axe.run(document, {runOnly: {type: 'rule', values: rules}, resultTypes: ['violations']})"
    return [
        {"rule": v["id"], "nodes": [n["html"] for n in v["nodes"]]}
        for v in page.evaluate(run, CONTRAST)["violations"]
    ]


def check_looks(page: Page, name: str = "", looks: Sequence[str] = tuple(LOOKS)) -> None:
    """In each look: no fault that axe finds, no sideways scroll, and every control big enough."""
    assert page.locator("h1").count() == 1, name
    for look in LOOKS if os.environ.get("EVERY_WAY") else looks:
        options, seen = LOOKS[look], f"{name} {look}".strip()
        page.set_viewport_size(options["viewport"])
        page.emulate_media(
            color_scheme=options.get("color_scheme", "light"),
            forced_colors=options.get("forced_colors", "none"),
        )
        violations = (
            find_violations(page)
            if look == "phone" or os.environ.get("EVERY_WAY")
            else find_contrast_faults(page)
        )
        assert not violations, f"{seen}: {json.dumps(violations, indent=1)[:4000]}"
        assert page.evaluate(SIDEWAYS_SCROLL) <= 0, f"{seen}: the page scrolls sideways"
        assert not (tiny := page.evaluate(_SMALL)), f"{seen}: a control is smaller than 44 px: {tiny}"
