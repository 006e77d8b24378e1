"""Invitations are signed links (people.py): nothing about them is stored."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("screening", "0006_come_back")]

    operations = [migrations.DeleteModel(name="Invitation")]
