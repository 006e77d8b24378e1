"""Who asked to be called and still waits. Written by actions/contact_requests.py."""

from __future__ import annotations

from django.db.models import QuerySet

from screening.models import ContactRequest


def list_waiting_contacts() -> QuerySet[ContactRequest]:
    """Who still has to be called, the longest waiting first."""
    return ContactRequest.objects.filter(done_at__isnull=True).order_by("asked_at", "id")
