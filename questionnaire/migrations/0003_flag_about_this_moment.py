"""A flag can say that it is about this moment. No table with triggers is touched."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("questionnaire", "0002_triggers")]

    operations = [
        migrations.AddField(
            model_name="flag",
            name="happening_now",
            field=models.BooleanField(default=False),
        )
    ]
