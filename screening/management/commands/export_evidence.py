"""Writes one submission as frozen
evidence, for a court, an audit or another system. It holds answers and identity."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from screening.actions import audit
from screening.core import encryption
from screening.core.actor import SYSTEM
from screening.models import Submission
from screening.queries.submission import load_submission
from screening.reports.evidence import build_evidence


class Command(BaseCommand):
    help = (
        "Print one submission with its answers, its version and what the rules said, as JSON. The "
        "export is recorded."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("reference", metavar="REFERENCE")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError where there is no such submission, or it cannot be read."""
        reference = options["reference"].strip().upper()
        row = Submission.objects.filter(reference=reference, state=Submission.State.SUBMITTED).first()
        if row is None:
            raise CommandError(f"There is no submission {reference[:20]}")
        try:
            packet = build_evidence(load_submission(row))
        except encryption.DecryptionError as error:
            raise CommandError(str(error)) from None
        audit.record(
            actor=SYSTEM,
            action="submission.export",
            object_type="submission",
            object_id=str(row.uuid),
            now=timezone.now(),
        )
        self.stdout.write(json.dumps(packet, ensure_ascii=False, indent=1))
