"""The clinic's own tablet: a code that staff hand out begins one form on it, once, within ten minutes.

Codes are kept in the cache only, as keyed hashes; taking one out is what makes it work once.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from django.core.cache import cache
from django.db import transaction

from screening.actions import audit
from screening.core import codes
from screening.core.encryption import keyed_hash

LASTS = 10 * 60
"""Seconds for which a code can be entered."""
_LENGTH = 6


@transaction.atomic
def new_code(*, actor: str, now: datetime, request_id: str = "") -> str:
    """A code for one form, such as "K7M4QX"; the record says who made it, and not the code."""
    code = "".join(secrets.choice(codes.LETTERS) for _ in range(_LENGTH))
    audit.record(actor=actor, action="kiosk.code", object_type="kiosk", object_id="", now=now, request_id=request_id)
    cache.set(_key(code), "waiting", LASTS)
    return code


def take(typed: str) -> bool:
    """Whether this was a code that waits, however it is spaced. It does not wait any more."""
    code = "".join(letter for letter in typed[:40].upper() if letter.isalnum())
    return cache.get(_key(code)) == "waiting" and cache.delete(_key(code))


def _key(code: str) -> str:
    return f"kiosk:{keyed_hash(code, purpose='kiosk code')[:40]}"
