"""Prints what stands between a questionnaire and its publication."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from questionnaire.actions import drafts, publishing
from questionnaire.management.proof_report import list_proof_lines
from questionnaire.management.readiness import require_database
from questionnaire.models import Version
from questionnaire.proof_results import ProofError


class Command(BaseCommand):
    help = "Prints the problems of the newest draft, or of the published version where there is no draft."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--full", action="store_true", help="prove it too, which takes some seconds")

    @require_database()
    def handle(self, *, slug: str, full: bool = False, **options: Any) -> None:
        """Raises CommandError where something blocks, or there is no such questionnaire."""
        version = _to_check(slug)
        if version is None:
            raise CommandError(f'there is no draft or published version of the questionnaire "{slug[:80]}"')
        problems = publishing.find_draft_problems(version, today=timezone.localdate())
        blocking = sum(problem.blocks for problem in problems)
        self.stdout.write(f"{version} ({version.get_state_display()})")
        for problem in problems:
            self.stdout.write(f"  {'blocks' if problem.blocks else 'note'}: {problem}")
        self.stdout.write(f"{blocking} blocking, {len(problems) - blocking} to note")
        if full and not blocking:
            blocking = self._prove(version)
        if blocking:
            raise SystemExit(1)

    def _prove(self, version: Version) -> int:
        """Prints the proofs; how many things block."""
        published = publishing.find_published(version.questionnaire.slug)
        previous = publishing.load_definition(published.pk) if published and published != version else None
        blocking = 0
        try:
            for line, blocks in list_proof_lines(drafts.read_draft(version), previous, version.successors):
                self.stdout.write(line)
                blocking += blocks
        except ProofError as error:
            raise CommandError(str(error)) from None
        return blocking


def _to_check(slug: str) -> Version | None:
    versions = Version.objects.select_related("questionnaire").filter(questionnaire__slug=slug)
    open_drafts = versions.filter(state__in=[Version.State.DRAFT, Version.State.IN_REVIEW])
    return open_drafts.order_by("-number").first() or publishing.find_published(slug)
