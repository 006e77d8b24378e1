"""An alarm is stored with its submission, and so are its place in the lists and whether its patient can be reached.

What was sent before gets what its flags and its history say. Whether anybody was meant to be reached by phone is read
from the identity, where an alarm stands; no table with triggers is rebuilt but for columns that may be empty.
"""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from screening.core import encryption

BATCH = 1_000
SEVERITIES = ("urgent", "high", "moderate", "info")


def set_alarms(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    rows = apps.get_model("screening", "Submission").objects
    sent = list(rows.filter(state="submitted").order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(sent), BATCH):
        batch = rows.filter(pk__in=sent[start : start + BATCH]).defer("response")
        rows.bulk_update(_prepare(list(batch), apps), ["alarm", "priority", "reachable"])


def _prepare(batch: list[Any], apps: Apps) -> list[Any]:
    flags = apps.get_model("screening", "RaisedFlag").objects
    unjudged = set(
        flags.filter(severity="urgent", verdict="raised", opinion="", submission__in=batch).values_list(
            "submission_id", flat=True
        )
    )
    for row in batch:
        if row.desk != "done":
            row.alarm = row.assessment == "not-assessed" or row.pk in unjudged
        row.reachable = not row.alarm or _is_reachable(row)
        pressing = row.urgent or row.assessment == "not-assessed"
        rank = (
            0 if pressing else next((place for place, name in enumerate(SEVERITIES) if getattr(row, name)), 4)
        )
        row.priority = 2 * (5 + rank) + (0 if pressing and not row.reachable else 1)
    return batch


def _is_reachable(row: Any) -> bool:
    """Whether they gave a phone number or an e-mail address. What cannot be decrypted is not said to be missing."""
    if row.identity is None:
        return False
    try:
        identity = encryption.unseal(row.identity, purpose=f"submission:{row.uuid}:identity")
    except encryption.DecryptionError:
        return True
    return bool(identity.get("phone") or identity.get("email"))


class Migration(migrations.Migration):
    dependencies = [("screening", "0002_triggers")]

    operations = [
        migrations.RemoveIndex(model_name="submission", name="submission_needs_a_person"),
        migrations.AddField(model_name="submission", name="alarm", field=models.BooleanField(default=False)),
        migrations.AddField(
            model_name="submission", name="priority", field=models.PositiveSmallIntegerField(default=19)
        ),
        migrations.AddField(
            model_name="submission", name="reachable", field=models.BooleanField(default=True)
        ),
        migrations.AddField(
            model_name="contactrequest",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("reached", "Reached"),
                    ("no-answer", "Could not reach them after several tries"),
                    ("wrong-number", "Wrong number"),
                    ("not-needed", "Not needed any more"),
                ],
                default="",
                max_length=12,
            ),
            preserve_default=False,
        ),
        migrations.AddField(model_name="contactrequest", name="note", field=models.BinaryField(null=True)),
        migrations.AlterField(
            model_name="reviewentry",
            name="kind",
            field=models.CharField(
                choices=[
                    ("claim", "took it"),
                    ("assign", "assigned it"),
                    ("note", "wrote a note"),
                    ("opinion", "looked at a flag"),
                    ("decide", "decided"),
                    ("reopen", "opened it again"),
                    ("reached", "reached the patient"),
                    ("read", "read all answers"),
                    ("assessed", "assessed it again"),
                    ("returned", "returned it to the queue"),
                    ("undo", "undid that"),
                ],
                max_length=8,
            ),
        ),
        migrations.RunPython(set_alarms, migrations.RunPython.noop, elidable=True),
    ]
