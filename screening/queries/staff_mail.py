"""E-mail to people on duty that has not gone. Written by actions/staff_mail.py."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from screening.models import StaffMail

LATE = timedelta(minutes=5)
"""After this long a message that has not gone is a fault of the worker or the mail server."""
_MOST_SHOWN = 100


def list_late_mail(*, now: datetime) -> list[StaffMail]:
    """Messages that should have gone by now, the oldest first; at most 100."""
    late = list_unsent_mail().filter(created_at__lte=now - LATE)
    return list(late.order_by("created_at")[:_MOST_SHOWN])


def list_unsent_mail() -> QuerySet[StaffMail]:
    """Messages that have not gone yet."""
    return StaffMail.objects.filter(sent_at__isnull=True)
