"""How a patient's words go away: a draft deleted by its patient, a submission withdrawn, and what is kept no longer.

Deleting a draft leaves no row. Withdrawing leaves one that says so, for the staff; its content is destroyed at once if
nobody at the clinic has read it, else after the clinic's retention time. Audit events hold no content and stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.crypto import constant_time_compare

from screening.actions import audit, submissions
from screening.actions.submissions import AlreadySent
from screening.core import codes
from screening.core.actor import SYSTEM
from screening.core.response import Response
from screening.models import Invitation, StashedPage, Submission
from screening.queries.submission import FormNotFoundError, LoadedSubmission, purpose

_NOBODY = "00000000-0000-0000-0000-000000000000"


@transaction.atomic
def delete_draft(*, loaded: LoadedSubmission, now: datetime, request_id: str = "") -> None:
    """Destroy a form that was not sent, and every answer in it."""
    gone, _ = Submission.objects.filter(pk=loaded.row.pk, state=Submission.State.DRAFT).delete()
    if not gone:
        raise AlreadySent
    submissions.record("delete", loaded.row, now, request_id)


def withdrawal_code(row: Submission) -> str:
    """The secret code that withdraws this submission. It is kept nowhere: it is computed again when it is needed."""
    return codes.derive_code(str(row.uuid), purpose="withdrawal code")


@transaction.atomic
def withdraw(*, reference: str, code: str, now: datetime, request_id: str = "") -> None:
    """Take back what was sent. Raises FormNotFoundError for a wrong reference and a wrong code alike."""
    found = Submission.objects.select_for_update().filter(reference=reference, state=Submission.State.SUBMITTED)
    row = found.first()
    right = withdrawal_code(row) if row else codes.derive_code(_NOBODY, purpose="withdrawal code")
    if not constant_time_compare(code, right) or row is None:
        raise FormNotFoundError
    row.state, row.withdrawn_at = Submission.State.WITHDRAWN, now
    row.token_hash = row.token_expires_at = None
    row.revision += 1
    if row.opened_at is None:
        _empty(row, now)
    row.save()
    submissions.record("withdraw", row, now, request_id)


def _empty(row: Submission, now: datetime) -> None:
    """Destroy what it says: answers, identity, flags and their counts. The row stays, for whoever looks for it."""
    row.response = Response({}).sealed(purpose(row, "response"))
    row.identity, row.erased_at = None, now
    row.name_phone = row.name_birth = ""
    row.urgent = row.high = row.moderate = row.info = row.cannot_tell = 0
    row.flags.all().delete()
    Invitation.objects.filter(submission=row).update(identity=None)


@dataclass(frozen=True)
class Purged:
    """How many of each were destroyed."""

    drafts: int
    withdrawn: int
    retained: int
    pages: int


@transaction.atomic
def purge(*, retention_days: int, now: datetime) -> Purged:
    """Destroy drafts that can no longer be opened, withdrawn content, what was kept long enough, and kept pages.

    `retention_days` counts from the decision or the withdrawal; 0 keeps what was sent, and empties withdrawn forms now.
    """
    withdrawn = Q(state=Submission.State.WITHDRAWN)
    kept_since = now - timedelta(days=retention_days)
    closed = Q(state=Submission.State.SUBMITTED, desk=Submission.Desk.DONE, decided_at__lte=kept_since)
    old = closed | (withdrawn & Q(withdrawn_at__lte=kept_since))
    done = Purged(
        drafts=_delete(_unreachable_drafts(now)),
        retained=_delete_sent(Submission.objects.filter(old)) if retention_days else 0,
        withdrawn=0 if retention_days else _empty_all(Submission.objects.filter(withdrawn, erased_at=None), now),
        pages=_delete(StashedPage.objects.filter(expires_at__lte=now)),
    )
    _record(done, now)
    return done


def _delete(rows: QuerySet[Any]) -> int:
    count = rows.count()
    rows.delete()
    return count


def _delete_sent(rows: QuerySet[Submission]) -> int:
    """With the invitations they came by: a link that was used must not work again."""
    Invitation.objects.filter(submission__in=rows).delete()
    return _delete(rows)


def _unreachable_drafts(now: datetime) -> QuerySet[Submission]:
    """No device holds a key to them any more, and no code opens them."""
    no_device = Q(token_expires_at__isnull=True) | Q(token_expires_at__lte=now)
    no_code = Q(resume_until__isnull=True) | Q(resume_until__lte=now)
    return Submission.objects.filter(no_device & no_code, state=Submission.State.DRAFT)


def _empty_all(rows: QuerySet[Submission], now: datetime) -> int:
    found = list(rows.select_for_update())
    for row in found:
        _empty(row, now)
        row.save()
    return len(found)


def _record(done: Purged, now: datetime) -> None:
    if any(vars(done).values()):
        audit.record(
            actor=SYSTEM,
            action="submissions.purge",
            object_type="submissions",
            object_id="all",
            now=now,
            detail=dict(vars(done)),
        )
