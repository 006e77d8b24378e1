"""Patients who asked the clinic to call them. Written by actions/contact_requests.py."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ContactRequest(models.Model):
    """Somebody wants to be called, whether or not they ever send a form. Says who, never why."""

    class Outcome(models.TextChoices):
        REACHED = "reached", _("Reached")
        NO_ANSWER = "no-answer", _("Could not reach them after several tries")
        WRONG_NUMBER = "wrong-number", _("Wrong number")
        NOT_NEEDED = "not-needed", _("Not needed any more")

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    asked_at = models.DateTimeField()
    language = models.CharField(max_length=8)
    """The language of the page they asked on."""
    identity = models.BinaryField()
    """Encrypted: {"name", "phone", "birth_date" of somebody invited}. Bound to
    "contactrequest:<uuid>:identity"."""
    person = models.CharField(max_length=64, db_index=True)
    """Keyed hash of name and phone or birth date (queries/person_index.py), so that asking twice is one
    request."""
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    """How it ended; empty while it waits."""
    note = models.BinaryField(null=True)
    """Encrypted: {"words": str}, what was written about the outcome. Bound to
    "contactrequest:<uuid>:note"."""
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["asked_at"], name="contact_waiting", condition=models.Q(done_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"contact request {self.pk}, {'done' if self.done_at else 'waiting'}"
