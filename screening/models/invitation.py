"""Links that staff made for one patient each. Written by actions/invitations.py."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class Invitation(models.Model):
    """A link for one patient. It can be opened again until the answers are sent, it ends, or is taken
    back."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    token_hash = models.CharField(max_length=64, unique=True)
    """Keyed hash of what stands in the link; the link itself is kept nowhere."""
    questionnaire = models.SlugField(max_length=80)
    language = models.CharField(max_length=8)
    identity = models.BinaryField(null=True)
    """Encrypted: {"name", "birth_date"}, both, and {"phone"} if the clinic gave one. None: made for nobody by
    name.

    Bound to "invitation:<uuid>:identity".
    """
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField(db_index=True)
    revoked_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    """When a form was first begun with it. Looking at the link changes nothing."""
    tries = models.PositiveSmallIntegerField(default=0)
    """Dates of birth typed in a row that were not this person's."""
    submission = models.OneToOneField(
        "screening.Submission", on_delete=models.SET_NULL, null=True, related_name="invitation"
    )
    """The form last begun with it. While that is a draft the link still works; once it was sent it never does
    again."""

    def __str__(self) -> str:
        return f"invitation {self.pk}"
