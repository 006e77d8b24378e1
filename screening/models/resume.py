"""Saving a form for later, and the page that was typed when the key to it was lost. Written by
actions/resume.py."""

from __future__ import annotations

import uuid

from django.db import models


class Resumable(models.Model):
    """How a patient opens a saved form again, and whether they took it back; on the submission's own row."""

    resume_hash = models.CharField(max_length=64, unique=True, null=True)
    """Keyed hash of the code and the year of birth together; null while the form was not saved for later."""
    resume_until = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    """When the patient withdrew what they had sent."""
    erased_at = models.DateTimeField(null=True)
    """When its content was destroyed."""

    class Meta:
        abstract = True


class StashedPage(models.Model):
    """One page as it was typed on a device whose key to the form was lost or too old. It lasts half an
    hour."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    key_hash = models.CharField(max_length=64, unique=True)
    """Of the one-time key that the page itself carries; no cookie and no session leads here."""
    typed = models.BinaryField()
    """Encrypted: {"values": {name: [values]}}, "seen" among the names. Bound to
    "stashedpage:<uuid>:typed"."""
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"stashed page {self.pk}"
