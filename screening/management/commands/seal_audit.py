"""Seals the new events of the record, once or again and again. Runs beside the server."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections
from django.utils import timezone

from screening import sealing


class Command(BaseCommand):
    help = "Seals the events that are not sealed yet; with --every, again and again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=int, default=0, metavar="SECONDS", help="keep on; 60 is a good number")

    def handle(self, *, every: int, **options: Any) -> None:
        while True:
            while sealing.seal(now=timezone.now()):
                pass
            if not every:
                return
            close_old_connections()
            time.sleep(every)
