"""A load balancer learns whether this process is up, and whether it can serve patients."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.utils import OperationalError
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from questionnaire.models import Version


def test_healthz_says_the_process_is_up_and_asks_nobody(client: Client) -> None:
    """No database mark on this test: any query would fail it."""
    answer = client.get("/healthz", headers={"host": "10.0.0.7"})
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "Set-Cookie" not in answer


@pytest.mark.django_db
def test_readyz_wants_a_published_questionnaire(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"no questionnaire is published\n")


def test_readyz_is_content_with_a_published_questionnaire(client: Client, published: Version) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (200, b"ready\n")
    assert answer["Cache-Control"] == "no-store"


def test_readyz_notices_a_migration_that_was_not_applied(client: Client, published: Version) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'screening'")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"migrations are not applied\n")


@pytest.mark.django_db
def test_readyz_says_when_the_database_cannot_be_reached(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OperationalError("the secret address of the database")

    monkeypatch.setattr("screening.core.health.MigrationExecutor", refuse)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"the database cannot be reached\n")


def test_readyz_costs_few_queries(
    client: Client, published: Version, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(3):
        client.get("/readyz")
