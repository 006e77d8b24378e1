"""Ways to a page in a real browser: a form filled in up to there, a key, an address, and what a person does
then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from unittest.mock import patch

from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page

from questionnaire.models import Version
from screening.actions import clinic_settings, submissions
from screening.patient.device import cookie_name
from screening.queries import clinic
from screening.queries.submission import load_with_token
from tests.builders.submissions import answered, filled, started


@dataclass(frozen=True)
class Stage:
    """A browser's page, the service it looks at, and the language to look in."""

    page: Page
    server: str
    version: Version
    language: str = "en"


Go = Callable[[Stage], None]
Act = Callable[[Page], None]
Answers = Mapping[str, object]


def hold(page: Page, server: str, token: str, language: str = "en") -> None:
    """Give this browser the key to a form, as it comes with the form's language."""
    page.context.clear_cookies()
    kept = {cookie_name(): token, settings.LANGUAGE_COOKIE_NAME: language}
    page.context.add_cookies([{"name": name, "value": value, "url": server} for name, value in kept.items()])


def arrive(stage: Stage, token: str, path: str) -> None:
    hold(stage.page, stage.server, token, stage.language)
    stage.page.goto(stage.server + path)


def address(path: str) -> Go:
    """This address, with no form and the language chosen before."""

    def go(stage: Stage) -> None:
        stage.page.context.clear_cookies()
        chosen = {"name": settings.LANGUAGE_COOKIE_NAME, "value": stage.language, "url": stage.server}
        stage.page.context.add_cookies([chosen])
        stage.page.goto(stage.server + path)

    return go


def at_question(link_id: str, answers: Answers | None = None, *, kiosk: bool = False) -> Go:
    """The page of this question, everything before it filled in. An interruption on the way is read."""

    def go(stage: Stage) -> None:
        now = timezone.now()
        token = submissions.start_submission(
            version_id=stage.version.pk, language=stage.language, now=now, kiosk=kiosk
        )
        loaded = answered(load_with_token(token, now=now), answers or {}, until=link_id)
        if loaded.response.pending:
            submissions.mark_interruption_read(loaded=loaded, now=now)
        path = f"/s/{loaded.definition.page_of[link_id]}/"
        arrive(stage, token, path)
        assert stage.page.url == stage.server + path, f"{link_id} is not asked of this patient"

    return go


def at_you(stage: Stage) -> None:
    token, loaded = started(stage.version, language=stage.language)
    answered(loaded, {})
    arrive(stage, token, "/s/you/")


def at_end(path: str, answers: Answers | None = None, *, send: bool = False, kiosk: bool = False) -> Go:
    """A form with everything filled in, sent or not, and this page of it."""

    def go(stage: Stage) -> None:
        token, loaded = filled(stage.version, answers, language=stage.language)
        type(loaded.row).objects.filter(pk=loaded.row.pk).update(kiosk=kiosk)
        if send:
            submissions.submit(loaded=loaded, now=timezone.now())
        arrive(stage, token, path)

    return go


def with_clinic(go: Go, **values: object) -> Go:
    """The same where the clinic has set this."""

    def there(stage: Stage) -> None:
        clinic_settings.save(values=replace(clinic.current(), **values), actor="user:1", now=timezone.now())
        clinic.current()  # pages that need no database show the settings that the process read last
        go(stage)

    return there


def then(go: Go, *acts: Act) -> Go:
    def both(stage: Stage) -> None:
        go(stage)
        for act in acts:
            act(stage.page)

    return both


# What a person does -----------------------------------------------------------------------------------------


def onwards(page: Page) -> None:
    """The first button of the form: what Enter presses, whatever it is called."""
    page.locator("main form button").first.click()


def press(name: str) -> Act:
    return lambda page: page.get_by_role("button", name=name).click()


def button(name: str, value: str = "") -> Act:
    """The button that sends this, whatever it is called."""
    exact = f'[value="{value}"]' if value else ""
    return lambda page: page.locator(f'main button[name="{name}"]{exact}').click()


def write(field: str, words: str) -> Act:
    return lambda page: page.locator(f"#id_{field}").fill(words)


def tick(link_id: str, *codes: str) -> Act:
    def act(page: Page) -> None:
        for code in codes:
            page.locator(f'input[name="{link_id}"][value="{code}"]').check()

    return act


def to(path: str) -> Act:
    return lambda page: page.goto("/".join(page.url.split("/")[:3]) + path) and None


def failing(target: str, error: Exception, act: Act) -> Act:
    """Something breaks behind the pages while a person does this."""

    def broken(page: Page) -> None:
        with patch(target, side_effect=error), page.expect_navigation():
            act(page)

    return broken


def run(script: str) -> Act:
    return lambda page: page.evaluate(script) and None
