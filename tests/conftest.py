"""What every test may use: databases that can be emptied, a published questionnaire, a browser that reports
errors."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache as cache_once
from typing import Any

import hypothesis
import pytest
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase
from django.utils import timezone
from playwright.sync_api import ConsoleMessage, Locator, Page

from questionnaire import document, proofs
from questionnaire.actions import drafts, publishing
from questionnaire.models import Document, Questionnaire, Version
from screening.queries import clinic
from tests.browser import launch_arguments
from tests.builders.shipped import shipped

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright's loop runs in the test's thread

hypothesis.settings.register_profile(
    "steady", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("steady")  # a busy machine is no finding


# The database -----------------------------------------------------------------------------------------------


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, only what uses a database: the rest is the same as on SQLite, and was run there."""
    if os.environ.get("TEST_DATABASE") != "postgresql":
        return
    kept = [item for item in items if _uses_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if not _uses_database(item)])
    items[:] = kept


def _uses_database(item: pytest.Item) -> bool:
    asked = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
    return bool(asked) or item.get_closest_marker("django_db") is not None


@contextmanager
def triggers_suspended() -> Iterator[None]:
    """Append-only tables refuse to be emptied; between tests they must be."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            off = [f'DROP TRIGGER "{name}"' for name, _ in triggers]
            on = [sql for _, sql in triggers]
        else:
            cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
            tables = [table for (table,) in cursor.fetchall()]
            off = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables]
            on = [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables]
        for statement in off:
            cursor.execute(statement)
        try:
            yield
        finally:
            for statement in on:
                cursor.execute(statement)


@pytest.fixture(scope="session", autouse=True)
def _empty_append_only_tables() -> Iterator[None]:
    original = TransactionTestCase._fixture_teardown

    def teardown(self: TransactionTestCase) -> None:
        with triggers_suspended():
            original(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
        # TestCase inherits it but only rolls back, which needs no triggers out of the way
        yield


@pytest.fixture(scope="session", autouse=True)
def _prove_once() -> Iterator[None]:
    """The prover is asked each question once a session: its answers are real, only not asked for again."""
    answers: dict[str, Any] = {}
    ask = proofs._ask

    def remembered(asked: dict[str, Any], seconds: float) -> dict[str, Any]:
        question = json.dumps([asked, seconds], sort_keys=True, default=str)
        if question not in answers:
            answers[question] = ask(asked, seconds)
        return answers[question]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(proofs, "_ask", remembered)
        yield


@pytest.fixture(autouse=True)
def _fresh_caches() -> Iterator[None]:
    """Rows are rolled back after a test, so what a process remembers of them by id must go too."""
    yield
    publishing.load_definition.cache_clear()
    clinic._last = None
    clinic._row.cache_clear()
    cache.clear()


@cache_once
def _frozen(slug: str) -> tuple[str, str]:
    return document.to_canonical_json(shipped(slug)), document.compute_fingerprint(shipped(slug))


@pytest.fixture
def published(db: None) -> Version:
    """The shipped questionnaire as a published version: three rows, without the draft rows and the gate
    before them."""
    text, fingerprint = _frozen("ketamine")
    version = Version.objects.create(
        questionnaire=Questionnaire.objects.create(slug="ketamine"),
        number=1,
        state=Version.State.PUBLISHED,
        created_at=timezone.now(),
        published_at=timezone.now(),
        **drafts.to_version_columns(shipped()),
    )
    Document.objects.create(version=version, json=text, fingerprint=fingerprint)
    return version


# The browser ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, **launch_arguments()}


@pytest.fixture(scope="session", autouse=True)
def _clicks_wait_for_the_next_page() -> Iterator[None]:
    """A click returns when the next page has begun to come; a test may read it only when it is there.

    `BAD_LINE=0.2 pytest tests/journeys` shows what else is read too early.
    """
    click = Locator.click

    def click_and_wait(self: Locator, **options: Any) -> None:
        click(self, **options)
        if not self.page.is_closed():
            self.page.wait_for_load_state("domcontentloaded")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Locator, "click", click_and_wait)
        yield


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    """A browser page whose test fails on anything the browser complains about: missing files, scripts,
    errors."""
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not _expected(message.text):
            complaints.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert not complaints, complaints


def _expected(complaint: str) -> bool:
    """Chromium calls every answer of 400 and above an error, also the 422 of a page that says what is wrong.

    And the 401 by which a page of the desk that is still open learns that nobody is signed in any more.
    """
    return any(f"status of {status}" in complaint for status in (401, 409, 422))
