"""The interruption: shown at once when an urgent answer was given, and read before anything else goes on."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone

from questionnaire.http import Request
from questionnaire.presenters.result import list_sentences
from screening.actions import submissions
from screening.patient.device import load_from_cookie
from screening.patient.errors import patient_page
from screening.patient.journey import redirect_to_next
from screening.patient.languages import read_pressed_language
from screening.patient.page_buttons import change_language, is_saving, redirect_to_code
from screening.patient.rendering import PatientPage, find_clinic_values, make_reader, render_page
from screening.queries.submission import LoadedSubmission


@patient_page("GET", "POST")
def interruption(request: Request) -> HttpResponse:
    """Shown until "I have read this" was pressed."""
    now = timezone.now()
    loaded = load_from_cookie(request, now)
    if loaded.sent or not loaded.response.pending:
        return redirect_to_next(request, loaded)
    if read_pressed_language(request):
        return change_language(request, loaded, now, to=request.path)
    if is_saving(request):
        return redirect_to_code(request, loaded, now)
    if request.method == "POST":
        return redirect_to_next(request, submissions.mark_interruption_read(loaded=loaded, now=now))
    return render_page(request, build_interruption_page(loaded))


def build_interruption_page(loaded: LoadedSubmission) -> PatientPage:
    """What the urgent flags that are still to be read say, and whom to call."""
    values = find_clinic_values(loaded)
    sentences = list_sentences(loaded.definition, loaded.response.pending, make_reader(loaded, values))
    return PatientPage("patient/pages/interruption.html", {"sentences": sentences}, values, loaded)
