"""The buttons of a submission: each one step of the review, or a clear word on why it was not taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.contrib.auth.models import User
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from questionnaire.http import SeeOther, StaffRequest
from screening.actions import reads, reviews
from screening.actions.reviews import By, Collided, NotPossible
from screening.core import access
from screening.models import ReviewEntry, Submission
from screening.queries.filters import colleagues
from screening.queries.labels import account_name, kind_words, refusal_words
from screening.staff import submission

Act = Callable[[Submission, By], ReviewEntry]


@access.staff_page("POST", may=access.WORK)
def claim(request: StaffRequest, reference: str) -> HttpResponse:
    return _step(request, reference, lambda row, by: reviews.claim(submission=row, by=by))


@access.staff_page("POST", may=access.WORK)
def assign(request: StaffRequest, reference: str) -> HttpResponse:
    return _step(request, reference, lambda row, by: reviews.assign(submission=row, to=_colleague(request), by=by))


@access.staff_page("POST", may=access.WORK)
def note(request: StaffRequest, reference: str) -> HttpResponse:
    return _step(
        request, reference, lambda row, by: reviews.note(submission=row, words=_said(request), by=by), at="history"
    )


@access.staff_page("POST", may=access.WORK)
def judge_flag(request: StaffRequest, reference: str) -> HttpResponse:
    code = request.POST.get("flag", "")[:80]
    return _step(
        request,
        reference,
        lambda row, by: reviews.judge_flag(
            submission=row, code=code, opinion=request.POST.get("opinion", ""), reason=_said(request), by=by
        ),
        at=f"flag-{code}" if code.replace("-", "").isalnum() else "",
    )


@access.staff_page("POST", may=access.WORK)
def decide(request: StaffRequest, reference: str) -> HttpResponse:
    decision = request.POST.get("decision", "")
    return _step(
        request,
        reference,
        lambda row, by: reviews.decide(submission=row, decision=decision, words=_said(request), by=by),
    )


@access.staff_page("POST", may=access.WORK)
def reopen(request: StaffRequest, reference: str) -> HttpResponse:
    return _step(request, reference, lambda row, by: reviews.reopen(submission=row, words=_said(request), by=by))


@access.staff_page("POST", may=access.WORK)
def undo(request: StaffRequest, reference: str) -> HttpResponse:
    return _step(request, reference, lambda row, by: reviews.undo(submission=row, by=by))


def _step(request: StaffRequest, reference: str, act: Act, *, at: str = "") -> HttpResponse:
    """Take one step and go back to where it was taken from; else the page again, with what was typed."""
    now = timezone.now()
    row = reads.load_submission(request, reference)
    by = By(
        actor=request.user,
        revision=_revision(request),
        now=now,
        request_id=request.request_id,
    )
    try:
        act(row, by)
    except Collided as collision:
        return submission.answer(
            request, reference, now=now, status=409, trouble=_collision(collision.entry), typed=_typed(request)
        )
    except NotPossible as refusal:
        trouble = refusal_words().get(refusal.kind, refusal.kind)
        typed = {**_typed(request), "at": _field(request, refusal)}
        return submission.answer(request, reference, now=now, status=422, trouble=trouble, typed=typed)
    return SeeOther(_back(request, reference, at))


def _typed(request: StaffRequest) -> dict[str, str]:
    """What was posted and by which step, so that it stands in the same place again."""
    match = request.resolver_match
    return {**request.POST.dict(), "step": match.url_name or "" if match else ""}


def _field(request: StaffRequest, refusal: NotPossible) -> str:
    """The id of the field that is missing; empty where none is."""
    return {
        "a note without words": "note",
        "no such decision": f"d-{next(iter(reviews.DECISIONS))}",
        "not relevant without a reason": f"why-{request.POST.get('flag', '')}",
    }.get(refusal.kind, "")


def _back(request: StaffRequest, reference: str, at: str) -> str:
    """Where the step was taken from. The queue is told what was taken, so that it can offer to take that back."""
    if request.POST.get("from") == "queue":
        filters = request.GET.copy()
        filters["taken"] = reference
        return f"{reverse('staff:queue')}?{filters.urlencode()}#row-{reference}"
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return reverse("staff:submission", args=[reference]) + query + (f"#{at}" if at else "")


def _collision(entry: ReviewEntry | None) -> str:
    if entry is None:
        return _("This page was out of date. Nothing was changed: look again, then do it once more.")
    detail = {"name": account_name(entry.actor), "did": kind_words()[entry.kind]}
    return _("%(name)s was faster: %(name)s %(did)s. Nothing of yours was saved: look again, then decide.") % detail


def _revision(request: StaffRequest) -> int:
    """The revision the page was made from; -1, which never fits, where it does not say."""
    typed = request.POST.get("revision", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else -1


def _said(request: StaffRequest) -> str:
    return request.POST.get("words", "")


def _colleague(request: StaffRequest) -> User | None:
    """Whom it is assigned to; None for nobody. Only people who may work on it."""
    chosen = request.POST.get("to", "")
    if not chosen:
        return None
    found = colleagues().filter(pk=int(chosen)).first() if chosen.isdecimal() and len(chosen) < 10 else None
    if found is None:
        raise NotPossible("no such colleague")
    return cast("User", found)
