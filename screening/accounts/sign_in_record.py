"""What is recorded about getting in and out: which account, what happened, never what was typed."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from screening.actions import audit
from screening.core.actor import SYSTEM, account_code


@transaction.atomic
def record_event(
    request: HttpRequest, action: str, user_id: int | None, detail: dict[str, Any] | None = None
) -> None:
    """One event about an account, done by its owner."""
    audit.record(
        actor=account_code(user_id),
        action=f"account.{action}",
        object_type="account",
        object_id="" if user_id is None else str(user_id),
        now=timezone.now(),
        detail=detail,
        request_id=getattr(request, "request_id", ""),
    )


@transaction.atomic
def record_failure(request: HttpRequest, action: str, username: str = "", user_id: int | None = None) -> None:
    """A wrong password or code. A name nobody has is not written down: it may be somebody's password."""
    if user_id is None and username:
        user_id = (
            get_user_model().objects.filter(username__iexact=username).values_list("pk", flat=True).first()
        )
    audit.record(
        actor=SYSTEM,
        action=f"account.{action}",
        object_type="account",
        object_id="" if user_id is None else str(user_id),
        now=timezone.now(),
        request_id=getattr(request, "request_id", ""),
    )
