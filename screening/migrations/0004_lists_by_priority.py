"""The indexes by which the lists of the desk are read in the order of their priority.

Apart from the migration before: PostgreSQL builds no index on rows that were changed in the same transaction.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("screening", "0003_alarms_that_last")]

    operations = [
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(
                fields=["state", "desk", "alarm", "priority", "submitted_at", "id"],
                name="submission_priority",
            ),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(
                fields=["state", "alarm", "priority", "submitted_at", "id"], name="submission_needs_a_person"
            ),
        ),
    ]
