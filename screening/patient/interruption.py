"""The interruption: shown at once when an urgent answer was given, and read before anything else goes on."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone

from questionnaire.http import Request
from screening.actions import submissions
from screening.patient.errors import answers_to
from screening.patient.journey import answer, clinic_of, onwards, opened_for, reader_of
from screening.patient.languages import pressed
from screening.patient.page_buttons import change_language, is_saving, to_code
from screening.patient.question import sentences


@answers_to("GET", "POST")
def interruption(request: Request) -> HttpResponse:
    now = timezone.now()
    opened = opened_for(request, now)
    if opened.sent or not opened.response.pending:
        return onwards(request, opened)
    if pressed(request):
        return change_language(request, opened, now, to=request.path)
    if is_saving(request):
        return to_code(request, opened, now)
    if request.method == "POST":
        return onwards(request, submissions.mark_read(opened=opened, now=now))
    values = clinic_of(opened)
    told = sentences(opened, opened.response.pending, reader_of(opened, values))
    return answer(request, "patient/pages/interruption.html", {"sentences": told}, values=values, opened=opened)
