"""What happened, and the seals on that record. Written by actions/audit.py and actions/audit_seals.py."""

from __future__ import annotations

from django.db import models


class AuditEvent(models.Model):
    """What happened, without health data. Append-only by trigger."""

    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    """"patient", "system" or "user:<id>"."""
    action = models.CharField(max_length=40)
    object_type = models.CharField(max_length=40)
    object_id = models.CharField(max_length=64)
    """The object's UUID or key; not a foreign key, so that the record outlives the object."""
    detail = models.JSONField(default=dict)
    request_id = models.CharField(max_length=36, blank=True)
    check_code = models.CharField(max_length=80)
    """What only this installation can work out from the event's words (actions/audit.py)."""

    class Meta:
        indexes = [models.Index(fields=["object_type", "object_id"], name="audit_object")]
        constraints = [models.UniqueConstraint(fields=["check_code"], name="audit_once")]

    def __str__(self) -> str:
        return f"{self.action} {self.object_type} {self.object_id}"


class AuditSeal(models.Model):
    """Some events, sealed together with the seal before them. Append-only by trigger."""

    number = models.PositiveIntegerField(primary_key=True)
    at = models.DateTimeField()
    last = models.BigIntegerField()
    """The greatest id of any event sealed so far."""
    ranges = models.JSONField()
    """The ids it covers: [[first, last], …]."""
    digest = models.CharField(max_length=64)
    code = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"seal {self.number}"
