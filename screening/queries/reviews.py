"""The history of the work on a submission, as pages read it. Written by actions/reviews.py."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.models import User

from screening.core import encryption
from screening.models import ReviewEntry, Submission

UNDO_WINDOW = timedelta(seconds=10)
"""How long the last entry can be undone by its author."""


def find_last_entry(submission: Submission) -> ReviewEntry | None:
    """What was done last; None while nothing was."""
    return ReviewEntry.objects.filter(submission=submission).select_related("actor").order_by("-revision").first()


def may_undo(entry: ReviewEntry, user: User, now: datetime) -> bool:
    """Whether this person may still undo this entry, if it is the last one."""
    return entry.actor_id == user.pk and entry.kind != ReviewEntry.Kind.UNDO and now - entry.at <= UNDO_WINDOW


def read_note(entry: ReviewEntry) -> str:
    """The words of an entry's note; empty without one. Raises encryption.DecryptionError."""
    if entry.note is None:
        return ""
    return str(encryption.unseal(entry.note, purpose=note_purpose(entry))["words"])


def note_purpose(entry: ReviewEntry) -> str:
    """What the sealed note of this entry is bound to."""
    return f"reviewentry:{entry.uuid}:note"
