"""What the database itself refuses: to change or delete an event, a seal or a state of the clinic's settings, and to
change an entry of a review's history in anything but its note, which has to be sealed again under a new key.

SQLite drops a table's triggers when a later migration rebuilds that table: such a migration adds them again.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

APPEND_ONLY = ("screening_auditevent", "screening_auditseal", "screening_clinicsettings")
HISTORY = "screening_reviewentry"
FROZEN = "id, uuid, submission_id, revision, at, actor_id, kind, assignee_id, flag, opinion, decision, before, undoes_id"
"""Every column of an entry but its note."""
QUOTED = ", ".join(f'"{column}"' for column in FROZEN.split(", "))


def add(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        _add_on_postgresql(schema_editor)
    else:
        _add_on_sqlite(schema_editor)


def _add_on_postgresql(schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.execute(
        """
            CREATE FUNCTION screening_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'rows of % are append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
            END $$
            """,
        params=None,  # a lone % stands in the message
    )
    for table in APPEND_ONLY:
        schema_editor.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION screening_append_only()"
        )
    schema_editor.execute(
        f"CREATE TRIGGER {HISTORY}_frozen BEFORE UPDATE OF {QUOTED} ON {HISTORY} "
        "FOR EACH ROW EXECUTE FUNCTION screening_append_only()"
    )


def _add_on_sqlite(schema_editor: BaseDatabaseSchemaEditor) -> None:
    for table in APPEND_ONLY:
        for event in ("UPDATE", "DELETE"):
            schema_editor.execute(
                f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are append-only'); END"
            )
    schema_editor.execute(
        f"CREATE TRIGGER {HISTORY}_frozen BEFORE UPDATE OF {QUOTED} ON {HISTORY} "
        f"BEGIN SELECT RAISE(ABORT, 'rows of {HISTORY} are append-only'); END"
    )


def remove(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION screening_append_only() CASCADE")
        return
    schema_editor.execute(f"DROP TRIGGER {HISTORY}_frozen")
    for table in APPEND_ONLY:
        for event in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER {table}_no_{event}")


class Migration(migrations.Migration):
    dependencies = [("screening", "0001_schema")]

    operations = [migrations.RunPython(add, remove, elidable=False)]
