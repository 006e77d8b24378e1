"""Is the record of what happened as it was written? Names the first event or seal that is not."""

from __future__ import annotations

import sys
from contextlib import closing
from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from screening.actions import audit_seals
from screening.models import AuditEvent, AuditSeal


class Command(BaseCommand):
    help = "Checks the record of events; exits 1 and names the first that was changed, removed or put in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="name every one, not only the first")
        parser.add_argument(
            "--known", default="", metavar="CODE", help="the code of a seal that was noted down elsewhere"
        )

    def handle(self, *, all: bool, known: str, **options: Any) -> None:
        broken = audit_seals.broken_links(now=timezone.now(), known=known)
        with closing(broken):
            faults = list(broken) if all else list(islice(broken, 1))
        for fault in faults:
            self.stdout.write(f"broken: {fault}")
        if faults:
            sys.exit(1)
        last = AuditSeal.objects.order_by("-number").first()
        self.stdout.write(f"whole: {AuditEvent.objects.count()} events, {last.number if last else 0} seals")
        if last:
            self.stdout.write(f"newest seal: {last.code}  (note it down elsewhere; check with --known)")
