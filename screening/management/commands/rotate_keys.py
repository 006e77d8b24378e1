"""Adds a fresh key to ANSWER_KEYS, seals stored rows anew under it, and lets go of the old one: one step a run.

1. `rotate_keys` prints a new ANSWER_KEYS line: its new key seals, the old ones still open. Put it in place, restart.
2. `rotate_keys --reencrypt` seals every stored row under the new key, while patients go on.
3. `rotate_keys --retire` prints the line without the old keys, once no row needs them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet

from screening import encryption
from screening.models import Submission

BATCH = 500
SEALED_COLUMNS = ("response", "identity")
"""The encrypted columns of a submission; each is bound to "submission:<uuid>:<column>"."""


class Command(BaseCommand):
    help = "Prints ANSWER_KEYS with a fresh key; --reencrypt seals stored rows under it; --retire drops the old keys."

    def add_arguments(self, parser: CommandParser) -> None:
        step = parser.add_mutually_exclusive_group()
        step.add_argument("--reencrypt", action="store_true", help="seal every stored row under the newest key")
        step.add_argument("--retire", action="store_true", help="print ANSWER_KEYS without the keys no row needs")

    def handle(self, *, reencrypt: bool, retire: bool, **options: Any) -> None:
        if reencrypt:
            self.stdout.write(f"{sum(_reseal(column) for column in SEALED_COLUMNS)} values sealed anew")
        elif retire:
            if any(True for column in SEALED_COLUMNS for _ in _under_old_keys(column)):
                raise CommandError("some rows still need an old key: run `rotate_keys --reencrypt` first")
            self.stdout.write(f"ANSWER_KEYS={encryption.only_primary(settings.ANSWER_KEYS)}")
        else:
            self.stdout.write(f"ANSWER_KEYS={encryption.with_new_primary(settings.ANSWER_KEYS)}")


def _reseal(column: str) -> int:
    """How many values of this column were sealed anew. What a patient saves meanwhile is under the new key anyway."""
    count = 0
    for submission in _under_old_keys(column):
        blob, purpose = bytes(getattr(submission, column)), f"submission:{submission.uuid}:{column}"
        fresh = encryption.seal(encryption.unseal(blob, purpose=purpose), purpose=purpose)
        count += Submission.objects.filter(pk=submission.pk, **{column: blob}).update(**{column: fresh})
    return count


def _under_old_keys(column: str) -> Iterator[Submission]:
    """Submissions whose value in this column the present primary key did not seal, read in batches by key."""
    rows: QuerySet[Submission] = Submission.objects.exclude(**{column: None}).only("uuid", column).order_by("pk")
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        yield from (row for row in batch if not encryption.sealed_by_primary(getattr(row, column)))
        last = batch[-1].pk
