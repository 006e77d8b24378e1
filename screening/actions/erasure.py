"""How a patient's words go away: a draft deleted by its patient, a submission withdrawn, and what is kept no
longer.

Deleting a draft leaves no row. Withdrawing leaves one that says so, for the staff; its content is destroyed
at once if nobody at the clinic has read it, else after the clinic's retention time. Audit events hold no
content and stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.crypto import constant_time_compare

from screening.actions import audit
from screening.actions.submissions import AlreadySentError, record_patient_event
from screening.core import codes
from screening.core.actor import SYSTEM
from screening.core.patient_response import PatientResponse
from screening.models import Invitation, StashedPage, Submission
from screening.queries.submission import (
    WITHDRAWAL_PURPOSE,
    FormNotFoundError,
    LoadedSubmission,
    derive_withdrawal_code,
    sealing_purpose,
)

_NOBODY = "00000000-0000-0000-0000-000000000000"
"""Stands for the submission that an unknown reference does not name, so that its code is compared all the
same."""


@dataclass(frozen=True)
class PurgeCounts:
    """How many of each were destroyed."""

    drafts: int
    withdrawn: int
    retained: int
    pages: int


@transaction.atomic
def delete_draft(*, loaded: LoadedSubmission, now: datetime, request_id: str = "") -> None:
    """Destroy a form that was not sent, and every answer in it. Called for its patient. Raises
    AlreadySentError."""
    deleted, _ = Submission.objects.filter(pk=loaded.row.pk, state=Submission.State.DRAFT).delete()
    if not deleted:
        raise AlreadySentError
    record_patient_event("delete", loaded.row, now, request_id)


@transaction.atomic
def withdraw_submission(*, reference: str, code: str, now: datetime, request_id: str = "") -> None:
    """Take back what was sent. Called for anybody who has the reference and the code.

    Raises FormNotFoundError for a wrong reference and a wrong code alike.
    """
    sent = Submission.objects.select_for_update().filter(
        reference=reference, state=Submission.State.SUBMITTED
    )
    row = sent.first()
    right_code = (
        derive_withdrawal_code(row) if row else codes.derive_code(_NOBODY, purpose=WITHDRAWAL_PURPOSE)
    )
    if not constant_time_compare(code, right_code) or row is None:
        raise FormNotFoundError
    row.state, row.withdrawn_at = Submission.State.WITHDRAWN, now
    row.token_hash = row.token_expires_at = None
    row.revision += 1
    if row.opened_at is None:
        _erase_content(row, now)
    row.save()
    record_patient_event("withdraw", row, now, request_id)


def _erase_content(row: Submission, now: datetime) -> None:
    """Destroy what it says: answers, identity, flags and their counts. The row stays, and says that it was
    there."""
    row.response = PatientResponse({}).seal(sealing_purpose(row.uuid, "response"))
    row.identity, row.erased_at = None, now
    row.name_phone = row.name_birth = ""
    row.urgent = row.high = row.moderate = row.info = row.cannot_tell = 0
    row.flags.all().delete()
    Invitation.objects.filter(submission=row).update(identity=None)


@transaction.atomic
def purge_expired(*, retention_days: int, now: datetime) -> PurgeCounts:
    """Destroy drafts that nobody can open, withdrawn content, what was kept long enough, and stashed pages.

    `retention_days` counts from the decision or the withdrawal; 0 keeps what was sent, and erases withdrawn
    forms now. Called by the command of this name.
    """
    withdrawn = Q(state=Submission.State.WITHDRAWN)
    kept_since = now - timedelta(days=retention_days)
    closed = Q(state=Submission.State.SUBMITTED, desk=Submission.Desk.DONE, decided_at__lte=kept_since)
    past_retention = closed | (withdrawn & Q(withdrawn_at__lte=kept_since))
    not_erased = Submission.objects.filter(withdrawn, erased_at=None)
    counts = PurgeCounts(
        drafts=_delete_rows(_list_unreachable_drafts(now)),
        retained=_delete_submissions(Submission.objects.filter(past_retention)) if retention_days else 0,
        withdrawn=0 if retention_days else _erase_each(not_erased, now),
        pages=_delete_rows(StashedPage.objects.filter(expires_at__lte=now)),
    )
    _record(counts, now)
    return counts


def _delete_rows(rows: QuerySet[Any]) -> int:
    count = rows.count()
    rows.delete()
    return count


def _delete_submissions(rows: QuerySet[Submission]) -> int:
    """With the invitations they came by: a link that was used must not work again."""
    Invitation.objects.filter(submission__in=rows).delete()
    return _delete_rows(rows)


def _list_unreachable_drafts(now: datetime) -> QuerySet[Submission]:
    """No device holds a key to them any more, and no code opens them."""
    no_device = Q(token_expires_at__isnull=True) | Q(token_expires_at__lte=now)
    no_code = Q(resume_until__isnull=True) | Q(resume_until__lte=now)
    return Submission.objects.filter(no_device & no_code, state=Submission.State.DRAFT)


def _erase_each(rows: QuerySet[Submission], now: datetime) -> int:
    locked = list(rows.select_for_update())
    for row in locked:
        _erase_content(row, now)
        row.save()
    return len(locked)


def _record(counts: PurgeCounts, now: datetime) -> None:
    if any(vars(counts).values()):
        audit.record(
            actor=SYSTEM,
            action="submissions.purge",
            object_type="submissions",
            object_id="all",
            now=now,
            detail=dict(vars(counts)),
        )
