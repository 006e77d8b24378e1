"""Destroys what is kept no longer: drafts nobody can open, withdrawn and long closed submissions. Run it
daily."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from screening.actions import contact_requests, erasure, invitations
from screening.queries import clinic


class Command(BaseCommand):
    help = (
        "Destroys expired drafts, withdrawn content, and closed submissions past the clinic's retention time."
    )

    def handle(self, **options: Any) -> None:
        now = timezone.now()
        done = erasure.purge_expired(retention_days=clinic.current().retention_days, now=now)
        called = contact_requests.purge_contacts(now=now)
        invited = invitations.purge_invitations(now=now)
        self.stdout.write(
            f"destroyed: {done.drafts} drafts, {done.withdrawn} withdrawn, {done.retained} past retention, "
            f"{done.pages} kept pages"
        )
        if called:
            self.stdout.write(f"destroyed: {called} requests to be contacted that were dealt with")
        if invited:
            self.stdout.write(f"destroyed: {invited} invitations that can no longer be used")
