"""Adds a fresh key to ANSWER_KEYS, seals stored rows anew under it, and lets go of the old one: one step a run.

1. `rotate_keys` prints a new ANSWER_KEYS line: its new key seals, the old ones still open. Put it in place, restart.
2. `rotate_keys --reencrypt` seals every stored row under the new key, while patients go on.
3. `rotate_keys --retire` prints the line without the old keys, once no row needs them.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet

from screening.accounts.adapters import SecondFactorAdapter
from screening.core import encryption, keys
from screening.models import ContactRequest, Invitation, ReviewEntry, StashedPage, Submission

BATCH = 500
Row = Submission | ReviewEntry | StashedPage | ContactRequest | Invitation
SEALED_COLUMNS: tuple[tuple[type[Row], str], ...] = (
    (Submission, "response"),
    (Submission, "identity"),
    (ReviewEntry, "note"),
    (StashedPage, "typed"),
    (ContactRequest, "identity"),
    (Invitation, "identity"),
)
"""Every encrypted column; each value is bound to "<model in small letters>:<uuid>:<column>"."""


class Command(BaseCommand):
    help = "Prints ANSWER_KEYS with a fresh key; --reencrypt seals stored rows under it; --retire drops the old keys."

    def add_arguments(self, parser: CommandParser) -> None:
        step = parser.add_mutually_exclusive_group()
        step.add_argument("--reencrypt", action="store_true", help="seal every stored row under the newest key")
        step.add_argument("--retire", action="store_true", help="print ANSWER_KEYS without the keys no row needs")

    def handle(self, *, reencrypt: bool, retire: bool, **options: Any) -> None:
        if reencrypt:
            rows = sum(_reseal(model, column) for model, column in SEALED_COLUMNS)
            self.stdout.write(f"{rows + _reseal_second_factors()} values sealed anew")
        elif retire:
            old = any(True for model, column in SEALED_COLUMNS for _ in _under_old_keys(model, column))
            if old or any(True for _ in _second_factors_under_old_keys()):
                raise CommandError("some rows still need an old key: run `rotate_keys --reencrypt` first")
            self.stdout.write(f"ANSWER_KEYS={keys.only_primary(settings.ANSWER_KEYS)}")
        else:
            self.stdout.write(f"ANSWER_KEYS={keys.with_new_primary(settings.ANSWER_KEYS)}")


def _reseal(model: type[Row], column: str) -> int:
    """How many values of this column were sealed anew. What a patient saves meanwhile is under the new key anyway."""
    count = 0
    for row in _under_old_keys(model, column):
        blob, purpose = bytes(getattr(row, column)), f"{model._meta.model_name}:{row.uuid}:{column}"
        fresh = encryption.seal(encryption.unseal(blob, purpose=purpose), purpose=purpose)
        count += model._default_manager.filter(pk=row.pk, **{column: blob}).update(**{column: fresh})
    return count


def _under_old_keys(model: type[Row], column: str) -> Iterator[Row]:
    """Rows whose value in this column the present primary key did not seal, read in batches by key."""
    rows: QuerySet[Any] = model._default_manager.exclude(**{column: None}).only("uuid", column).order_by("pk")
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        yield from (row for row in batch if not encryption.sealed_by_primary(getattr(row, column)))
        last = batch[-1].pk


def _reseal_second_factors() -> int:
    """The same for the secrets of staff's authenticator apps and recovery codes."""
    count, adapter = 0, SecondFactorAdapter()
    for row, name in _second_factors_under_old_keys():
        fresh = {**row.data, name: adapter.encrypt(adapter.decrypt(row.data[name]))}
        count += Authenticator.objects.filter(pk=row.pk, data=row.data).update(data=fresh)
    return count


def _second_factors_under_old_keys() -> Iterator[tuple[Authenticator, str]]:
    for row in Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).order_by("pk"):
        for name in {"secret", "seed"} & row.data.keys():
            if not encryption.sealed_by_primary(base64.b64decode(row.data[name])):
                yield row, name
