"""Come back: code and year of birth open the form on this device, at what is still to be done."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone, translation

from questionnaire.http import Request, SeeOther
from screening.actions import submissions
from screening.actions.resume import restore_stashed_page, resume_submission
from screening.core.limits import TRIES_FROM_ONE_ADDRESS, TRIES_OF_ONE_CODE, client_address
from screening.patient.device import keep_key
from screening.patient.errors import patient_page
from screening.patient.journey import find_next_address
from screening.patient.languages import read_pressed_language, remember_language
from screening.patient.rendering import PatientPage, render_page
from screening.patient.resume_form import ComeBackForm
from screening.patient.tablet import redirect_on_tablet
from screening.queries import clinic
from screening.queries.clinic import ClinicValues
from screening.queries.submission import FormNotFoundError, LoadedSubmission


@patient_page("GET", "POST")
def resume(request: Request) -> HttpResponse:
    """Code and year, then the form.

    `kept` in the POST is the one-time key to a page that was typed with a lost key; it is carried along.
    """
    if elsewhere := redirect_on_tablet(request):
        return elsewhere
    now = timezone.now()
    if read_pressed_language(request):
        translation.activate(read_pressed_language(request))
        typed = ComeBackForm(today=timezone.localdate(now), typed=request.POST.dict())
        response = _show(request, typed)
        remember_language(response, read_pressed_language(request))
        return response
    if request.method == "POST" and "code" in request.POST:
        return _open(request, now)
    return _show(request, ComeBackForm(today=timezone.localdate(now)))


def _open(request: Request, now: datetime) -> HttpResponse:
    form = ComeBackForm(today=timezone.localdate(now), data=request.POST)
    if not form.is_valid():
        return _show(request, form, status=422)
    code, year, address = form.cleaned_data["code"], form.cleaned_data["year"], client_address(request)
    if TRIES_FROM_ONE_ADDRESS.is_reached(address) or TRIES_OF_ONE_CODE.is_reached(code):
        return _show(request, form, refused="often", status=429)
    try:
        token, loaded = resume_submission(
            code=code,
            year=year,
            clinic=clinic.current(),
            now=now,
            request_id=request.request_id,
        )
    except FormNotFoundError:
        TRIES_FROM_ONE_ADDRESS.count(address)
        TRIES_OF_ONE_CODE.count(code)
        return _show(request, form, refused="unknown", status=422)
    return redirect_into_form(request, loaded, token, now)


def redirect_into_form(request: Request, loaded: LoadedSubmission, token: str, now: datetime) -> HttpResponse:
    """On to the form: to the page that was typed and kept, else to what is still to be done."""
    target = find_next_address(loaded)
    if key := request.POST.get("kept", ""):
        loaded = restore_stashed_page(loaded=loaded, key=key, now=now)
        reached = [page for page in loaded.response.typed if page.isdecimal() and loaded.walk.page(int(page))]
        target = (
            reverse("patient:question", args=[int(reached[-1])]) if reached else find_next_address(loaded)
        )
    response = SeeOther(target)
    keep_key(response, token)
    remember_language(response, loaded.row.language, lasting=submissions.LIFETIME)
    return response


def _show(request: Request, form: ComeBackForm, *, refused: str = "", status: int = 200) -> HttpResponse:
    kept = request.POST.get("kept", "")
    return render_page(
        request, build_resume_page(clinic.current(), form, refused=refused, kept=kept, status=status)
    )


def build_resume_page(
    values: ClinicValues, form: ComeBackForm, *, refused: str = "", kept: str = "", status: int = 200
) -> PatientPage:
    """Code and year of birth.

    `refused`: "often" or "unknown"; `kept`: the key to a page that was typed meanwhile.
    """
    context = {"form": form, "refused": refused, "kept": kept, "back": reverse("patient:start")}
    return PatientPage("patient/pages/resume.html", context, values, status=status)
