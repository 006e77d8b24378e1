"""Sealing answers and identity: the one place that knows keys.

Every sealed value is bound to its purpose (row and column), so that a value moved to another row does not open.
ANSWER_KEYS is a Tink keyset: its primary key seals, every key in it opens, so keys can be added and retired.
"""

from __future__ import annotations

import base64
import binascii
import json
from functools import lru_cache
from typing import Any

import tink
from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac
from google.protobuf.message import DecodeError
from tink import aead, secret_key_access
from tink.proto import tink_pb2

from screening.environment import ConfigurationError

aead.register()

_UNUSABLE = "ANSWER_KEYS cannot be used: copy the whole line that `python manage.py generate_keys` printed"


class DecryptionError(Exception):
    """A stored value does not open: it was changed, moved to another row, or sealed under a key that is gone."""


class KeysetError(ConfigurationError):
    """ANSWER_KEYS is not a keyset. The message is one line."""


def seal(plain: dict[str, Any], *, purpose: str) -> bytes:
    """The JSON of `plain`, encrypted and bound to `purpose`."""
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    return _cipher(settings.ANSWER_KEYS).encrypt(text.encode(), purpose.encode())


def unseal(blob: bytes | memoryview, *, purpose: str) -> dict[str, Any]:
    """What was sealed for this purpose; `DecryptionError` if it was changed, moved or belongs to another key."""
    try:
        text = _cipher(settings.ANSWER_KEYS).decrypt(bytes(blob), purpose.encode())
    except tink.TinkError:
        raise DecryptionError("a stored value does not open with the present ANSWER_KEYS") from None
    plain: dict[str, Any] = json.loads(text)
    return plain


def keyed_hash(text: str, *, purpose: str) -> str:
    """64 hex digits that only this installation can compute; equal texts of unequal purposes differ."""
    return _keyed_hash(text, purpose, settings.SECRET_KEY)


def is_keyed_hash(code: str, text: str, *, purpose: str) -> bool:
    """Whether this was its keyed hash, under the present SECRET_KEY or one of OLD_SECRET_KEYS."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return any(constant_time_compare(code, _keyed_hash(text, purpose, key)) for key in keys)


def _keyed_hash(text: str, purpose: str, key: str) -> str:
    return salted_hmac(f"beforehand.{purpose}", text, secret=key, algorithm="sha256").hexdigest()


def new_keys() -> str:
    """A fresh keyset with one key, as one line for ANSWER_KEYS."""
    handle = tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM)
    return _line(tink.proto_keyset_format.serialize(handle, secret_key_access.TOKEN))


def with_new_primary(line: str) -> str:
    """The keyset of this line plus one fresh key, which seals from now on; the old keys still open."""
    keyset = _keyset(line)
    fresh = _keyset(new_keys())
    while fresh.primary_key_id in {key.key_id for key in keyset.key}:
        fresh = _keyset(new_keys())
    keyset.key.extend(fresh.key)
    keyset.primary_key_id = fresh.primary_key_id
    return _line(keyset.SerializeToString())


def only_primary(line: str) -> str:
    """The keyset of this line without its retired keys: fit for use once everything is sealed anew."""
    keyset = _keyset(line)
    kept = [key for key in keyset.key if key.key_id == keyset.primary_key_id]
    return _line(tink_pb2.Keyset(primary_key_id=keyset.primary_key_id, key=kept).SerializeToString())


def sealed_by_primary(blob: bytes | memoryview) -> bool:
    """Whether the present primary key sealed this value: Tink writes the key's id into its first five bytes."""
    return int.from_bytes(bytes(blob[1:5]), "big") == _primary_key_id(settings.ANSWER_KEYS)


def check_keys(line: str) -> None:
    """Raise `KeysetError` unless this line is a usable keyset."""
    _cipher(line)


@lru_cache(maxsize=4)
def _cipher(line: str) -> aead.Aead:
    try:
        handle = tink.proto_keyset_format.parse(_keyset(line).SerializeToString(), secret_key_access.TOKEN)
        return handle.primitive(aead.Aead)
    except tink.TinkError:
        raise KeysetError(_UNUSABLE) from None


@lru_cache(maxsize=4)
def _primary_key_id(line: str) -> int:
    return _keyset(line).primary_key_id


def _keyset(line: str) -> tink_pb2.Keyset:
    try:
        padded = line.strip() + "=" * (-len(line.strip()) % 4)
        return tink_pb2.Keyset.FromString(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, DecodeError):
        raise KeysetError(_UNUSABLE) from None


def _line(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
