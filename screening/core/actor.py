"""Who does something, when, and in answer to which request; and how each of them is named in the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.utils import timezone

from questionnaire.http import StaffRequest

PATIENT, SYSTEM = "patient", "system"
"""Codes of those who have no account."""


@dataclass(frozen=True)
class Actor:
    """A member of staff who does something. Every writer that staff call is given one."""

    user: User
    now: datetime
    """One moment for all that the request does."""
    request_id: str = ""

    @classmethod
    def of(cls, request: StaffRequest, *, now: datetime | None = None) -> Actor:
        """The person who sent this request. `now` if it was frozen already."""
        return cls(request.user, now or timezone.now(), request.request_id)

    @property
    def code(self) -> str:
        """How they are named in the record of events."""
        return account_code(self.user.pk)


def account_code(user_id: int | None) -> str:
    """An account by its id, such as "user:7", so that a renamed account stays the same one. None is the
    system."""
    return SYSTEM if user_id is None else f"user:{user_id}"
