"""Makes an installation ready: tables, the shipped questionnaires, roles; with --demo also accounts to try it with.

Idempotent. A questionnaire whose slug is already there is left alone: edits live in the database.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from questionnaire.models import Questionnaire
from screening import accounts

INSTRUMENTS = settings.BASE_DIR / "questionnaire" / "instruments"


class Command(BaseCommand):
    help = "Migrates, loads and publishes the shipped questionnaires, creates the roles. Safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="also create demo accounts and print them once")

    def handle(self, *, demo: bool, **options: Any) -> None:
        if demo and not settings.PLAIN_HTTP:
            raise CommandError("demo accounts have known passwords: --demo works only with DEMO=1 or DEBUG=1")
        try:
            self._prepare()
            accounts.create_roles()
            if demo:
                self._introduce(accounts.create_demo_accounts())
        except (DatabaseError, OSError) as error:
            raise CommandError(f"the database cannot be prepared: {str(error).splitlines()[0]}") from None

    def _prepare(self) -> None:
        database = settings.DATABASES["default"]
        if database["ENGINE"].endswith("sqlite3") and not database["NAME"].startswith("file:"):
            Path(database["NAME"]).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        for file in sorted(INSTRUMENTS.glob("*.yaml")):
            if not Questionnaire.objects.filter(slug=file.stem).exists():
                call_command("load_questionnaire", str(file), publish=True, stdout=self.stdout)
