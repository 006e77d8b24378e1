"""A database from before 28 November 2026 is carried over with everything in it, or refused in one line."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib import import_module
from io import StringIO
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import global_settings
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from screening.core import keys, old_database
from screening.models import StaffMail, StashedPage, Submission
from tests.builders import old_database as old
from tests.builders.browsing import Patient
from tests.builders.schema import schema_of
from tests.conftest import triggers_suspended

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def new_database(db: None, tmp_path: Path, settings: Settings) -> Iterator[BaseDatabaseWrapper]:
    """The old database is the one in use, with its keys. Yields the connection to an up-to-date one."""
    usual = connections["default"]
    settings.SECRET_KEY, settings.ANSWER_KEYS = old.SECRET_KEY, old.ANSWER_KEYS
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS
    ContentType.objects.clear_cache()
    with old.old_database(tmp_path):
        yield usual
    ContentType.objects.clear_cache()


@pytest.fixture
def carried() -> str:
    """The same once it was carried over: what the command said."""
    return said_by("carry_over")


def said_by(*command: str) -> str:
    printed = StringIO()
    call_command(*command, stdout=printed)
    return printed.getvalue()


def column_names(table: str) -> set[str]:
    with connection.cursor() as cursor:
        return {column.name for column in connection.introspection.get_table_description(cursor, table)}


def is_untouched() -> bool:
    old_column = "emptied_at" in column_names("screening_submission")
    return old_column and old_database.is_old(old_database.applied_migrations())


# Before: nothing is served, and one line says what to do ----------------------------------------------------


def test_bootstrap_stops_with_one_line_and_changes_nothing() -> None:
    with pytest.raises(
        CommandError, match=r"^this database is from before .* `python manage.py carry_over` once$"
    ):
        call_command("bootstrap")
    assert is_untouched()


def test_readyz_says_it_too() -> None:
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.content.decode()) == (503, f"{old_database.WHAT_TO_DO}\n")


def test_the_server_does_not_start(tmp_path: Path) -> None:
    """On SQLite, where a file can be named; how the server asks is the same on both."""
    old.fill_file(tmp_path / "served.sqlite3")
    (tmp_path / "staticfiles.json").write_text("{}")
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        **{"SECRET_KEY": old.SECRET_KEY, "ANSWER_KEYS": old.ANSWER_KEYS, "ALLOWED_HOSTS": "clinic.example"},
        **{"STATIC_ROOT": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/served.sqlite3"},
    }
    command = [sys.executable, "-c", "import screening.wsgi"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (3, f"{old_database.WHAT_TO_DO}\n")


# Carried over: all of it is there ---------------------------------------------------------------------------


def test_the_command_says_what_it_did_and_may_be_run_again(carried: str) -> None:
    assert carried == (
        "carried over. Pages typed with a lost key: 1 sealed again, 1 expired and destroyed. "
        "Now run `python manage.py bootstrap`\n"
    )
    assert said_by("carry_over").startswith("nothing to carry over")


def test_afterwards_it_is_made_ready_like_any_other(carried: str) -> None:
    assert "is a draft made from the newer shipped file" in said_by("bootstrap")
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.content) == (200, b"ready\n")


def test_its_tables_are_those_of_a_new_database(carried: str, new_database: BaseDatabaseWrapper) -> None:
    call_command("migrate", verbosity=0)
    assert schema_of(connection) == schema_of(new_database)


def test_the_record_of_events_is_whole(carried: str) -> None:
    assert said_by("verify_audit", "--known", old.SEAL).startswith("whole: 21 events, 1 seals\n")


def test_staff_sign_in_with_password_and_code_and_open_every_submission(carried: str) -> None:
    call_command("migrate", verbosity=0)
    reviewer = Client()
    reviewer.post(reverse("account_login"), {"login": "reviewer", "password": old.PASSWORD})
    reviewer.post(reverse("mfa_authenticate"), {"code": _code_on_the_phone()})
    assert reviewer.get("/staff/").status_code == 200
    references = Submission.objects.filter(state="submitted").values_list("reference", flat=True)
    assert len(references) == 5
    pages = {reference: reviewer.get(f"/staff/{reference}/") for reference in references}
    assert {page.status_code for page in pages.values()} == {200}
    shown = pages[old.REFERENCE].content.decode()
    assert "Ada Example" in shown
    assert "Called her at noon." in shown
    assert "Dora Example" in reviewer.get("/staff/invitations/").content.decode()


def _code_on_the_phone() -> str:
    return str(format_hotp_value(hotp_value(old.AUTHENTICATOR_SECRET, int(time.time()) // 30)))


def test_a_patient_comes_back_to_the_form_and_to_the_page_typed_with_a_lost_key(carried: str) -> None:
    call_command("migrate", verbosity=0)
    patient = Patient()
    taken_up = patient.client.post("/resume/", {"code": old.CODE, "year": old.YEAR, "kept": old.PAGE_KEY})
    patient.visit(taken_up["Location"])
    assert [box.value for box in patient.page.main_form.named("safety-now") if box.checked] == ["self-harm"]
    assert not StashedPage.objects.exists(), "given back once"


def test_an_invitation_still_opens_and_a_new_form_can_be_begun(carried: str) -> None:
    call_command("migrate", verbosity=0)
    assert "date of birth" in Patient().visit(f"/i/{old.INVITATION_KEY}/").text.lower()
    patient = Patient()
    patient.visit("/")
    assert patient.status == 200


def test_waiting_tasks_are_found_and_waiting_mail_is_there(carried: str) -> None:
    paths = set(DBTaskResult.objects.values_list("task_path", flat=True))
    assert paths
    for path in paths:
        module, _, name = path.rpartition(".")
        assert getattr(import_module(module), name).module_path == path
    assert StaffMail.objects.filter(sent_at=None).count() == 2


def test_permissions_speak_of_the_new_name(carried: str) -> None:
    call_command("migrate", verbosity=0)
    assert not ContentType.objects.filter(model="keptpage").exists()
    assert not Permission.objects.filter(codename__contains="keptpage").exists()
    found = Permission.objects.filter(codename="view_stashedpage").values_list("name", "content_type__model")
    assert list(found) == [("Can view stashed page", "stashedpage")]


@pytest.mark.parametrize(
    ("table", "column"),
    [
        *(
            ("screening_auditevent", "actor"),
            ("screening_auditseal", "last"),
            ("screening_clinicsettings", "actor"),
        ),
        *(
            ("screening_reviewentry", "kind"),
            ("questionnaire_document", "json"),
            ("questionnaire_historyevent", "actor"),
        ),
    ],
)
def test_the_database_itself_still_refuses_to_change_a_record(carried: str, table: str, column: str) -> None:
    with pytest.raises(Exception, match=r"-only"), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = {column}")


# Refused: one line, and it is as it was ---------------------------------------------------------------------


def refused() -> str:
    with pytest.raises(CommandError) as refusal:
        call_command("carry_over")
    assert is_untouched()
    return str(refusal.value)


def execute(statement: str) -> None:
    with triggers_suspended(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_database_that_is_not_at_the_last_old_migration_is_refused() -> None:
    execute("DELETE FROM django_migrations WHERE name = '0009_invitations'")
    assert refused() == (
        "nothing was changed: this database lacks screening.0009_invitations: run `python manage.py "
        "bootstrap` of the "
        "last version before 28 November 2026 first"
    )


def test_a_database_with_an_unknown_migration_is_refused() -> None:
    execute(
        "UPDATE django_migrations SET app = 'screening', name = '0010_ours' WHERE name = '0001_initial' "
        "AND app = 'mfa'"
    )
    assert (
        refused()
        == "nothing was changed: this database also has screening.0010_ours, which is not known here"
    )


def test_events_without_a_check_code_are_refused() -> None:
    execute("UPDATE screening_auditevent SET check_code = NULL WHERE id > 19")
    assert refused().startswith(
        "nothing was changed: 2 events of the record have no check code, the first is event 20"
    )


def test_other_keys_are_refused(settings: Settings) -> None:
    settings.ANSWER_KEYS = keys.new_keys()
    assert refused().startswith(
        "nothing was changed: a stored value does not open with the present ANSWER_KEYS"
    )


def test_a_fault_in_the_middle_leaves_everything_as_it_was() -> None:
    execute("CREATE TABLE screening_stashedpage (id integer)")
    assert "already exists" in refused()


def test_a_new_database_has_nothing_to_carry_over(monkeypatch: pytest.MonkeyPatch) -> None:
    present = {(app, name) for app in old_database.MIGRATIONS for name in ("0001_schema", "0002_triggers")}
    monkeypatch.setattr(old_database, "applied_migrations", lambda: present)
    assert said_by("carry_over").startswith("nothing to carry over")
