"""The page to bring along, as a PDF to keep or print. Never on a shared tablet: files would stay there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from django.http import HttpResponse
from django.utils import timezone

from questionnaire.http import Request
from screening.patient.device import load_from_cookie
from screening.patient.errors import patient_page
from screening.patient.journey import redirect_to_next
from screening.patient.rendering import find_clinic_values
from screening.queries.clinic import ClinicValues
from screening.queries.submission import LoadedSubmission


class WritesPaper(Protocol):
    """Makes the file: its name and its bytes. urls.py says who does."""

    def __call__(
        self, loaded: LoadedSubmission, clinic: ClinicValues, query: Mapping[str, str]
    ) -> tuple[str, bytes]: ...


@patient_page("GET")
def paper(request: Request, write: WritesPaper) -> HttpResponse:
    """`?paper=a4` and `?print=large`; Letter and plain print otherwise."""
    loaded = load_from_cookie(request, timezone.now())
    if not loaded.sent or loaded.row.kiosk:
        return redirect_to_next(request, loaded)
    name, made = write(loaded, find_clinic_values(loaded), request.GET.dict())
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
