"""Fill in and print only: the result is worked out, shown once, and destroyed with the form.

Nothing is sent.
"""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone

from questionnaire.http import Request
from questionnaire.presenters.result import read_result
from screening.actions import assessment, erasure
from screening.models import RaisedFlag, Submission
from screening.patient.device import drop_key, load_from_cookie
from screening.patient.errors import patient_page
from screening.patient.journey import redirect_to_next
from screening.patient.languages import read_pressed_language
from screening.patient.page_buttons import change_language
from screening.patient.rendering import PatientPage, find_clinic_values, make_reader, render_page
from screening.queries.submission import LoadedSubmission


@patient_page("GET", "POST")
def print_only(request: Request) -> HttpResponse:
    """What it means, then the page itself.

    It is rendered before the form is destroyed, so that a failure loses nothing.
    """
    now = timezone.now()
    loaded = load_from_cookie(request, now)
    if loaded.sent or not loaded.complete:
        return redirect_to_next(request, loaded)
    if read_pressed_language(request):
        return change_language(request, loaded, now, to=request.path)
    if request.method != "POST":
        return render_page(request, build_print_only_page(loaded))
    response = render_page(request, build_printed_page(loaded))
    erasure.delete_draft(loaded=loaded, now=now, request_id=request.request_id)
    drop_key(response)
    return response


def build_print_only_page(loaded: LoadedSubmission) -> PatientPage:
    """What printing only means, and the button that does it."""
    return PatientPage("patient/pages/print_only.html", {}, find_clinic_values(loaded), loaded)


def build_printed_page(loaded: LoadedSubmission) -> PatientPage:
    """The page to bring along, worked out from a form that was not sent."""
    judged = assessment.assess_answers(loaded.definition, loaded.open_answers)
    values, flags = find_clinic_values(loaded), [RaisedFlag(**flag.fields) for flag in judged.flags]
    reader = make_reader(loaded, values)
    context = {
        "assessed": judged.assessment == Submission.Assessment.ASSESSED,
        "result": read_result(loaded.definition, flags, reader),
        "sections": loaded.read_back(reader, on_paper=True),
        "medicines_text": reader.words(loaded.definition.texts_by_id.get("result-medicines")),
    }
    return PatientPage("patient/pages/printed.html", context, values, loaded)
