"""Carries a database from before 28 November 2026 over to the present tables.

Called by the carry_over command only. All of it is one transaction: a database is carried over, or it is as
it was. Models are taken as migrations know them, never as the code has them today, so that later migrations
can be applied afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps.registry import Apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django_tasks_db.models import DBTaskResult

from screening.actions import impact, staff_mail
from screening.core import encryption, old_database

_PRESENT = ("0001_schema", "0002_triggers")
"""The migrations that a database has once it is carried over, of each app."""
_CODES_WERE_OPTIONAL = models.UniqueConstraint(
    fields=["check_code"], name="audit_once", condition=models.Q(check_code__isnull=False)
)
_TASKS = {
    "screening.outbox.deliver": staff_mail.deliver_due_mail.module_path,
    "screening.impact.rejudge": impact.rejudge.module_path,
}
"""Tasks that may still wait: the name under which they were stored, and their name now."""


class CannotCarryOverError(Exception):
    """This database cannot be carried over. The message is one line and says why."""


@dataclass(frozen=True)
class CarriedOver:
    """How many pages typed with a lost key were sealed again, and how many had expired."""

    resealed: int
    expired: int


def carry_over(*, now: datetime) -> CarriedOver | None:
    """Change tables, stored values and the record of migrations. None: there is nothing to carry over.

    Raises CannotCarryOverError for a database that is not complete, that has events without a check code,
    or whose values do not open with the present keys; and DatabaseError. In each case nothing is changed.
    """
    if not old_database.is_old(old_database.applied_migrations()):
        return None
    # One transaction. On SQLite its foreign keys are off, for tables are rebuilt; they are checked at the
    # end.
    with connection.schema_editor() as editor:
        _refuse_an_incomplete_database()
        was, present = _models()
        _refuse_events_without_a_code(was)
        with _triggers_kept(editor, "screening_auditevent"):
            _change_tables(editor, was, present)
        carried = _move_stashed_pages(editor, was, present, now)
        _rename_what_is_stored()
        _rewrite_the_record_of_migrations()
    return carried


# What is refused --------------------------------------------------------------------------------------------


def _refuse_an_incomplete_database() -> None:
    applied = {entry for entry in old_database.applied_migrations() if entry[0] in old_database.MIGRATIONS}
    complete = {(app, name) for app, names in old_database.MIGRATIONS.items() for name in names}
    if missing := sorted(complete - applied):
        raise CannotCarryOverError(
            f"this database lacks {'.'.join(missing[0])}: run `python manage.py bootstrap` of the last "
            f"version "
            "before 28 November 2026 first"
        )
    if unknown := sorted(applied - complete):
        raise CannotCarryOverError(f"this database also has {'.'.join(unknown[0])}, which is not known here")


def _refuse_events_without_a_code(was: Apps) -> None:
    events = _model(was, "screening.AuditEvent")._default_manager.filter(check_code=None).order_by("pk")
    number = events.count()
    if number:
        raise CannotCarryOverError(
            f"{number} events of the record have no check code, the first is event {events[0].pk}: they "
            f"are from "
            "before events carried one, and nothing vouches for them"
        )


# Tables -----------------------------------------------------------------------------------------------------


def _models() -> tuple[Apps, Apps]:
    """The models as the old database has them, and as the first two migrations make them."""
    state = MigrationLoader(None).project_state([(app, _PRESENT[-1]) for app in old_database.MIGRATIONS])
    old = state.clone()
    old.rename_model("screening", "StashedPage", "KeptPage")
    old.rename_field("screening", "keptpage", "expires_at", "kept_until")
    old.rename_field("screening", "submission", "erased_at", "emptied_at")
    old.remove_field("questionnaire", "section", "grows_stale")
    optional = models.CharField(max_length=80, null=True)
    old.alter_field("screening", "auditevent", "check_code", optional, preserve_default=True)
    old.remove_constraint("screening", "auditevent", "audit_once")
    old.add_constraint("screening", "auditevent", _CODES_WERE_OPTIONAL)
    return old.apps, state.apps


def _change_tables(editor: BaseDatabaseSchemaEditor, was: Apps, present: Apps) -> None:
    old, new = _model(was, "screening.Submission"), _model(present, "screening.Submission")
    editor.alter_field(old, _field(old, "emptied_at"), _field(new, "erased_at"))
    section = _model(present, "questionnaire.Section")
    editor.add_field(_model(was, "questionnaire.Section"), _field(section, "grows_stale"))
    old, new = _model(was, "screening.AuditEvent"), _model(present, "screening.AuditEvent")
    editor.remove_constraint(old, _CODES_WERE_OPTIONAL)
    editor.alter_field(new, _field(old, "check_code"), _field(new, "check_code"))
    editor.add_constraint(new, new._meta.constraints[0])


def _model(apps: Apps, label: str) -> Any:
    return apps.get_model(label)


def _field(model: Any, name: str) -> Any:
    return model._meta.get_field(name)


@contextmanager
def _triggers_kept(editor: BaseDatabaseSchemaEditor, table: str) -> Iterator[None]:
    """SQLite drops a table's triggers when it rebuilds the table: make them again. PostgreSQL rebuilds
    none."""
    statements: list[str] = []
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
            statements = [statement for (statement,) in cursor.fetchall()]
    yield
    for statement in statements:
        editor.execute(statement)


# Rows -------------------------------------------------------------------------------------------------------


def _move_stashed_pages(
    editor: BaseDatabaseSchemaEditor, was: Apps, present: Apps, now: datetime
) -> CarriedOver:
    """Into the table of their new name, to which their sealed text is bound. Expired ones are not taken
    along."""
    old, new = _model(was, "screening.KeptPage"), _model(present, "screening.StashedPage")
    editor.create_model(new)
    waiting = list(old._default_manager.filter(kept_until__gt=now))
    expired = old._default_manager.exclude(kept_until__gt=now).count()
    for row in waiting:
        page = new(uuid=row.uuid, key_hash=row.key_hash, expires_at=row.kept_until, typed=_sealed_again(row))
        page.save(force_insert=True)
    editor.execute("DROP TABLE screening_keptpage")
    return CarriedOver(len(waiting), expired)


def _sealed_again(row: Any) -> bytes:
    try:
        typed = encryption.unseal(row.typed, purpose=f"keptpage:{row.uuid}:typed")
    except encryption.DecryptionError as error:
        raise CannotCarryOverError(f"{error}: put back the keys that this database was used with") from None
    return encryption.seal(typed, purpose=f"stashedpage:{row.uuid}:typed")


def _rename_what_is_stored() -> None:
    """The kind of object that permissions are about, and the tasks that may still wait."""
    kind = ContentType.objects.filter(app_label="screening", model="keptpage")
    for permission in Permission.objects.filter(content_type__in=kind):
        permission.codename = permission.codename.replace("keptpage", "stashedpage")
        permission.name = permission.name.replace("kept page", "stashed page")
        permission.save(update_fields=["codename", "name"])
    kind.update(model="stashedpage")
    for was, path in _TASKS.items():
        DBTaskResult.objects.filter(task_path=was).update(task_path=path)


def _rewrite_the_record_of_migrations() -> None:
    recorder = MigrationRecorder(connection)
    for app, names in old_database.MIGRATIONS.items():
        for name in names:
            recorder.record_unapplied(app, name)
        for name in _PRESENT:
            recorder.record_applied(app, name)
