"""Coming back to a form on any device, and what was typed with a lost key to it. Written by actions/resume.py."""

from __future__ import annotations

import uuid

from django.db import models


class ComesBack(models.Model):
    """How a patient finds their form again, and that they took it back; on the submission's own row."""

    resume_hash = models.CharField(max_length=64, unique=True, null=True)
    """Keyed hash of the code and the year of birth together; null while the form was not saved for later."""
    resume_until = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    """When the patient withdrew what they had sent."""
    emptied_at = models.DateTimeField(null=True)
    """When what it said was destroyed."""

    class Meta:
        abstract = True


class KeptPage(models.Model):
    """One page as it was typed on a device whose key to the form was lost or too old. Kept for half an hour."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    key_hash = models.CharField(max_length=64, unique=True)
    """Of the one-time key that the page itself carries; no cookie and no session leads here."""
    typed = models.BinaryField()
    """Encrypted: {"seen": str, "values": {name: [values]}}. Bound to "keptpage:<uuid>:typed"."""
    kept_until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"kept page {self.pk}"
