"""Prints a questionnaire as its readable native file."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from questionnaire import yaml_file
from questionnaire.actions import drafts, publishing
from questionnaire.management.readiness import require_database
from questionnaire.models import Version


class Command(BaseCommand):
    help = (
        "Prints the published version (or the draft with this number) as YAML; load_questionnaire "
        "reads it back."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--number", type=int, help="a version number; without it, the published version")

    @require_database()
    def handle(self, *, slug: str, number: int | None, **options: Any) -> None:
        """Raises CommandError where there is no such questionnaire."""
        version = _numbered(slug, number) if number is not None else publishing.find_published(slug)
        if version is None:
            which = f"version {number}" if number is not None else "published version"
            raise CommandError(f'there is no {which} of the questionnaire "{slug[:80]}"')
        frozen = version.published_at is not None
        definition = publishing.load_definition(version.pk) if frozen else drafts.read_draft(version)
        self.stdout.write(yaml_file.write_yaml(definition), ending="")


def _numbered(slug: str, number: int) -> Version | None:
    return Version.objects.filter(questionnaire__slug=slug, number=number).first()
