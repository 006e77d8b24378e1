"""What happened, as an append-only record without health data: actor, action, object, time, request.

`record()` is called by the writers, inside the transaction of what it records. The database itself refuses to
change or delete an event; and a change that gets round the database is found out: every event carries a keyed
check of its own words, and every minute the new events are sealed together with the seal before them (see
audit_seals.py). Recording takes no lock, so patients never wait for one another; docs/decisions says why.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import islice

from screening.core import encryption
from screening.models import AuditEvent

_PURPOSE = "audit-event"
_BATCH = 1_000

ACTIONS = frozenset(
    {
        *(
            "account.sign-in",
            "account.sign-in-failed",
            "account.code-failed",
            "account.sign-out",
            "account.idle",
        ),
        *(
            "account.second-factor",
            "account.second-factor-removed",
            "account.recovery-codes",
            "account.password",
        ),
        *(
            "account.create",
            "account.invite",
            "account.join",
            "account.renew",
            "account.role",
            "account.deactivate",
        ),
        *("account.activate", "account.sessions-end"),
        *("submission.start", "submission.submit", "submission.leave", "submission.withdraw"),
        *("submission.save-for-later", "submission.resume", "submission.delete"),
        *("submission.view", "submission.export", "submission.print"),
        *("submissions.search", "submissions.export", "submissions.synthesize", "submissions.purge"),
        *("submissions.rejudge", "submission.purge"),
        *("review.claim", "review.assign", "review.note", "review.opinion", "review.decide", "review.reopen"),
        *("review.reached", "review.read", "review.assessed", "review.returned"),
        *("review.undo", "clinic.change", "clinic.test-mail"),
        *("kiosk.code",),
        *("invitation.make", "invitation.view", "invitation.revoke", "invitation.open", "invitation.refuse"),
        *("invitation.purge",),
        *("contact.ask", "contact.view", "contact.done", "contact.reopen", "contact.purge"),
    }
)
"""Every action there is. A new one is added here, so that readers of the record can know all of them."""


def record(
    *,
    actor: str,
    action: str,
    object_type: str,
    object_id: str,
    now: datetime,
    detail: Mapping[str, str | int | bool | list[str] | None] | None = None,
    request_id: str = "",
) -> None:
    """Add one event, in the caller's transaction. `detail` holds codes, counts and states, never an
    answer."""
    event = AuditEvent(
        at=now,
        actor=actor,
        action=action,
        object_type=object_type,
        object_id=object_id,
        request_id=request_id,
    )
    event.detail = dict(detail or {})
    _checked(event).save(force_insert=True)


def record_each(
    *, actor: str, action: str, object_type: str, object_ids: Iterable[str], now: datetime, request_id: str
) -> None:
    """Add the same event for each of many objects, in the caller's transaction."""
    common = {
        "at": now,
        "actor": actor,
        "action": action,
        "object_type": object_type,
        "request_id": request_id,
    }
    events = (_checked(AuditEvent(**common, object_id=object_id)) for object_id in object_ids)
    while batch := list(islice(events, _BATCH)):
        AuditEvent.objects.bulk_create(batch)


def _checked(event: AuditEvent) -> AuditEvent:
    if event.action not in ACTIONS:
        raise ValueError(f"{event.action} is not an action of the record: add it to audit.ACTIONS")
    event.check_code = check_code(event, salt=secrets.token_hex(8))
    return event


def check_code(event: AuditEvent, *, salt: str) -> str:
    """16 hex digits of chance and 64 that only this installation can work out from them and the event's
    words."""
    return salt + encryption.keyed_hash(salt + words_of(event), purpose=_PURPOSE)


def is_as_written(event: AuditEvent) -> bool:
    """Whether nobody has changed a word of this event since it was recorded."""
    salt, code = event.check_code[:16], event.check_code[16:]
    return encryption.is_keyed_hash(code, salt + words_of(event), purpose=_PURPOSE)


def words_of(event: AuditEvent) -> str:
    """All that an event says, the same on every database."""
    at = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    parts = [
        at,
        event.actor,
        event.action,
        event.object_type,
        event.object_id,
        event.detail,
        event.request_id,
    ]
    return json.dumps(parts, sort_keys=True, separators=(",", ":"))
