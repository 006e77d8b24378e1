"""Sealing answers and identity. Each sealed value is bound to its row and column: moved elsewhere, it does
not open."""

from __future__ import annotations

import json
from typing import Any

import tink
from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from screening.core import keys


class DecryptionError(Exception):
    """A stored value does not open: it was changed, moved to another row, or sealed under a key that is
    gone."""


def seal(plain: dict[str, Any], *, purpose: str) -> bytes:
    """The JSON of `plain`, encrypted and bound to `purpose`."""
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    return keys.cipher_of(settings.ANSWER_KEYS).encrypt(text.encode(), purpose.encode())


def unseal(blob: bytes | memoryview, *, purpose: str) -> dict[str, Any]:
    """What was sealed for this purpose. Raises DecryptionError if it was changed, moved, or belongs to
    another key."""
    try:
        text = keys.cipher_of(settings.ANSWER_KEYS).decrypt(bytes(blob), purpose.encode())
    except tink.TinkError:
        raise DecryptionError("a stored value does not open with the present ANSWER_KEYS") from None
    plain: dict[str, Any] = json.loads(text)
    return plain


def keyed_hash(text: str, *, purpose: str) -> str:
    """64 hex digits that only this installation can compute; equal texts of unequal purposes differ."""
    return _keyed_hash(text, purpose, settings.SECRET_KEY)


def is_keyed_hash(code: str, text: str, *, purpose: str) -> bool:
    """Whether this was its keyed hash, under the present SECRET_KEY or one of OLD_SECRET_KEYS."""
    known = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return any(constant_time_compare(code, _keyed_hash(text, purpose, key)) for key in known)


def _keyed_hash(text: str, purpose: str, key: str) -> str:
    return salted_hmac(f"beforehand.{purpose}", text, secret=key, algorithm="sha256").hexdigest()


def sealed_by_primary(blob: bytes | memoryview) -> bool:
    """Whether the present primary key sealed this value: Tink writes the key's id into its first five
    bytes."""
    return int.from_bytes(bytes(blob[1:5]), "big") == keys.primary_key_id(settings.ANSWER_KEYS)
