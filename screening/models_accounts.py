"""Who works at the clinic: invitations to make an account, and the sessions that are open."""

from __future__ import annotations

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _


class StaffSession(AbstractBaseSession):
    """One browser that is signed in, or about to. What it holds is encrypted; see sessions.py."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    """So that a person's sessions can be listed and ended. None before signing in."""

    class Meta(AbstractBaseSession.Meta):
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    @classmethod
    def get_session_store_class(cls) -> type:
        from screening.sessions import SessionStore

        return SessionStore


class Invitation(models.Model):
    """A link that lets one person make an account with one role, or set a new password, once. See accounts.py."""

    token_hash = models.CharField(max_length=64, unique=True)
    role = models.CharField(max_length=20, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    """Whose password is set anew; None for a new account."""
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    note = models.CharField(max_length=60, blank=True)
    """For whom it is, in the administrator's words."""
    opened_at = models.DateTimeField(null=True)
    """When the link was exchanged: it opens once."""
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"invitation {self.pk}"
