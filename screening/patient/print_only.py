"""Fill in and print only: the result is worked out, shown once, and destroyed with the form. Nothing is sent."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone

from questionnaire.http import Request
from questionnaire.presenters.result import read_result
from screening.actions import assessment, erasure
from screening.models import RaisedFlag, Submission
from screening.patient.errors import answers_to
from screening.patient.journey import answer, clinic_of, drop_token, load_from_cookie, onwards, reader_of
from screening.patient.languages import pressed
from screening.patient.page_buttons import change_language
from screening.queries.submission import LoadedSubmission


@answers_to("GET", "POST")
def print_only(request: Request) -> HttpResponse:
    """What it means, then the page itself: rendered before the form is destroyed, so that a failure loses nothing."""
    now = timezone.now()
    loaded = load_from_cookie(request, now)
    if loaded.sent or not loaded.complete:
        return onwards(request, loaded)
    if pressed(request):
        return change_language(request, loaded, now, to=request.path)
    if request.method != "POST":
        return answer(request, "patient/pages/print_only.html", {}, values=clinic_of(loaded), loaded=loaded)
    response = _result(request, loaded)
    erasure.delete_draft(loaded=loaded, now=now, request_id=request.request_id)
    drop_token(response)
    return response


def _result(request: Request, loaded: LoadedSubmission) -> HttpResponse:
    judged = assessment.assess_answers(loaded.definition, loaded.open_answers)
    values, flags = clinic_of(loaded), [RaisedFlag(**flag.fields) for flag in judged.flags]
    reader = reader_of(loaded, values)
    context = {
        "assessed": judged.assessment == Submission.Assessment.ASSESSED,
        "result": read_result(loaded.definition, flags, reader),
        "sections": loaded.read_back(reader),
    }
    return answer(request, "patient/pages/printed.html", context, values=values, loaded=loaded)
