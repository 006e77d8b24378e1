"""The interruption: shown at once when an urgent answer was given, and read before anything else goes on."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone

from questionnaire.http import Request
from questionnaire.presenters.result import list_sentences
from screening.actions import submissions
from screening.patient.errors import answers_to
from screening.patient.journey import answer, clinic_of, load_from_cookie, onwards, reader_of
from screening.patient.languages import pressed
from screening.patient.page_buttons import change_language, is_saving, to_code


@answers_to("GET", "POST")
def interruption(request: Request) -> HttpResponse:
    now = timezone.now()
    loaded = load_from_cookie(request, now)
    if loaded.sent or not loaded.response.pending:
        return onwards(request, loaded)
    if pressed(request):
        return change_language(request, loaded, now, to=request.path)
    if is_saving(request):
        return to_code(request, loaded, now)
    if request.method == "POST":
        return onwards(request, submissions.mark_read(loaded=loaded, now=now))
    values = clinic_of(loaded)
    told = list_sentences(loaded.definition, loaded.response.pending, reader_of(loaded, values))
    return answer(request, "patient/pages/interruption.html", {"sentences": told}, values=values, loaded=loaded)
