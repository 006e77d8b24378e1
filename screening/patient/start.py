"""The start page: what this is, what it is not, and who reads it. Its button always begins a new form.

On the clinic's tablet a form begins with a code from the staff: its own start page stands in for this one.
"""

from __future__ import annotations

from django.db import DatabaseError
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from questionnaire.actions import publishing
from questionnaire.definition import Definition
from questionnaire.http import Request, SeeOther
from screening.actions import submissions
from screening.patient.errors import patient_page, render_unavailable
from screening.patient.languages import read_pressed_language, remember_language
from screening.patient.rendering import PatientPage, read_start_heading, render_page
from screening.patient.resume import redirect_into_form
from screening.patient.tablet import redirect_on_tablet
from screening.queries import clinic
from screening.queries.clinic import ClinicValues
from screening.queries.opening import find_version_to_open
from screening.queries.submission import LoadedSubmission, load_with_token


@patient_page("GET", "POST")
def start(request: Request) -> HttpResponse:
    """The start page; its button begins a form."""
    if elsewhere := redirect_on_tablet(request):
        return elsewhere
    if read_pressed_language(request):
        response = SeeOther(reverse("patient:start"))
        remember_language(response, read_pressed_language(request))
        return response
    if request.method == "POST":
        return _begin(request)
    return render_page(request, build_start_page(clinic.current()))


def build_start_page(values: ClinicValues, loaded: LoadedSubmission | None = None) -> PatientPage:
    """The words before the first question. `loaded`: on a tablet, the form that a code began."""
    definition = loaded.definition if loaded else _find_definition_to_open(values)
    context = {"heading": read_start_heading(definition, values)}
    return PatientPage("patient/pages/start.html", context, values, loaded)


def _find_definition_to_open(values: ClinicValues) -> Definition | None:
    """None also while the database does not answer: the page can be read without it."""
    try:
        version = find_version_to_open(values)
        return publishing.load_definition(version.pk) if version else None
    except DatabaseError:
        return None


def _begin(request: Request) -> HttpResponse:
    now = timezone.now()
    version = find_version_to_open(clinic.current())
    if version is None:
        return render_unavailable(request)
    known, shown = publishing.load_definition(version.pk).languages, get_language() or ""
    language = shown if shown in known else known[0]
    token = submissions.start_submission(
        version_id=version.pk,
        language=language,
        now=now,
        request_id=request.request_id,
    )
    return redirect_into_form(request, load_with_token(token, now=now), token, now)
