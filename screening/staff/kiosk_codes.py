"""Starting a form on the clinic's tablet: a code to type in there."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from questionnaire.http import StaffRequest
from screening.actions import kiosk_codes
from screening.core import access
from screening.core.actor import account_code
from screening.queries import clinic


@access.staff_page("GET", "POST", may=access.WORK)
def start(request: StaffRequest) -> HttpResponse:
    values, code = clinic.current(), ""
    if request.method == "POST" and values.kiosk:
        code = kiosk_codes.new_code(
            actor=account_code(request.user.pk),
            now=timezone.now(),
            request_id=request.request_id,
        )
    context = {
        "here": "kiosk",
        "on": values.kiosk,
        "code": f"{code[:3]} {code[3:]}".strip(),
        "address": request.build_absolute_uri(reverse("patient:kiosk")),
        "minutes": kiosk_codes.LASTS // 60,
    }
    return render(request, "staff/pages/kiosk.html", context)
