"""Links for one patient, as pages read them. Written by actions/invitations.py."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from screening.core import encryption
from screening.models import Invitation, Submission

MOST_TRIES = 10
"""So many wrong dates of birth in a row close the link for good: the person who has it is somebody else."""
NOT_SENT = Q(submission=None) | Q(submission__state=Submission.State.DRAFT)
"""Answers have not come by it yet."""


def find_invitation(key: str, *, now: datetime) -> Invitation | None:
    """The invitation this link belongs to, as long as it can be used. One that cannot be used never was."""
    usable = list_current_invitations(now).filter(NOT_SENT, tries__lt=MOST_TRIES).select_related("submission")
    return usable.filter(token_hash=hash_invitation_key(key)).first()


def list_pending_invitations(*, now: datetime) -> QuerySet[Invitation]:
    """Those whose answers have not come yet, the newest first; also those that too many wrong dates have
    closed."""
    pending = list_current_invitations(now).filter(NOT_SENT)
    return pending.select_related("made_by", "submission").order_by("-id")


def list_current_invitations(now: datetime) -> QuerySet[Invitation]:
    """Those that were not taken back and have not ended."""
    return Invitation.objects.filter(revoked_at=None, expires_at__gt=now)


def read_invited_person(invitation: Invitation) -> dict[str, str]:
    """Name and birth date it was made for; empty where it was made for nobody by name. Raises
    DecryptionError."""
    if invitation.identity is None:
        return {}
    return encryption.unseal(invitation.identity, purpose=identity_purpose(invitation))


def identity_purpose(invitation: Invitation) -> str:
    """What the sealed name and birth date are bound to."""
    return f"invitation:{invitation.uuid}:identity"


def hash_invitation_key(key: str) -> str:
    """What the database keeps of the key in a link."""
    return encryption.keyed_hash(key, purpose="invitation")
