"""Carries a database from before 28 November 2026 over to the present tables. It may be run again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from screening.actions import carry_over


class Command(BaseCommand):
    help = "Carries a database from before 28 November 2026 over to the present tables, or changes nothing."
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        """Raises CommandError with one line that says why it is refused."""
        try:
            carried = carry_over.carry_over(now=timezone.now())
        except carry_over.CannotCarryOverError as error:
            raise CommandError(f"nothing was changed: {error}") from None
        except DatabaseError as error:
            raise CommandError(f"nothing was changed: {' '.join(str(error).split())}") from None
        if carried is None:
            self.stdout.write("nothing to carry over: this database is not from before 28 November 2026")
            return
        self.stdout.write(
            f"carried over. Pages typed with a lost key: {carried.resealed} sealed again, "
            f"{carried.expired} expired "
            "and destroyed. Now run `python manage.py bootstrap`"
        )
