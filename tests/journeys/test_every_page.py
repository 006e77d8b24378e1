"""Every page type of a patient in a browser, clean and with errors: all of axe's rules, and it fits.

`make axe` looks at each in both languages and in every way of looking; an ordinary run looks at each once,
the ways and languages in turn.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import product

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Response
from pytest_django.live_server_helper import LiveServer

from questionnaire.models import Version
from tests.builders.pseudo_locale import MARK, stretched_words
from tests.journeys.page_checks import check_fits, check_no_faults
from tests.journeys.pages import ON_THE_WAY, PAGES, STATUS
from tests.journeys.ways import Stage

pytestmark = pytest.mark.browser
LANGUAGES = ("en", "es")
PHONE, DESK, ZOOMED = (
    {"width": 320, "height": 800},
    {"width": 1280, "height": 900},
    {"width": 320, "height": 256},
)
WAYS = {
    "phone": {},
    "zoomed": {"viewport": ZOOMED},
    "dark": {"color_scheme": "dark"},
    "forced-colours": {"forced_colors": "active"},
    "print": {"media": "print", "viewport": {"width": 720, "height": 1000}},
}
"""A 320 px phone, 1280 by 1024 at 400 %, and what a reader's own settings or a printer make of a page."""
EVERYTHING = bool(os.environ.get("EVERY_WAY"))
SAMPLE = (
    "start-clinic",
    "question-error",
    "shared-error",
    "reading-swapped",
    "check-changed",
    "result-urgent",
    "saved",
)
"""Pages with the most to hold, of those that an ordinary run stretches."""
_TURNS = [(language, [way]) for way, language in product(WAYS, LANGUAGES)]
_EVERY = [(language, list(WAYS)) for language in LANGUAGES]
LOOKS = [
    pytest.param(
        name, language, ways, id=f"{name}-{language}-{'-'.join(ways) if len(ways) == 1 else 'every-way'}"
    )
    for place, name in enumerate(PAGES)
    for language, ways in (_EVERY if EVERYTHING else [_TURNS[place * 3 % len(_TURNS)]])
]


@pytest.fixture
def watched(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A browser page that may complain of nothing but the page's own honest status."""
    context = browser.new_context(viewport=PHONE)
    page, complaints = context.new_page(), list[str]()
    name = request.node.callspec.params["name"]
    honest = {f"status of {status}" for status in (STATUS.get(name), ON_THE_WAY.get(name))}

    def heard(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not any(status in message.text for status in honest):
            complaints.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert not complaints, complaints


@pytest.mark.parametrize(("name", "language", "ways"), LOOKS)
def test_a_page_has_no_faults(
    name: str, language: str, ways: list[str], watched: Page, live_server: LiveServer, published: Version
) -> None:
    answers: list[Response] = []
    watched.on("response", lambda response: answers.append(response) if _is_a_page(response) else None)
    PAGES[name](Stage(watched, live_server.url, published, language))
    watched.wait_for_load_state()
    assert answers[-1].status == STATUS.get(name, 200)
    assert watched.locator("html").get_attribute("lang") == language
    for viewport in (DESK, ZOOMED, PHONE):
        watched.set_viewport_size(viewport)
        check_fits(watched)
    for way in ways:
        look = {
            "media": "screen",
            "color_scheme": "light",
            "forced_colors": "none",
            "viewport": PHONE,
            **WAYS[way],
        }
        watched.set_viewport_size(look.pop("viewport"))
        watched.emulate_media(**look)
        check_no_faults(watched)


@pytest.mark.parametrize("name", list(PAGES) if EVERYTHING else SAMPLE)
def test_a_page_holds_words_a_third_longer(
    name: str, watched: Page, live_server: LiveServer, published: Version
) -> None:
    with stretched_words():
        PAGES[name](Stage(watched, live_server.url, published))
        watched.wait_for_load_state()
    assert MARK in watched.locator("h1").inner_text()
    check_fits(watched)


def _is_a_page(response: Response) -> bool:
    return response.request.resource_type == "document" and not 300 <= response.status < 400
