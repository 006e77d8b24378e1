"""Starting a form on the clinic's tablet: a code to type in there."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from questionnaire.http import StaffRequest
from screening.actions import kiosk_codes
from screening.core import access
from screening.core.actor import Actor
from screening.queries import clinic


@access.staff_page("GET", "POST", may=access.WORK)
def show_kiosk_code(request: StaffRequest) -> HttpResponse:
    """How to start a form on the tablet; a POST makes a new code, shown once."""
    values, code = clinic.current(), ""
    if request.method == "POST" and values.kiosk:
        code = kiosk_codes.create_kiosk_code(actor=Actor.of(request))
    context = {
        "here": "kiosk",
        "on": values.kiosk,
        "code": f"{code[:3]} {code[3:]}".strip(),
        "address": request.build_absolute_uri(reverse("patient:kiosk")),
        "minutes": kiosk_codes.LIFETIME_SECONDS // 60,
    }
    return render(request, "staff/pages/kiosk.html", context)
