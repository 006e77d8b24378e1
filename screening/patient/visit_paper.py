"""The page to bring along, as a PDF to keep or print. Never on a shared tablet: files would stay there."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from screening.patient.errors import answers_to
from screening.patient.journey import clinic_of, onwards, opened_for
from screening.reports.printing import Layout
from screening.reports.visit_paper import FILE_NAME, bring_along


@answers_to("GET")
def paper(request: HttpRequest) -> HttpResponse:
    """`?paper=a4` and `?print=large`; Letter and plain print otherwise."""
    opened = opened_for(request, timezone.now())
    if not opened.sent or opened.row.kiosk:
        return onwards(request, opened)
    made = bring_along(opened, opened.row.flags.all(), clinic_of(opened), Layout.asked_for(request.GET))
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return response
