"""Keys: making fresh ones, reading ANSWER_KEYS, and changing one for another. encryption.py uses them.

ANSWER_KEYS is a Tink keyset: its primary key seals, every key in it opens, so keys can be added and retired.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from functools import lru_cache

import tink
from google.protobuf.message import DecodeError
from tink import aead, secret_key_access
from tink.proto import tink_pb2

from screening import environment
from screening.environment import ConfigurationError, Environment

aead.register()

_UNUSABLE = "ANSWER_KEYS cannot be used: copy the whole line that `python manage.py generate_keys` printed"


class KeysetError(ConfigurationError):
    """ANSWER_KEYS is not a keyset. The message is one line."""


def new_secret() -> str:
    """A fresh SECRET_KEY: 64 random bytes."""
    return secrets.token_urlsafe(64)


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
    primary = [key for key in keyset.key if key.key_id == keyset.primary_key_id]
    return _line(tink_pb2.Keyset(primary_key_id=keyset.primary_key_id, key=primary).SerializeToString())


def check_keys(line: str) -> None:
    """Raises KeysetError unless this line is a usable keyset."""
    cipher_of(line)


@lru_cache(maxsize=4)
def cipher_of(line: str) -> aead.Aead:
    """What seals and opens with this keyset. Raises KeysetError."""
    try:
        handle = tink.proto_keyset_format.parse(_keyset(line).SerializeToString(), secret_key_access.TOKEN)
        return handle.primitive(aead.Aead)
    except tink.TinkError:
        raise KeysetError(_UNUSABLE) from None


@lru_cache(maxsize=4)
def primary_key_id(line: str) -> int:
    """The id of the key that seals. Raises KeysetError."""
    return _keyset(line).primary_key_id


def lend_keys() -> None:
    """Give this process random keys where none are set. Nothing sealed with them can be opened later."""
    known = Environment.read(environment.ENV_FILE)
    for name, fresh in (("SECRET_KEY", new_secret), ("ANSWER_KEYS", new_keys)):
        if not known.text(name):
            os.environ[name] = fresh()


def _keyset(line: str) -> tink_pb2.Keyset:
    try:
        padded = line.strip() + "=" * (-len(line.strip()) % 4)
        return tink_pb2.Keyset.FromString(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, DecodeError):
        raise KeysetError(_UNUSABLE) from None


def _line(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
