"""Prints fresh keys, fit for an env file. Needs no settings."""

from typing import Any

from django.core.management.base import BaseCommand

from screening.core.keys import new_keys, new_secret


class Command(BaseCommand):
    help = (
        "Prints fresh SECRET_KEY and ANSWER_KEYS lines for an env file. Keep them apart from the "
        "database's backups."
    )
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        self.stdout.write(f"SECRET_KEY={new_secret()}")
        self.stdout.write(f"ANSWER_KEYS={new_keys()}")
