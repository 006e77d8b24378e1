"""What happened, as an append-only record without health data: actor, action, object, time, request.

`record()` is called by the writers, inside the transaction of what it records. The database itself refuses to change
or delete an event.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import QuerySet

from screening.models import AuditEvent

PATIENT, SYSTEM = "patient", "system"
"""Actors that are not accounts; an account is "user:<id>"."""


def actor_of(user_id: int | None) -> str:
    """How an account is named in the record: by id, so that a renamed account stays the same one."""
    return SYSTEM if user_id is None else f"user:{user_id}"


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
    """Add one event, in the caller's transaction. `detail` holds codes, counts and states, never an answer."""
    AuditEvent.objects.create(
        at=now,
        actor=actor,
        action=action,
        object_type=object_type,
        object_id=object_id,
        detail=dict(detail or {}),
        request_id=request_id,
    )


def of(object_type: str, object_id: str) -> QuerySet[AuditEvent]:
    """Every event of one object, newest first: who looked at it, and what they did."""
    return AuditEvent.objects.filter(object_type=object_type, object_id=object_id).order_by("-id")
