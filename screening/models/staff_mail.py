"""E-mail to people on duty. Written by actions/staff_mail.py."""

from __future__ import annotations

from django.db import models


class StaffMail(models.Model):
    """One e-mail to the people on duty that has to go, or went. It says that somebody should look, and
    nothing else."""

    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=80, blank=True)
    """The kind of the last failure, never its message."""

    class Meta:
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=models.Q(sent_at__isnull=True), name="mail_still_to_go"
            )
        ]

    def __str__(self) -> str:
        return f"staff mail {self.pk}, {'sent' if self.sent_at else 'waiting'}"
