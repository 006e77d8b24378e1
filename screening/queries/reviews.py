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
    return (
        ReviewEntry.objects.filter(submission=submission)
        .select_related("actor")
        .order_by("-revision")
        .first()
    )


NOT_UNDONE = frozenset({ReviewEntry.Kind.UNDO, ReviewEntry.Kind.ASSESSED, ReviewEntry.Kind.RETURNED})
"""Steps that stay: flags that were written, and work that was taken from somebody who cannot do it any
more."""


def may_undo(entry: ReviewEntry, user: User, now: datetime) -> bool:
    """Whether this person may still undo this entry, if it is the last one."""
    return entry.actor_id == user.pk and entry.kind not in NOT_UNDONE and now - entry.at <= UNDO_WINDOW


def read_note(entry: ReviewEntry) -> str:
    """The words of an entry's note; empty without one. Raises encryption.DecryptionError."""
    return _read_sealed(entry, "words")


def read_unjudged_reason(entry: ReviewEntry) -> str:
    """Why an outcome was set while urgent flags had no opinion; mostly empty. Raises
    encryption.DecryptionError."""
    return _read_sealed(entry, "unjudged")


def _read_sealed(entry: ReviewEntry, name: str) -> str:
    if entry.note is None:
        return ""
    return str(encryption.unseal(entry.note, purpose=note_purpose(entry)).get(name, ""))


def note_purpose(entry: ReviewEntry) -> str:
    """What the sealed note of this entry is bound to."""
    return f"reviewentry:{entry.uuid}:note"
