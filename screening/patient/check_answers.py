"""Check your answers, and send them."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from questionnaire.http import Request, SeeOther
from screening.actions import submissions
from screening.core.filled_by import describe_filled_by
from screening.patient.errors import answers_to
from screening.patient.journey import answer, clinic_of, load_from_cookie, onwards, reader_of
from screening.patient.languages import pressed
from screening.patient.page_buttons import change_language, is_saving, to_code
from screening.queries.submission import LoadedSubmission


@answers_to("GET")
def check(request: Request) -> HttpResponse:
    loaded = load_from_cookie(request, timezone.now())
    return _show(request, loaded) if loaded.complete and not loaded.sent else onwards(request, loaded)


@answers_to("POST")
def submit(request: Request) -> HttpResponse:
    """Send. If another tab changed an answer meanwhile, the page is shown once more first."""
    now = timezone.now()
    loaded = load_from_cookie(request, now)
    if pressed(request):
        return change_language(request, loaded, now, to=reverse("patient:check"))
    if is_saving(request) and not loaded.sent:
        return to_code(request, loaded, now)
    if not loaded.sent and not loaded.complete:
        return onwards(request, loaded)
    if not loaded.sent and not constant_time_compare(request.POST.get("seen", ""), loaded.seen_all):
        return _show(request, loaded, changed=True, status=409)
    submissions.submit(loaded=loaded, now=now, request_id=request.request_id)
    return SeeOther(reverse("patient:result"))


def _show(request: Request, loaded: LoadedSubmission, *, changed: bool = False, status: int = 200) -> HttpResponse:
    values, identity = clinic_of(loaded), loaded.identity or {}
    context = {
        "sections": loaded.read_back(reader_of(loaded, values)),
        "identity": identity,
        "born": date.fromisoformat(identity["birth_date"]) if "birth_date" in identity else None,
        "filled_by": describe_filled_by(identity),
        "nameless": loaded.nameless,
        "marked": bool(loaded.response.before),
        "seen": loaded.seen_all,
        "changed": changed,
    }
    return answer(request, "patient/pages/check_answers.html", context, values=values, loaded=loaded, status=status)
