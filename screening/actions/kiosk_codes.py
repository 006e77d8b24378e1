"""The clinic's own tablet: a code that staff hand out starts one form on it, once, within ten minutes.

Codes are kept in the cache only, as keyed hashes; taking one out is what makes it work once.
"""

from __future__ import annotations

import secrets

from django.core.cache import cache
from django.db import transaction

from screening.actions import audit
from screening.core import codes
from screening.core.actor import Actor
from screening.core.encryption import keyed_hash

LIFETIME_SECONDS = 10 * 60
"""How long a code can be entered."""
_LENGTH = 6


@transaction.atomic
def create_kiosk_code(*, actor: Actor) -> str:
    """A code for one form, such as "K7M4QX"; the record says who made it, and not the code.

    Called for staff who may work on submissions.
    """
    code = "".join(secrets.choice(codes.LETTERS) for _ in range(_LENGTH))
    audit.record(
        actor=actor.code,
        action="kiosk.code",
        object_type="kiosk",
        object_id="",
        now=actor.now,
        request_id=actor.request_id,
    )
    cache.set(_cache_key(code), "waiting", LIFETIME_SECONDS)
    return code


def use_kiosk_code(typed: str) -> bool:
    """Whether this was a code that waits, however it is spaced. It does not wait any more. Called for
    anybody."""
    code = "".join(letter for letter in typed[:40].upper() if letter.isalnum())
    # Only one of two that type it at once finds something to delete.
    return cache.get(_cache_key(code)) == "waiting" and cache.delete(_cache_key(code))


def _cache_key(code: str) -> str:
    return f"kiosk:{keyed_hash(code, purpose='kiosk code')[:40]}"
