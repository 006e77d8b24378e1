"""The help page: whom to call now. It needs no form, no session and no database."""

from __future__ import annotations

from django.http import HttpResponse

from questionnaire.http import Request
from screening.patient.device import has_key
from screening.patient.errors import patient_page
from screening.patient.rendering import PatientPage, render_page
from screening.queries import clinic
from screening.queries.clinic import ClinicValues


@patient_page("GET")
def help_now(request: Request) -> HttpResponse:
    """Whom to call, whatever else does not work."""
    return render_page(request, build_help_page(clinic.remembered(), form_here=has_key(request)))


def build_help_page(values: ClinicValues, *, form_here: bool) -> PatientPage:
    """Whom to call now. `form_here`: there is a form on this device to go back to."""
    return PatientPage("patient/pages/help_now.html", {"form_here": form_here}, values)
