"""The history of a review is never rewritten: the database refuses to change an entry, but for sealing its note anew.

SQLite drops a table's triggers when a later migration rebuilds that table: such a migration adds them again.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLE = "screening_reviewentry"
FROZEN = (
    "id, uuid, submission_id, revision, at, actor_id, kind, assignee_id, flag, opinion, decision, before, undoes_id"
)
QUOTED = ", ".join(f'"{column}"' for column in FROZEN.split(", "))


def add(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE TRIGGER {TABLE}_frozen BEFORE UPDATE OF {QUOTED} ON {TABLE} "
            "FOR EACH ROW EXECUTE FUNCTION screening_append_only()"
        )
        return
    schema_editor.execute(
        f"CREATE TRIGGER {TABLE}_frozen BEFORE UPDATE OF {QUOTED} ON {TABLE} "
        f"BEGIN SELECT RAISE(ABORT, 'rows of {TABLE} are append-only'); END"
    )


def remove(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    on = f" ON {TABLE}" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP TRIGGER {TABLE}_frozen{on}")


class Migration(migrations.Migration):
    dependencies = [("screening", "0003_review_desk")]

    operations = [migrations.RunPython(add, remove, elidable=False)]
