"""Answering a questionnaire by keyboard alone, in a real browser."""

from __future__ import annotations

from playwright.sync_api import Page

MOST_PAGES = 80
_FOCUSED = """() => {
  const e = document.activeElement, group = e.form ? [...e.form.elements].filter(o => o.name === e.name) : [];
  return {tag: e.tagName, type: e.type || '', name: e.name || '', last: group.at(-1) === e};
}"""


def answer_by_keyboard(page: Page) -> None:
    """The last way out of every question: the last button of each group, by Tab, arrows and Space; then
    Continue."""
    seen: set[str] = set()
    for _step in range(120):
        page.keyboard.press("Tab")
        focused = page.evaluate(_FOCUSED)
        if focused["tag"] == "BUTTON":
            page.keyboard.press("Enter")
            return
        if focused["type"] == "radio" and focused["name"] not in seen:
            page.keyboard.press("ArrowUp")  # wraps round to the last option
            seen.add(focused["name"])
        elif focused["type"] == "checkbox" and focused["last"]:
            page.keyboard.press("Space")
    raise AssertionError("the button is not reached by Tab")
