"""E-mail to people on duty that has not gone."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from screening.models import StaffMail

LATE = timedelta(minutes=5)
"""After this long a message that has not gone is a fault of the worker or the mail server."""


def late(*, now: datetime) -> list[StaffMail]:
    """Messages that should have gone by now, the oldest first; at most 100."""
    return list(waiting().filter(created_at__lte=now - LATE).order_by("created_at")[:100])


def waiting() -> QuerySet[StaffMail]:
    """Messages that have not gone yet."""
    return StaffMail.objects.filter(sent_at__isnull=True)
