"""The result: the same headline for everyone, topics to talk about, and never a verdict."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from questionnaire.http import Request, SeeOther
from questionnaire.presenters.result import read_result
from screening.actions import submissions
from screening.actions.erasure import withdrawal_code
from screening.core import codes
from screening.models import Submission
from screening.patient.errors import answers_to
from screening.patient.journey import answer, clinic_of, drop_token, load_from_cookie, onwards, reader_of
from screening.patient.languages import pressed
from screening.patient.page_buttons import change_language


@answers_to("GET")
def result(request: Request) -> HttpResponse:
    loaded = load_from_cookie(request, timezone.now())
    if not loaded.sent:
        return onwards(request, loaded)
    values = clinic_of(loaded)
    reader = reader_of(loaded, values)
    context = {
        "submission": loaded.row,
        "nameless": loaded.nameless,
        "assessed": loaded.row.assessment == Submission.Assessment.ASSESSED,
        "result": read_result(loaded.definition, loaded.row.flags.all(), reader),
        "sections": loaded.read_back(reader),
        "withdrawal": codes.group_code(withdrawal_code(loaded.row)),
        "credits": loaded.definition.credits,
    }
    return answer(request, "patient/pages/result.html", context, values=values, loaded=loaded)


@answers_to("POST")
def finish(request: Request) -> HttpResponse:
    """Finish and clear this device: the key is dropped here and no longer opens anything."""
    now = timezone.now()
    loaded = load_from_cookie(request, now)
    if pressed(request):
        return change_language(request, loaded, now, to=reverse("patient:result"))
    if not loaded.sent:
        return onwards(request, loaded)
    submissions.leave(loaded=loaded, now=now, request_id=request.request_id)
    response = SeeOther(reverse("patient:kiosk-end" if loaded.row.kiosk else "patient:start"))
    drop_token(response)
    return response
