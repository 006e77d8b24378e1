"""Every page type of the patient's journey, clean and in its error states, ready to be looked at in a browser."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.utils import timezone
from playwright.sync_api import Page

from questionnaire.models import Version
from screening import submissions
from screening.patient.journey import cookie_name
from tests.builders import answered, finished, started

URGENT = {"symptoms-now": ["chest-pain"], "safety-now": ["self-harm"], "phq9-9": "1"}
SEVERAL = {
    "heart-conditions": ["heart-attack", "rhythm"],
    "bp-reading-known": "yes",
    "bp-systolic": 148,
    "bp-diastolic": 96,
    "vessel-conditions": ["not-sure"],
    "drug-use-year": ["prefer-not-to-say"],
    "med-classes": ["benzodiazepine", "opioid"],
    "pregnancy-status": "could-be",
}


def hold(page: Page, server: str, token: str) -> None:
    """Give this browser the key to a form."""
    page.context.clear_cookies()
    page.context.add_cookies([{"name": cookie_name(), "value": token, "url": server}])


def at_question(link_id: str, answers: dict | None = None) -> Callable[[Page, str, Version], None]:
    def go(page: Page, server: str, version: Version) -> None:
        token, opened = started(version)
        opened = answered(opened, answers or {}, until=link_id)
        hold(page, server, token)
        page.goto(f"{server}/s/{opened.walk.next}/")

    return go


def then(
    go: Callable[[Page, str, Version], None], *acts: Callable[[Page], None]
) -> Callable[[Page, str, Version], None]:
    def both(page: Page, server: str, version: Version) -> None:
        go(page, server, version)
        for act in acts:
            act(page)

    return both


def press(name: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_role("button", name=name).click()


def write(link_id: str, words: str) -> Callable[[Page], None]:
    return lambda page: page.locator(f"#id_{link_id}").fill(words)


def tick(link_id: str, *codes: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        for code in codes:
            page.locator(f'input[name="{link_id}"][value="{code}"]').check()

    return act


def address(path: str) -> Callable[[Page, str, Version], None]:
    return lambda page, server, version: page.goto(server + path) and None


def at_end(path: str, answers: dict | None = None, *, send: bool = False) -> Callable[[Page, str, Version], None]:
    def go(page: Page, server: str, version: Version) -> None:
        opened = finished(version, answers)
        token = submissions.start(version_id=version.pk, language="en", now=timezone.now())
        spare = submissions.open_with(token, now=timezone.now())
        spare.row.delete()
        type(spare.row).objects.filter(pk=opened.row.pk).update(token_hash=spare.row.token_hash)
        if send:
            submissions.submit(opened=opened, now=timezone.now())
        hold(page, server, token)
        page.goto(server + path)

    return go


def interrupted(page: Page, server: str, version: Version) -> None:
    at_question("symptoms-now")(page, server, version)
    tick("symptoms-now", "chest-pain")(page)
    press("Continue")(page)
    assert urlsplit(page.url).path == "/s/interruption/"


def stale(page: Page, server: str, version: Version) -> None:
    at_question("sex-at-birth")(page, server, version)
    other = page.context.new_page()
    other.goto(page.url)
    tick("sex-at-birth", "female")(other)
    press("Continue")(other)
    other.close()
    tick("sex-at-birth", "male")(page)
    press("Continue")(page)


READING = {"bp-reading-known": "yes"}
BP = at_question("bp-systolic", READING)
PAGES: dict[str, Callable[[Page, str, Version], None]] = {
    "start": address("/"),
    "question": at_question("sex-at-birth"),
    "question-error": then(at_question("sex-at-birth"), press("Continue")),
    "many": at_question("drug-use-year"),
    "many-error": then(at_question("drug-use-year"), tick("drug-use-year", "cannabis-less", "none"), press("Continue")),
    "urgent-error": then(at_question("safety-now"), tick("safety-now", "self-harm", "none"), press("Continue")),
    "shared": at_question("phq9-1"),
    "shared-error": then(at_question("phq9-1"), press("Continue")),
    "number": at_question("age"),
    "number-error": then(at_question("age"), write("age", "forty"), press("Continue")),
    "reading": BP,
    "reading-error": then(BP, press("Continue")),
    "reading-swapped": then(BP, write("bp-systolic", "78/124"), press("Continue")),
    "reading-odd": then(BP, write("bp-systolic", "150/135"), press("Continue")),
    "words": at_question("questions-for-doctor"),
    "interruption": interrupted,
    "stale": stale,
    "you": at_question("-"),
    "you-error": at_question("-"),
    "check": at_end("/s/check/", SEVERAL),
    "result": at_end("/s/result/", SEVERAL, send=True),
    "result-urgent": at_end("/s/result/", {**SEVERAL, **URGENT}, send=True),
    "result-quiet": at_end("/s/result/", send=True),
    "help": address("/help-now/"),
    "closed": address("/s/check/"),
    "not-found": address("/s/999999/nothing/"),
}


def _you(page: Page, server: str, version: Version) -> None:
    token, opened = started(version)
    answered(opened, {})
    hold(page, server, token)
    page.goto(f"{server}/s/you/")


PAGES["you"] = _you
PAGES["you-error"] = then(_you, write("phone", "call me"), write("email", "me at home"), press("Continue"))
