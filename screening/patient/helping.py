"""The help page: whom to call now. It needs no form, no session and no database."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from screening import clinic
from screening.patient.errors import answers_to
from screening.patient.journey import answer


@answers_to("GET")
def help_now(request: HttpRequest) -> HttpResponse:
    return answer(request, "patient/help.html", {}, values=clinic.remembered())
