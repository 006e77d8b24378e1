"""The result: the same headline for everyone, topics to talk about, and never a verdict."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from questionnaire.http import Request, SeeOther
from screening.actions import submissions
from screening.actions.erasure import withdrawal_code
from screening.core import codes
from screening.models import Submission
from screening.patient.errors import answers_to
from screening.patient.journey import answer, clinic_of, drop_token, onwards, opened_for, reader_of
from screening.patient.languages import pressed
from screening.patient.page_buttons import change_language
from screening.patient.summary import could_not_tell, to_talk_about, told


@answers_to("GET")
def result(request: Request) -> HttpResponse:
    opened = opened_for(request, timezone.now())
    if not opened.sent:
        return onwards(request, opened)
    values = clinic_of(opened)
    reader, flags = reader_of(opened, values), list(opened.row.flags.all())
    context = {
        "submission": opened.row,
        "nameless": opened.nameless,
        "assessed": opened.row.assessment == Submission.Assessment.ASSESSED,
        "to_talk_about": to_talk_about(opened.definition, flags, reader),
        "could_not_tell": could_not_tell(opened.definition, flags, reader),
        "sections": told(opened, reader),
        "withdrawal": codes.shown(withdrawal_code(opened.row)),
        "credits": opened.definition.credits,
    }
    return answer(request, "patient/pages/result.html", context, values=values, opened=opened)


@answers_to("POST")
def finish(request: Request) -> HttpResponse:
    """Finish and clear this device: the key is dropped here and no longer opens anything."""
    now = timezone.now()
    opened = opened_for(request, now)
    if pressed(request):
        return change_language(request, opened, now, to=reverse("patient:result"))
    if not opened.sent:
        return onwards(request, opened)
    submissions.leave(opened=opened, now=now, request_id=request.request_id)
    response = SeeOther(reverse("patient:kiosk-end" if opened.row.kiosk else "patient:start"))
    drop_token(response)
    return response
