"""Prints what stands between a questionnaire and its publication."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from questionnaire import publishing
from questionnaire.management.readiness import prepared_database
from questionnaire.models import Version


class Command(BaseCommand):
    help = "Prints the problems of the newest draft, or of the published version where there is no draft."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")

    @prepared_database()
    def handle(self, *, slug: str, **options: Any) -> None:
        version = _to_check(slug)
        if version is None:
            raise CommandError(f'there is no draft or published version of the questionnaire "{slug[:80]}"')
        problems = publishing.problems(version, today=timezone.localdate())
        blocking = sum(problem.blocks for problem in problems)
        self.stdout.write(f"{version} ({version.get_state_display()})")
        for problem in problems:
            self.stdout.write(f"  {'blocks' if problem.blocks else 'note'}: {problem}")
        self.stdout.write(f"{blocking} blocking, {len(problems) - blocking} to note")
        if blocking:
            raise SystemExit(1)


def _to_check(slug: str) -> Version | None:
    versions = Version.objects.select_related("questionnaire").filter(questionnaire__slug=slug)
    drafts = versions.filter(state__in=[Version.State.DRAFT, Version.State.IN_REVIEW])
    return drafts.order_by("-number").first() or publishing.published(slug)
