"""Check your answers, and send them."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from questionnaire.http import Request, SeeOther
from screening.actions import submissions
from screening.actions.submissions import Opened
from screening.core.filled_by import filled_by_words
from screening.patient.errors import answers_to
from screening.patient.journey import answer, clinic_of, onwards, opened_for, reader_of
from screening.patient.languages import pressed
from screening.patient.page_buttons import change_language, is_saving, to_code
from screening.patient.summary import told


@answers_to("GET")
def check(request: Request) -> HttpResponse:
    opened = opened_for(request, timezone.now())
    return _show(request, opened) if opened.complete and not opened.sent else onwards(request, opened)


@answers_to("POST")
def submit(request: Request) -> HttpResponse:
    """Send. If another tab changed an answer meanwhile, the page is shown once more first."""
    now = timezone.now()
    opened = opened_for(request, now)
    if pressed(request):
        return change_language(request, opened, now, to=reverse("patient:check"))
    if is_saving(request) and not opened.sent:
        return to_code(request, opened, now)
    if not opened.sent and not opened.complete:
        return onwards(request, opened)
    if not opened.sent and not constant_time_compare(request.POST.get("seen", ""), opened.seen_all):
        return _show(request, opened, changed=True, status=409)
    submissions.submit(opened=opened, now=now, request_id=request.request_id)
    return SeeOther(reverse("patient:result"))


def _show(request: Request, opened: Opened, *, changed: bool = False, status: int = 200) -> HttpResponse:
    values, identity = clinic_of(opened), opened.identity or {}
    context = {
        "sections": told(opened, reader_of(opened, values)),
        "identity": identity,
        "born": date.fromisoformat(identity["birth_date"]) if "birth_date" in identity else None,
        "filled_by": filled_by_words(identity),
        "nameless": opened.nameless,
        "marked": bool(opened.response.before),
        "seen": opened.seen_all,
        "changed": changed,
    }
    return answer(request, "patient/pages/check_answers.html", context, values=values, opened=opened, status=status)
