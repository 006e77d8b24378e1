"""The help page: whom to call now. It needs no form, no session and no database."""

from __future__ import annotations

from django.http import HttpResponse

from questionnaire.http import Request
from screening.patient.errors import answers_to
from screening.patient.journey import answer, cookie_name
from screening.queries import clinic


@answers_to("GET")
def help_now(request: Request) -> HttpResponse:
    context = {"form_here": bool(request.COOKIES.get(cookie_name()))}
    return answer(request, "patient/pages/help_now.html", context, values=clinic.remembered())
