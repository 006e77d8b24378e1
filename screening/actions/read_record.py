"""What staff read is on record: one submission, a search, a list that was exported.

A read is the one thing that is recorded on GET. Called by the pages of the desk and by its papers, for staff.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404

from questionnaire.http import StaffRequest
from screening.actions import audit, reviews
from screening.core import access
from screening.core.actor import Actor
from screening.models import Submission
from screening.queries.submission import LoadedSubmission, find_sent_submission, load_submission


def view_submission(
    request: StaffRequest,
    reference: str,
    *,
    now: datetime,
    may: str = access.READ,
    action: str = "submission.view",
) -> LoadedSubmission:
    """Load, authorise and record in one call: the submission with this reference, for the person who asks.

    Raises Http404 for outsiders and unknown references, and encryption.DecryptionError for answers that
    cannot be decrypted; that somebody looked is recorded all the same.
    """
    access.authorise(request, may)
    row = find_sent_submission(reference)
    if row is None:
        raise Http404
    with transaction.atomic():
        reviews.mark_opened(submission=row, now=now)
        _record(Actor.of(request, now=now), action, str(row.uuid))
    return load_submission(row)


def record_search(request: StaffRequest, *, by: str, now: datetime) -> None:
    """Record that somebody searched, and by what; never for whom."""
    access.authorise(request, access.READ)
    actor = Actor.of(request, now=now)
    audit.record(
        actor=actor.code,
        action="submissions.search",
        object_type="submissions",
        object_id="",
        now=now,
        detail={"by": by},
        request_id=actor.request_id,
    )


@transaction.atomic
def record_export(
    request: StaffRequest, rows: QuerySet[Submission], *, answers: bool, filtered_by: list[str], now: datetime
) -> None:
    """Record that somebody took a list of submissions out, how many, and by which filters, never their
    values.

    Where answers go with it, each submission's own record says so too: that is where one looks for who saw
    it.
    """
    access.authorise(request, access.EXPORT if answers else access.READ)
    actor = Actor.of(request, now=now)
    ids = [str(uuid) for uuid in rows.values_list("uuid", flat=True)]
    if answers:
        audit.record_each(
            actor=actor.code,
            action="submission.export",
            object_type="submission",
            object_ids=ids,
            now=now,
            request_id=actor.request_id,
        )
    audit.record(
        actor=actor.code,
        action="submissions.export",
        object_type="submissions",
        object_id="",
        now=now,
        detail={"number": len(ids), "answers": answers, "filters": filtered_by},
        request_id=actor.request_id,
    )


def _record(actor: Actor, action: str, object_id: str) -> None:
    audit.record(
        actor=actor.code,
        action=action,
        object_type="submission",
        object_id=object_id,
        now=actor.now,
        request_id=actor.request_id,
    )
