"""Who may open what: load and authorise in one call, and a record of every look.

Someone without an account's session is asked to sign in; anybody else who may not open a page is told that there is no
such page. A staff page's read is the one thing that is recorded on GET.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime

from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from screening import error_pages
from screening.actions import audit, reviews, submissions
from screening.actions.submissions import Opened
from screening.models import Submission

READ = "screening.view_submission"
WORK = "screening.review_submission"
EXPORT = "screening.export_submission"
SETTLE = "screening.add_clinicsettings"
"""Change the clinic's settings."""

View = Callable[..., HttpResponse]


def desk(*methods: str, may: str = READ) -> Callable[[View], View]:
    """A staff view: these methods only, for people who may. Outsiders get 404, the signed-out are asked to sign in."""
    allowed = (*methods, "HEAD") if "GET" in methods else methods

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path() if request.method == "GET" else reverse("staff:queue"))
            authorise(request, may)
            if request.method not in allowed:
                return error_pages.not_allowed(request, allowed=allowed)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def authorise(request: HttpRequest, may: str) -> User:
    """The person who asks. 404 unless they may."""
    if not (request.user.is_active and request.user.has_perm(may)):
        raise Http404
    return request.user


def look_at(
    request: HttpRequest, reference: str, *, now: datetime, may: str = READ, action: str = "submission.view"
) -> Opened:
    """The submission with this reference, opened for whoever asks, and a record that they looked. 404 for outsiders.

    Raises encryption.DecryptionError for answers that do not open; that somebody looked is recorded all the same.
    """
    row = load(request, reference, may=may)
    with transaction.atomic():
        reviews.mark_opened(submission=row, now=now)
        _record(request, action, str(row.uuid), now)
    return submissions.opened(row)


def load(request: HttpRequest, reference: str, *, may: str = WORK) -> Submission:
    """The row of a submission that was sent, to work on. 404 for outsiders."""
    authorise(request, may)
    beside = ("version__questionnaire", "version__document", "assignee", "invitation__made_by")
    rows = Submission.objects.select_related(*beside)
    row = rows.filter(reference=reference, state=Submission.State.SUBMITTED).first()
    if row is None:
        raise Http404
    return row


def withdrawn(request: HttpRequest, reference: str) -> Submission | None:
    """The row of a submission that its patient took back. It says so, and nothing else is shown of it."""
    authorise(request, READ)
    return Submission.objects.filter(reference=reference, state=Submission.State.WITHDRAWN).first()


def searched(request: HttpRequest, *, by: str, now: datetime) -> None:
    """Record that somebody searched, and by what; never for whom."""
    authorise(request, READ)
    audit.record(
        actor=audit.actor_of(request.user.pk),
        action="submissions.search",
        object_type="submissions",
        object_id="",
        now=now,
        detail={"by": by},
        request_id=request.request_id,  # type: ignore[attr-defined]
    )


@transaction.atomic
def exported(
    request: HttpRequest, rows: QuerySet[Submission], *, answers: bool, filtered_by: list[str], now: datetime
) -> None:
    """Record that somebody took a list of submissions out, how many, and by which filters, never their values.

    Where answers go with it, each submission's own record says so: whoever asks who saw it finds this too.
    """
    authorise(request, EXPORT if answers else READ)
    ids = [str(uuid) for uuid in rows.values_list("uuid", flat=True)]
    if answers:
        audit.record_each(
            actor=audit.actor_of(request.user.pk),
            action="submission.export",
            object_type="submission",
            object_ids=ids,
            now=now,
            request_id=request.request_id,  # type: ignore[attr-defined]
        )
    audit.record(
        actor=audit.actor_of(request.user.pk),
        action="submissions.export",
        object_type="submissions",
        object_id="",
        now=now,
        detail={"number": len(ids), "answers": answers, "filters": filtered_by},
        request_id=request.request_id,  # type: ignore[attr-defined]
    )


def _record(request: HttpRequest, action: str, object_id: str, now: datetime) -> None:
    audit.record(
        actor=audit.actor_of(request.user.pk),
        action=action,
        object_type="submission",
        object_id=object_id,
        now=now,
        request_id=request.request_id,  # type: ignore[attr-defined]
    )
