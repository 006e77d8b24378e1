"""The buttons of a submission: each takes one step of the review, or the page says why it was not taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.contrib.auth.models import User
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from questionnaire.http import SeeOther, StaffRequest
from screening.actions import alarms, reviews
from screening.actions.reviews import Reviewer, StaleReviewError
from screening.core import access
from screening.core.not_possible import NotPossibleError, NotPossibleKind
from screening.models import ReviewEntry, Submission
from screening.queries.filters import list_colleagues
from screening.queries.labels import name_account, refusal_messages, step_labels
from screening.queries.submission import find_sent_submission
from screening.staff.submission import render_submission

TakeStep = Callable[[Submission, Reviewer], ReviewEntry]


@access.staff_page("POST", may=access.WORK)
def claim_submission(request: StaffRequest, reference: str) -> HttpResponse:
    return _take(request, reference, lambda row, actor: reviews.claim_submission(submission=row, actor=actor))


@access.staff_page("POST", may=access.WORK)
def assign_submission(request: StaffRequest, reference: str) -> HttpResponse:
    return _take(
        request,
        reference,
        lambda row, actor: reviews.assign_submission(
            submission=row, to=_find_colleague(request), actor=actor
        ),
    )


@access.staff_page("POST", may=access.WORK)
def add_note(request: StaffRequest, reference: str) -> HttpResponse:
    words = _typed_words(request)
    return _take(
        request,
        reference,
        lambda row, actor: reviews.add_note(submission=row, words=words, actor=actor),
        anchor="history",
    )


@access.staff_page("POST", may=access.WORK)
def judge_flag(request: StaffRequest, reference: str) -> HttpResponse:
    code, opinion = request.POST.get("flag", "")[:80], request.POST.get("opinion", "")
    reason = _typed_words(request)
    return _take(
        request,
        reference,
        lambda row, actor: reviews.judge_flag(
            submission=row, code=code, opinion=opinion, reason=reason, actor=actor
        ),
        anchor=f"flag-{code}" if code.replace("-", "").isalnum() else "",
    )


@access.staff_page("POST", may=access.WORK)
def decide_submission(request: StaffRequest, reference: str) -> HttpResponse:
    decision, words, unjudged = (
        request.POST.get("decision", ""),
        _typed_words(request),
        request.POST.get("unjudged", ""),
    )
    return _take(
        request,
        reference,
        lambda row, actor: reviews.decide_submission(
            submission=row, decision=decision, words=words, unjudged=unjudged, actor=actor
        ),
    )


@access.staff_page("POST", may=access.WORK)
def record_reached(request: StaffRequest, reference: str) -> HttpResponse:
    words = _typed_words(request)
    return _take(
        request,
        reference,
        lambda row, actor: alarms.record_reached(submission=row, words=words, actor=actor),
    )


@access.staff_page("POST", may=access.WORK)
def record_reading(request: StaffRequest, reference: str) -> HttpResponse:
    words = _typed_words(request)
    return _take(
        request,
        reference,
        lambda row, actor: alarms.record_reading(submission=row, words=words, actor=actor),
    )


@access.staff_page("POST", may=access.WORK)
def assess_again(request: StaffRequest, reference: str) -> HttpResponse:
    return _take(request, reference, lambda row, actor: alarms.assess_again(submission=row, actor=actor))


@access.staff_page("POST", may=access.WORK)
def reopen_submission(request: StaffRequest, reference: str) -> HttpResponse:
    words = _typed_words(request)
    return _take(
        request,
        reference,
        lambda row, actor: reviews.reopen_submission(submission=row, words=words, actor=actor),
    )


@access.staff_page("POST", may=access.WORK)
def undo_last_step(request: StaffRequest, reference: str) -> HttpResponse:
    return _take(request, reference, lambda row, actor: reviews.undo_last_step(submission=row, actor=actor))


def _take(request: StaffRequest, reference: str, take_step: TakeStep, *, anchor: str = "") -> HttpResponse:
    """Take one step and go back to where it was taken from; else the page again, with what was typed."""
    now = timezone.now()
    row = find_sent_submission(reference)
    if row is None:
        raise Http404
    actor = Reviewer(request.user, now, request.request_id, revision=_seen_revision(request))
    try:
        take_step(row, actor)
    except StaleReviewError as error:
        trouble, typed = _describe_faster(error.entry), _typed(request)
        return render_submission(request, reference, now=now, status=409, trouble=trouble, typed=typed)
    except NotPossibleError as error:
        trouble = refusal_messages().get(error.kind, error.kind)
        typed = {**_typed(request), "at": _field_to_mend(request, error.kind)}
        return render_submission(request, reference, now=now, status=422, trouble=trouble, typed=typed)
    return SeeOther(_address_back(request, reference, anchor))


def _typed(request: StaffRequest) -> dict[str, str]:
    """What was posted and by which step, so that it stands in the same place again."""
    match = request.resolver_match
    return {**request.POST.dict(), "step": match.url_name or "" if match else ""}


def _field_to_mend(request: StaffRequest, kind: NotPossibleKind) -> str:
    """The id of the field that is missing; empty where none is."""
    return {
        NotPossibleKind.EMPTY_NOTE: "note",
        NotPossibleKind.UNKNOWN_DECISION: f"d-{next(iter(reviews.DECISIONS))}",
        NotPossibleKind.UNJUDGED_FLAGS: "unjudged-reason",
        NotPossibleKind.NO_READING: "reading-words",
        NotPossibleKind.NO_REASON: f"why-{request.POST.get('flag', '')}",
    }.get(kind, "")


def _address_back(request: StaffRequest, reference: str, anchor: str) -> str:
    """Where the step was taken from. The queue learns what was taken, so that it can offer to take that
    back."""
    if request.POST.get("from") == "queue":
        filters = request.GET.copy()
        filters["taken"] = reference
        return f"{reverse('staff:queue')}?{filters.urlencode()}#row-{reference}"
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return reverse("staff:submission", args=[reference]) + query + (f"#{anchor}" if anchor else "")


def _describe_faster(entry: ReviewEntry | None) -> str:
    """What a colleague did while this reviewer was at work."""
    if entry is None:
        return _("This page was out of date. Nothing was changed: look again, then do it once more.")
    detail = {"name": name_account(entry.actor), "did": step_labels()[entry.kind]}
    return (
        _("%(name)s was faster: %(name)s %(did)s. Nothing of yours was saved: look again, then decide.")
        % detail
    )


def _seen_revision(request: StaffRequest) -> int:
    """The revision the page was made from; -1, which never fits, where it does not say."""
    typed = request.POST.get("revision", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else -1


def _typed_words(request: StaffRequest) -> str:
    return request.POST.get("words", "")


def _find_colleague(request: StaffRequest) -> User | None:
    """The colleague to assign it to; None for nobody. Only people who may work on it."""
    chosen = request.POST.get("to", "")
    if not chosen:
        return None
    is_id = chosen.isdecimal() and len(chosen) < 10
    colleague = list_colleagues().filter(pk=int(chosen)).first() if is_id else None
    if colleague is None:
        raise NotPossibleError(NotPossibleKind.UNKNOWN_COLLEAGUE)
    return cast("User", colleague)
