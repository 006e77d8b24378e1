"""Makes an installation ready: tables, the shipped questionnaires, roles; with --demo also accounts to try it
with.

Idempotent. A questionnaire that is already there is never changed, for edits live in the database: a newer
shipped file becomes a draft, offered once in the editor.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from questionnaire import yaml_file
from questionnaire.actions import publishing
from questionnaire.definition import Definition
from questionnaire.document import compute_fingerprint
from questionnaire.models import Document, HistoryEvent, Questionnaire
from screening.actions import roles
from screening.core import old_database

INSTRUMENTS = settings.BASE_DIR / "questionnaire" / "instruments"


class Command(BaseCommand):
    help = "Migrates, loads and publishes the shipped questionnaires, creates the roles. Safe to run again."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--demo", action="store_true", help="also create demo accounts and print them once"
        )

    def handle(self, *, demo: bool, **options: Any) -> None:
        """Raises CommandError with one line that says what to do."""
        if demo and not settings.PLAIN_HTTP:
            raise CommandError("demo accounts are not for real patients: --demo needs DEMO=1 or DEBUG=1")
        try:
            _make_tables()
            for file in sorted(INSTRUMENTS.glob("*.yaml")):
                self._ship(file)
            roles.create_roles()
            if demo:
                self._introduce(roles.create_demo_accounts())
        except (DatabaseError, OSError) as error:
            raise CommandError(f"the database cannot be prepared: {' '.join(str(error).split())}") from None

    def _ship(self, file: Path) -> None:
        definition = yaml_file.read_yaml(file.read_text(encoding="utf-8"), file=file.name)
        if not Questionnaire.objects.filter(slug=definition.slug).exists():
            call_command("load_questionnaire", str(file), publish=True, stdout=self.stdout)
        elif not _already_offered(definition):
            note = f"shipped with a newer release ({compute_fingerprint(definition)})"
            version = publishing.create_draft(
                definition=definition, actor="system", now=timezone.now(), note=note
            )
            self.stdout.write(f"{version} is a draft made from the newer shipped file: see it in the editor")

    def _introduce(self, created: list[roles.DemoAccount]) -> None:
        if not created:
            return
        self.stdout.write("\nDemo accounts, shown this once:\n")
        for account in created:
            self.stdout.write(f"  {account.username:15} password {account.password}   {account.role}")


def _make_tables() -> None:
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        Path(database["NAME"]).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if old_database.is_old(old_database.applied_migrations()):
        raise CommandError(old_database.WHAT_TO_DO)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


def _already_offered(definition: Definition) -> bool:
    """Whether this very text was published here, or became a draft, whatever became of the draft since."""
    slug, text = definition.slug, compute_fingerprint(definition)
    published = Document.objects.filter(version__questionnaire__slug=slug, fingerprint=text)
    offered = HistoryEvent.objects.filter(
        version__questionnaire__slug=slug, action="created", reason__contains=text
    )
    return published.exists() or offered.exists()
