"""On the clinic's own tablet: the code that staff gave, the start page, and nothing left at the end."""

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
from screening.patient.device import (
    drop_key,
    is_tablet,
    keep_key,
    load_from_cookie,
    mark_as_tablet,
    unmark_tablet,
)
from screening.patient.errors import patient_page, render_unavailable
from screening.patient.journey import redirect_to_next
from screening.patient.languages import read_pressed_language, remember_language
from screening.patient.page_buttons import change_language
from screening.patient.rendering import PatientPage, find_clinic_values, render_page
from screening.patient.start import build_start_page
from screening.queries import clinic
from screening.queries.clinic import ClinicValues
from screening.queries.opening import find_version_to_open


@patient_page("GET", "POST")
def enter(request: Request) -> HttpResponse:
    """The code, and with it a new form on this tablet."""
    values, typed = _read_switched_on(), request.POST.get("code", "")
    language = read_pressed_language(request)
    if language:
        translation.activate(language)
        response = _show_code_page(request, values, typed=typed)
        remember_language(response, language)
        return response
    if request.method != "POST":
        return _show_code_page(request, values)
    address = client_address(request)
    if TRIES_FROM_ONE_ADDRESS.is_reached(address):
        return _show_code_page(request, values, refused="often", status=429)
    if find_version_to_open(values) is None:
        return render_unavailable(request)
    if not typed.strip():
        return _show_code_page(request, values, refused="blank", status=422)
    if not kiosk_codes.use_kiosk_code(typed):
        TRIES_FROM_ONE_ADDRESS.count(address)
        return _show_code_page(request, values, refused="unknown", typed=typed[:40], status=422)
    if "ordinary" in request.POST:
        return _make_ordinary()
    return _begin(request, values)


def _show_code_page(
    request: Request, values: ClinicValues, *, refused: str = "", typed: str = "", status: int = 200
) -> HttpResponse:
    page = build_code_page(values, refused=refused, typed=typed, marked=is_tablet(request), status=status)
    return render_page(request, page)


def build_code_page(
    values: ClinicValues, *, refused: str = "", typed: str = "", marked: bool = False, status: int = 200
) -> PatientPage:
    """Where the code is entered. `refused`: "often", "blank" or "unknown"; `marked`: this device is a tablet
    already.

    Nothing of anybody stands on it, so it does not clear itself.
    """
    context = {"refused": refused, "typed": typed, "marked": marked, "kiosk": False}
    return PatientPage("patient/pages/kiosk.html", context, values, status=status)


def _make_ordinary() -> HttpResponse:
    response = SeeOther(reverse("patient:start"))
    unmark_tablet(response)
    return response


def _begin(request: Request, values: ClinicValues) -> HttpResponse:
    version = find_version_to_open(values)
    if version is None:
        return render_unavailable(request)
    known, shown = publishing.load_definition(version.pk).languages, get_language() or ""
    token = submissions.start_submission(
        version_id=version.pk,
        language=shown if shown in known else known[0],
        now=timezone.now(),
        request_id=request.request_id,
        kiosk=True,
    )
    response = SeeOther(reverse("patient:kiosk-welcome"))
    keep_key(response, token)
    mark_as_tablet(response)
    return response


@patient_page("GET", "POST")
def welcome(request: Request) -> HttpResponse:
    """What this is and who reads it, before the first question."""
    now = timezone.now()
    loaded = load_from_cookie(request, now)
    if read_pressed_language(request):
        return change_language(request, loaded, now, to=request.path)
    if request.method == "POST" or loaded.sent:
        return redirect_to_next(request, loaded)
    return render_page(request, build_start_page(find_clinic_values(loaded), loaded))


@patient_page("GET")
def blank(request: Request) -> HttpResponse:
    """Nobody touched it: the key to the form is gone from this tablet, and the page shows nothing."""
    return _render_cleared(request, left=True)


@patient_page("GET")
def end(request: Request) -> HttpResponse:
    """Finished: thanks, and after 20 seconds ready for the next patient."""
    return _render_cleared(request, left=False)


def _render_cleared(request: Request, *, left: bool) -> HttpResponse:
    """The last page, and nothing of this patient on the tablet. `left`: they went away without finishing."""
    response = render_page(
        request, PatientPage("patient/pages/kiosk_end.html", {"left": left}, clinic.current())
    )
    drop_key(response)
    response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, path="/", samesite="Lax")
    return response


def _read_switched_on() -> ClinicValues:
    """The clinic's settings. Raises Http404 where it has no tablet."""
    values = clinic.current()
    if not values.kiosk:
        raise Http404
    return values
