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
from screening.core.message_wish import describe_message_wish
from screening.patient.device import load_from_cookie
from screening.patient.errors import patient_page
from screening.patient.journey import redirect_to_next
from screening.patient.languages import read_pressed_language
from screening.patient.page_buttons import change_language, is_saving, redirect_to_code
from screening.patient.rendering import PatientPage, find_clinic_values, make_reader, render_page
from screening.queries.submission import LoadedSubmission


@patient_page("GET")
def check(request: Request) -> HttpResponse:
    """Every answer once more, before it is sent."""
    loaded = load_from_cookie(request, timezone.now())
    if loaded.sent or not loaded.complete:
        return redirect_to_next(request, loaded)
    return render_page(request, build_check_page(loaded))


@patient_page("POST")
def submit(request: Request) -> HttpResponse:
    """Send. If another tab changed an answer meanwhile, the page is shown once more first."""
    now = timezone.now()
    loaded = load_from_cookie(request, now)
    if read_pressed_language(request):
        return change_language(request, loaded, now, to=reverse("patient:check"))
    if is_saving(request) and not loaded.sent:
        return redirect_to_code(request, loaded, now)
    if not loaded.sent and not loaded.complete:
        return redirect_to_next(request, loaded)
    if not loaded.sent and not constant_time_compare(request.POST.get("seen", ""), loaded.seen_all):
        return render_page(request, build_check_page(loaded, changed=True))
    submissions.submit(loaded=loaded, now=now, request_id=request.request_id)
    return SeeOther(reverse("patient:result"))


def build_check_page(loaded: LoadedSubmission, *, changed: bool = False) -> PatientPage:
    """Every answer with the way back to its page.

    `changed`: somebody tried to send what they had not seen.
    """
    values, identity = find_clinic_values(loaded), loaded.identity or {}
    context = {
        "sections": loaded.read_back(make_reader(loaded, values)),
        "identity": identity,
        "born": date.fromisoformat(identity["birth_date"]) if "birth_date" in identity else None,
        "message": describe_message_wish(identity),
        "filled_by": describe_filled_by(identity),
        "nameless": loaded.nameless,
        "marked": bool(loaded.response.before),
        "seen": loaded.seen_all,
        "changed": changed,
    }
    return PatientPage("patient/pages/check_answers.html", context, values, loaded, 409 if changed else 200)
