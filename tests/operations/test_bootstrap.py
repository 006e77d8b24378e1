"""An installation becomes ready in one command, and the command may be repeated."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from pytest_django import Settings

from questionnaire.actions import publishing
from questionnaire.models import Version
from screening.management.commands import bootstrap

pytestmark = pytest.mark.django_db


def run(**options: bool) -> str:
    printed = StringIO()
    call_command("bootstrap", stdout=printed, **options)
    return printed.getvalue()


def test_everything_is_there_after_the_first_run_and_unchanged_after_the_second() -> None:
    first = run()
    version = publishing.find_published("ketamine")
    assert version is not None
    assert str(version) in first
    assert set(Group.objects.values_list("name", flat=True)) >= {"Reviewer", "Editor"}
    assert not get_user_model().objects.exists()
    assert run() == ""
    assert Version.objects.count() == 1


def test_a_newer_shipped_file_becomes_a_draft_once_and_replaces_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run()
    before = publishing.find_published("ketamine")
    shipped = (bootstrap.INSTRUMENTS / "ketamine.yaml").read_text()
    (tmp_path / "ketamine.yaml").write_text(shipped.replace("How old are you?", "What is your age?"))
    monkeypatch.setattr(bootstrap, "INSTRUMENTS", tmp_path)
    assert "draft" in run()
    assert run() == ""
    assert publishing.find_published("ketamine") == before
    assert list(Version.objects.order_by("number").values_list("state", flat=True)) == ["published", "draft"]


def test_demo_accounts_are_printed_once(settings: Settings) -> None:
    settings.PLAIN_HTTP = True
    first = run(demo=True)
    accounts = get_user_model().objects.count()
    assert accounts >= 3
    assert "password" in first
    assert "password" not in run(demo=True)
    assert get_user_model().objects.count() == accounts


def test_demo_accounts_are_refused_where_patients_are_real(settings: Settings) -> None:
    settings.PLAIN_HTTP = False
    with pytest.raises(CommandError, match="DEMO=1"):
        run(demo=True)


def test_a_database_that_cannot_be_prepared_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise DatabaseError("database or disk is full\nDETAIL: more")

    monkeypatch.setattr(bootstrap, "call_command", full)
    with pytest.raises(
        CommandError, match=r"^the database cannot be prepared: database or disk is full DETAIL: more$"
    ):
        run()
