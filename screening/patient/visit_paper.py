"""The page to bring along, as a PDF to keep or print. Never on a shared tablet: files would stay there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from django.http import HttpResponse
from django.utils import timezone

from questionnaire.http import Request
from screening.actions.submissions import Opened
from screening.patient.errors import answers_to
from screening.patient.journey import clinic_of, onwards, opened_for
from screening.queries.clinic import ClinicValues


class WritesPaper(Protocol):
    """Makes the file: its name and its bytes. urls.py says who does."""

    def __call__(self, opened: Opened, clinic: ClinicValues, query: Mapping[str, str]) -> tuple[str, bytes]: ...


@answers_to("GET")
def paper(request: Request, write: WritesPaper) -> HttpResponse:
    """`?paper=a4` and `?print=large`; Letter and plain print otherwise."""
    opened = opened_for(request, timezone.now())
    if not opened.sent or opened.row.kiosk:
        return onwards(request, opened)
    name, made = write(opened, clinic_of(opened), request.GET.dict())
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
