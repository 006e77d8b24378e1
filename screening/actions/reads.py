"""The record of every look at a submission: load, authorise and record in one call.

A read is the one thing that is recorded on GET. Called by the pages of the desk and by its papers.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404

from questionnaire.http import StaffRequest
from screening.actions import audit, reviews
from screening.core import access
from screening.core.actor import account_code
from screening.models import Submission
from screening.queries.submission import LoadedSubmission, load_row


def look_at(
    request: StaffRequest, reference: str, *, now: datetime, may: str = access.READ, action: str = "submission.view"
) -> LoadedSubmission:
    """The submission with this reference, opened for whoever asks, and a record that they looked. 404 for outsiders.

    Raises encryption.DecryptionError for answers that do not open; that somebody looked is recorded all the same.
    """
    row = load_submission(request, reference, may=may)
    with transaction.atomic():
        reviews.mark_opened(submission=row, now=now)
        _record(request, action, str(row.uuid), now)
    return load_row(row)


def load_submission(request: StaffRequest, reference: str, *, may: str = access.WORK) -> Submission:
    """The row of a submission that was sent, to work on. 404 for outsiders."""
    access.authorise(request, may)
    beside = ("version__questionnaire", "version__document", "assignee", "invitation__made_by")
    rows = Submission.objects.select_related(*beside)
    row = rows.filter(reference=reference, state=Submission.State.SUBMITTED).first()
    if row is None:
        raise Http404
    return row


def find_withdrawn(request: StaffRequest, reference: str) -> Submission | None:
    """The row of a submission that its patient took back. It says so, and nothing else is shown of it."""
    access.authorise(request, access.READ)
    return Submission.objects.filter(reference=reference, state=Submission.State.WITHDRAWN).first()


def record_search(request: StaffRequest, *, by: str, now: datetime) -> None:
    """Record that somebody searched, and by what; never for whom."""
    access.authorise(request, access.READ)
    audit.record(
        actor=account_code(request.user.pk),
        action="submissions.search",
        object_type="submissions",
        object_id="",
        now=now,
        detail={"by": by},
        request_id=request.request_id,
    )


@transaction.atomic
def record_export(
    request: StaffRequest, rows: QuerySet[Submission], *, answers: bool, filtered_by: list[str], now: datetime
) -> None:
    """Record that somebody took a list of submissions out, how many, and by which filters, never their values.

    Where answers go with it, each submission's own record says so: whoever asks who saw it finds this too.
    """
    access.authorise(request, access.EXPORT if answers else access.READ)
    ids = [str(uuid) for uuid in rows.values_list("uuid", flat=True)]
    if answers:
        audit.record_each(
            actor=account_code(request.user.pk),
            action="submission.export",
            object_type="submission",
            object_ids=ids,
            now=now,
            request_id=request.request_id,
        )
    audit.record(
        actor=account_code(request.user.pk),
        action="submissions.export",
        object_type="submissions",
        object_id="",
        now=now,
        detail={"number": len(ids), "answers": answers, "filters": filtered_by},
        request_id=request.request_id,
    )


def _record(request: StaffRequest, action: str, object_id: str, now: datetime) -> None:
    audit.record(
        actor=account_code(request.user.pk),
        action=action,
        object_type="submission",
        object_id=object_id,
        now=now,
        request_id=request.request_id,
    )
