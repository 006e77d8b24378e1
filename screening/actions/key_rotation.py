"""Sealing stored values anew under the newest key, while patients go on.

Called by the rotate_keys command only. Nothing is recorded as an event: a value says the same before and
after.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet

from screening.core import authenticator_secrets, encryption
from screening.models import ContactRequest, Invitation, ReviewEntry, StashedPage, Submission

BATCH = 500
Row = Submission | ReviewEntry | StashedPage | ContactRequest | Invitation
SEALED_COLUMNS: tuple[tuple[type[Row], str], ...] = (
    (Submission, "response"),
    (Submission, "identity"),
    (ReviewEntry, "note"),
    (StashedPage, "typed"),
    (ContactRequest, "identity"),
    (ContactRequest, "note"),
    (Invitation, "identity"),
)
"""Every encrypted column; each value is bound to "<model in small letters>:<uuid>:<column>"."""


def reseal_everything() -> int:
    """Seal every stored value under the newest key, and return how many were not.

    Raises DecryptionError at a value that no present key opens; what was sealed until then stays sealed.
    """
    rows = sum(_reseal_column(model, column) for model, column in SEALED_COLUMNS)
    return rows + _reseal_second_factors()


def needs_an_old_key() -> bool:
    """Whether some stored value is still sealed under a key that is not the newest."""
    old = any(True for model, column in SEALED_COLUMNS for _ in _under_old_keys(model, column))
    return old or any(True for _ in _second_factors_under_old_keys())


def _reseal_column(model: type[Row], column: str) -> int:
    """Seal this column's values anew and return how many. What is saved meanwhile is under the new key
    anyway."""
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
    count = 0
    for row, name in _second_factors_under_old_keys():
        secret = authenticator_secrets.unseal_secret(row.data[name])
        fresh = {**row.data, name: authenticator_secrets.seal_secret(secret)}
        count += Authenticator.objects.filter(pk=row.pk, data=row.data).update(data=fresh)
    return count


def _second_factors_under_old_keys() -> Iterator[tuple[Authenticator, str]]:
    for row in Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).order_by("pk"):
        for name in {"secret", "seed"} & row.data.keys():
            if not authenticator_secrets.is_sealed_by_primary(row.data[name]):
                yield row, name
