"""The record of events, as pages read it. Written by actions/audit.py."""

from __future__ import annotations

from django.db.models import QuerySet

from screening.models import AuditEvent


def list_events(object_type: str, object_id: str) -> QuerySet[AuditEvent]:
    """Every event of one object, newest first: who looked at it, and what they did."""
    return AuditEvent.objects.filter(object_type=object_type, object_id=object_id).order_by("-id")
