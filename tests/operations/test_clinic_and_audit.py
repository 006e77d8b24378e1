"""The clinic's settings and the record of events: append-only, and there when the database is not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from screening.actions import audit, clinic_settings, roles
from screening.core.staff_roles import EDITOR
from screening.models import AuditEvent, ClinicSettings
from screening.queries import clinic
from screening.queries.audit_events import list_events

pytestmark = pytest.mark.django_db


def saved(**changes: object) -> clinic.ClinicValues:
    values = replace(clinic.from_environment(), **changes)
    clinic_settings.save(values=values, actor="user:1", now=timezone.now())
    return values


def test_without_any_row_the_environment_counts() -> None:
    assert (clinic.current().emergency_number, clinic.current().crisis_number) == ("911", "988")


def test_the_newest_row_counts_and_the_old_one_stays_readable() -> None:
    first, second = saved(name="River Street"), saved(name="River Street", phone="555 0100")
    assert clinic.current() == second
    assert clinic.by_id(ClinicSettings.objects.order_by("id").first().pk) == first


def test_saving_the_same_settings_adds_nothing() -> None:
    saved(name="River Street")
    saved(name="River Street")
    assert ClinicSettings.objects.count() == 1


def test_a_change_is_recorded_by_name_and_never_by_value() -> None:
    saved(name="River Street", phone="555 0100")
    event = AuditEvent.objects.get()
    assert (event.actor, event.action, event.detail) == (
        "user:1",
        "clinic.change",
        {"changed": ["name", "phone"]},
    )


def test_an_older_row_reads_well_after_a_field_was_added() -> None:
    row = ClinicSettings.objects.create(
        values={"name": "Old", "gone": 1}, actor="system", created_at=timezone.now()
    )
    assert clinic.by_id(row.pk) == replace(clinic.from_environment(), name="Old")


def test_without_a_database_the_last_settings_read_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    values = saved(emergency_number="112")
    assert clinic.current() == values

    def broken(*args: object, **kwargs: object) -> None:
        raise DatabaseError("the database is stopped")

    monkeypatch.setattr(ClinicSettings.objects, "order_by", broken)
    assert clinic.current().emergency_number == "112"


@pytest.mark.parametrize("table", ["screening_auditevent", "screening_clinicsettings"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET actor = 'x'", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_the_record(table: str, statement: str) -> None:
    saved(name="River Street")
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))


def test_events_of_one_object_are_listed_newest_first() -> None:
    for action in ("submission.start", "submission.submit"):
        audit.record(
            actor="patient", action=action, object_type="submission", object_id="a", now=timezone.now()
        )
    assert [event.action for event in list_events("submission", "a")] == [
        "submission.submit",
        "submission.start",
    ]


def test_each_role_may_do_what_its_work_needs_and_no_more(django_user_model: type) -> None:
    roles.create_roles()
    roles.create_demo_accounts()
    reviewer = django_user_model.objects.get(username="reviewer")
    editor = django_user_model.objects.get(username="editor")
    assert reviewer.has_perm("screening.view_submission")
    assert not reviewer.has_perm("questionnaire.change_version")
    assert editor.has_perm("questionnaire.change_version")
    assert not editor.has_perm("screening.view_submission")


def test_demo_accounts_are_made_once_with_random_passwords() -> None:
    roles.create_roles()
    first = roles.create_demo_accounts()
    assert [account.role for account in first].count(EDITOR) == 2
    assert len({account.password for account in first}) == len(first)
    assert roles.create_demo_accounts() == []
