"""The new pages in a real browser, in both languages and with every word a third longer: no faults, nothing cut off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import translation
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from questionnaire.definition import Text
from questionnaire.models import Version
from tests.journeys.pages import PAGES, SEVERAL, address, at_end, at_question, press, then, write
from tests.journeys.test_every_page import look_at

pytestmark = pytest.mark.browser
Go = Callable[[Page, str, Version], None]

SAVE = {"en": "Save and come back", "es": "Guardar y volver después"}


def spanish(go: Go) -> Go:
    """The same page after pressing the button with the language's own name."""
    return then(go, press("Español"))


def saving(page: Page) -> None:
    page.locator('button[name="save"]').click()


def year(words: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.locator("#id_year").fill(words)
        page.locator("form button.button").first.click()

    return act


def to(path: str) -> Callable[[Page], None]:
    return lambda page: page.goto("/".join(page.url.split("/")[:3]) + path) and None


def first_button(page: Page) -> None:
    page.locator("main form button").first.click()


AGE = at_question("age")
NEW: dict[str, Go] = {
    "save": then(AGE, saving),
    "save-error": then(AGE, saving, year("80")),
    "saved": then(AGE, saving, year("1980")),
    "resume": address("/resume/"),
    "resume-error": then(address("/resume/"), first_button),
    "withdraw": address("/withdraw/"),
    "withdraw-error": then(address("/withdraw/"), first_button),
    "withdrawn": address("/withdraw/done/"),
    "delete": then(AGE, to("/s/delete/")),
    "deleted": address("/s/deleted/"),
    "changed": then(
        at_end("/s/check/", SEVERAL), to("/s/3/"), write("age", "54"), first_button, to("/s/3/"), first_button
    ),
}
OLD = (
    "start",
    "question-error",
    "many",
    "reading-swapped",
    "interruption",
    "you-error",
    "check",
    "result-urgent",
    "help",
)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", NEW)
def test_a_new_page_has_no_faults(
    name: str, language: str, page: Page, live_server: LiveServer, published: Version
) -> None:
    page.set_viewport_size({"width": 320, "height": 800})
    _show(NEW[name], language, page, live_server, published)
    look_at(page)


@pytest.mark.parametrize("name", OLD)
def test_a_page_in_spanish_has_no_faults(name: str, page: Page, live_server: LiveServer, published: Version) -> None:
    page.set_viewport_size({"width": 320, "height": 800})
    _show(PAGES[name], "es", page, live_server, published)
    look_at(page)


def _show(go: Go, language: str, page: Page, live_server: LiveServer, version: Version) -> None:
    go(page, live_server.url, version)
    if language == "es" and page.locator("html").get_attribute("lang") != "es":
        other = page.locator(".tongue")
        if other.count():
            other.click()
        else:
            page.context.add_cookies([{"name": "django_language", "value": "es", "url": live_server.url}])
            page.reload()
    assert page.locator("html").get_attribute("lang") == language


@pytest.fixture
def longer(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every word a patient reads, a third longer and recognisable: what translation may do to a layout."""
    real: Any = translation._trans.gettext
    in_ = Text.in_
    monkeypatch.setattr(translation._trans, "gettext", lambda said: stretched(real(said)))
    monkeypatch.setattr(Text, "in_", lambda text, language: stretched(in_(text, language)))
    yield


def stretched(said: str) -> str:
    """ "Change" as "Change~Ch": over a third longer, in words no longer than the language has them."""
    if not said.strip() or "%" in said or "{" in said:
        return said
    return f"{said} {said[: max(2, round(len(said) * 0.35))].rsplit('<')[0].strip()}~"


@pytest.mark.parametrize(
    "name", ["start", "question-error", "many", "check", "result-urgent", "you-error", "reading-odd"]
)
def test_layout_holds_with_words_a_third_longer(
    name: str, longer: None, page: Page, live_server: LiveServer, published: Version
) -> None:
    page.set_viewport_size({"width": 320, "height": 800})
    PAGES[name](page, live_server.url, published) if name not in {
        "question-error",
        "you-error",
        "reading-odd",
    } else None
    if not page.url.startswith("http"):
        base = {"question-error": "question", "you-error": "you", "reading-odd": "reading"}[name]
        PAGES[base](page, live_server.url, published)
        first_button(page)
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0
    assert "~" in page.locator("h1").inner_text()
    cut = page.evaluate(
        """() => [...document.querySelectorAll('main *')].filter(e => e.matches(':not(.hidden):not(textarea)')
            && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0 && getComputedStyle(e).overflow !== 'visible')
            .map(e => e.outerHTML.slice(0, 100))"""
    )
    assert not cut


def test_nothing_on_a_page_escapes_translation(
    longer: None, page: Page, live_server: LiveServer, published: Version
) -> None:
    """A pseudo-locale: every line on the page carries its mark, but for numbers, codes and names."""
    for name in ("start", "question", "many", "check", "help"):
        PAGES[name](page, live_server.url, published)
        lines = page.evaluate(
            """() => { const out = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
                while (walk.nextNode()) { const n = walk.currentNode, e = n.parentElement;
                  if (!e.closest('[lang=es], .mark, style, script, dd, .parts') && /[a-z]{3}/.test(n.textContent))
                    out.push(n.textContent.trim()); }
                return out; }"""
        )
        escaped = [line for line in lines if "~" not in line and not _has_hole(line)]
        assert not escaped, (name, escaped)


def _has_hole(line: str) -> bool:
    """Sentences with a number or a name in them are not stretched, so that the names still fit in."""
    return any(hole in line for hole in ("911", "988", "your clinic", "Your clinic"))
