"""The result: the same headline for everyone, topics to talk about, and never a verdict."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from questionnaire.http import Request, SeeOther
from questionnaire.presenters.result import FlagVerdict, read_result
from screening.actions import submissions
from screening.core import codes
from screening.models import Submission
from screening.patient.device import drop_key, load_from_cookie
from screening.patient.errors import patient_page
from screening.patient.journey import redirect_to_next
from screening.patient.languages import read_pressed_language
from screening.patient.page_buttons import change_language
from screening.patient.rendering import PatientPage, find_clinic_values, make_reader, render_page
from screening.queries.submission import LoadedSubmission, derive_withdrawal_code


@patient_page("GET")
def result(request: Request) -> HttpResponse:
    """What was sent, as long as this device holds the key to it."""
    loaded = load_from_cookie(request, timezone.now())
    if not loaded.sent:
        return redirect_to_next(request, loaded)
    return render_page(
        request, build_result_page(loaded, loaded.row.flags.all(), derive_withdrawal_code(loaded.row))
    )


def build_result_page(loaded: LoadedSubmission, flags: Iterable[FlagVerdict], withdrawal: str) -> PatientPage:
    """What these flags of a form that was sent say to its patient.

    `withdrawal`: the code that takes it back.
    """
    values = find_clinic_values(loaded)
    reader = make_reader(loaded, values)
    context = {
        "submission": loaded.row,
        "nameless": loaded.nameless,
        "assessed": loaded.row.assessment == Submission.Assessment.ASSESSED,
        "result": read_result(loaded.definition, flags, reader),
        "sections": loaded.read_back(reader, on_paper=True),
        "withdrawal": codes.group_code(withdrawal),
        "credits": [reader.words(credit) for credit in loaded.definition.credits],
        "medicines_text": reader.words(loaded.definition.texts_by_id.get("result-medicines")),
    }
    return PatientPage("patient/pages/result.html", context, values, loaded)


@patient_page("POST")
def finish(request: Request) -> HttpResponse:
    """Finish and clear this device: the key is dropped here and no longer opens anything."""
    now = timezone.now()
    loaded = load_from_cookie(request, now)
    if read_pressed_language(request):
        return change_language(request, loaded, now, to=reverse("patient:result"))
    if not loaded.sent:
        return redirect_to_next(request, loaded)
    submissions.leave_device(loaded=loaded, now=now, request_id=request.request_id)
    response = SeeOther(reverse("patient:kiosk-end" if loaded.row.kiosk else "patient:start"))
    drop_key(response)
    return response
