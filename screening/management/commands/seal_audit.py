"""Seals the new events of the record, once or again and again. Runs beside the server."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from screening.actions import audit_seals

log = logging.getLogger("screening.actions.audit")


class Command(BaseCommand):
    help = "Seals the events that are not sealed yet; with --every, again and again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--every", type=int, default=0, metavar="SECONDS", help="keep on; 60 is a good number"
        )

    def handle(self, *, every: int, **options: Any) -> None:
        while every:
            try:
                _seal()
            except DatabaseError as error:  # busy or away: the next round seals what this one did not
                log.warning("the record could not be sealed", extra={"error": type(error).__name__})
            close_old_connections()
            time.sleep(every)
        _seal()


def _seal() -> None:
    while audit_seals.seal(now=timezone.now()):
        pass
