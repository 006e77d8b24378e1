"""On the clinic's own tablet: the code that staff gave, the words before the start, and nothing left at the end."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language

from questionnaire.actions import publishing
from questionnaire.http import Request, SeeOther
from screening.actions import kiosk_codes, submissions
from screening.core.limits import TRIES_FROM_ONE_ADDRESS, client_address
from screening.patient.errors import answers_to, unavailable
from screening.patient.journey import (
    TABLET,
    answer,
    clinic_of,
    drop_token,
    keep_token,
    load_from_cookie,
    mark_tablet,
    onwards,
)
from screening.patient.languages import pressed, remember
from screening.patient.page_buttons import change_language
from screening.queries import clinic
from screening.queries.clinic import ClinicValues
from screening.queries.opening import find_version_to_open


@answers_to("GET", "POST")
def enter(request: Request) -> HttpResponse:
    """The code, and with it a new form on this tablet."""
    values = _switched_on()
    if pressed(request):
        translation.activate(pressed(request))
        response = answer(request, "patient/pages/kiosk.html", {"typed": request.POST.get("code", "")}, values=values)
        remember(response, pressed(request))
        return response
    if request.method != "POST":
        return answer(request, "patient/pages/kiosk.html", {}, values=values)
    address, typed = client_address(request), request.POST.get("code", "")
    if TRIES_FROM_ONE_ADDRESS.is_reached(address):
        return answer(request, "patient/pages/kiosk.html", {"refused": "often"}, values=values, status=429)
    if find_version_to_open(values) is None:
        return unavailable(request)
    if not typed.strip():
        return answer(request, "patient/pages/kiosk.html", {"refused": "blank"}, values=values, status=422)
    if not kiosk_codes.use_kiosk_code(typed):
        TRIES_FROM_ONE_ADDRESS.count(address)
        context = {"refused": "unknown", "typed": typed[:40]}
        return answer(request, "patient/pages/kiosk.html", context, values=values, status=422)
    return _begin(request, values)


def _begin(request: Request, values: ClinicValues) -> HttpResponse:
    version = find_version_to_open(values)
    if version is None:
        return unavailable(request)
    known, shown = publishing.load_definition(version.pk).languages, get_language() or ""
    token = submissions.start(
        version_id=version.pk,
        language=shown if shown in known else known[0],
        now=timezone.now(),
        request_id=request.request_id,
        kiosk=True,
    )
    response = SeeOther(reverse("patient:kiosk-welcome"))
    keep_token(response, token)
    mark_tablet(response)
    return response


@answers_to("GET", "POST")
def welcome(request: Request) -> HttpResponse:
    """What this is and who reads it, before the first question."""
    now = timezone.now()
    loaded = load_from_cookie(request, now)
    if pressed(request):
        return change_language(request, loaded, now, to=request.path)
    if request.method == "POST" or loaded.sent:
        return onwards(request, loaded)
    return answer(request, "patient/pages/start.html", {}, values=clinic_of(loaded), loaded=loaded)


@answers_to("GET")
def blank(request: Request) -> HttpResponse:
    """Nobody touched it: the key to the form is gone from this tablet, and the page shows nothing."""
    return _cleared(answer(request, "patient/pages/kiosk_end.html", {"left": True}, values=clinic.current()))


@answers_to("GET")
def end(request: Request) -> HttpResponse:
    """Finished: thanks, and after 20 seconds ready for the next patient."""
    return _cleared(answer(request, "patient/pages/kiosk_end.html", {"left": False}, values=clinic.current()))


def _cleared(response: HttpResponse) -> HttpResponse:
    drop_token(response)
    for name in (settings.LANGUAGE_COOKIE_NAME, TABLET):
        response.delete_cookie(name, path="/", samesite="Lax")
    return response


def _switched_on() -> ClinicValues:
    values = clinic.current()
    if not values.kiosk:
        raise Http404
    return values
