"""Deleting a form that was not sent, and withdrawing one that was."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone, translation

from questionnaire.http import Request, SeeOther
from screening.actions import erasure
from screening.core.limits import TRIES_FROM_ONE_ADDRESS, client_address
from screening.patient.device import drop_key, load_from_cookie
from screening.patient.errors import patient_page
from screening.patient.journey import find_next_address, redirect_to_next
from screening.patient.languages import read_pressed_language, remember_language
from screening.patient.page_buttons import change_language
from screening.patient.rendering import PatientPage, find_clinic_values, render_page
from screening.patient.resume_form import WithdrawForm
from screening.queries import clinic
from screening.queries.clinic import ClinicValues
from screening.queries.submission import FormNotFoundError, LoadedSubmission


@patient_page("GET", "POST")
def delete(request: Request) -> HttpResponse:
    """Ask once, then destroy the draft."""
    now = timezone.now()
    loaded = load_from_cookie(request, now)
    if loaded.sent:
        return redirect_to_next(request, loaded)
    if read_pressed_language(request):
        return change_language(request, loaded, now, to=request.path)
    if request.method == "POST":
        erasure.delete_draft(loaded=loaded, now=now, request_id=request.request_id)
        response = SeeOther(reverse("patient:deleted"))
        drop_key(response)
        return response
    return render_page(request, build_delete_page(loaded))


@patient_page("GET")
def deleted(request: Request) -> HttpResponse:
    """Where deleting leads."""
    return render_page(request, build_deleted_page(clinic.current()))


@patient_page("GET", "POST")
def withdraw(request: Request) -> HttpResponse:
    """Take back what was sent, with its reference and secret code."""
    if read_pressed_language(request):
        translation.activate(read_pressed_language(request))
        response = _ask(request, WithdrawForm(typed=request.POST.dict()))
        remember_language(response, read_pressed_language(request))
        return response
    if request.method == "POST":
        return _withdraw(request, timezone.now())
    return _ask(request, WithdrawForm())


@patient_page("GET")
def withdrawn(request: Request) -> HttpResponse:
    """Where withdrawing leads."""
    return render_page(request, build_withdrawn_page(clinic.current()))


def _withdraw(request: Request, now: datetime) -> HttpResponse:
    form, address = WithdrawForm(data=request.POST), client_address(request)
    if not form.is_valid():
        return _ask(request, form, status=422)
    if TRIES_FROM_ONE_ADDRESS.is_reached(address):
        return _ask(request, form, refused="often", status=429)
    try:
        erasure.withdraw_submission(**form.cleaned_data, now=now, request_id=request.request_id)
    except FormNotFoundError:
        TRIES_FROM_ONE_ADDRESS.count(address)
        return _ask(request, form, refused="unknown", status=422)
    response = SeeOther(reverse("patient:withdrawn"))
    drop_key(response)
    return response


def _ask(request: Request, form: WithdrawForm, *, refused: str = "", status: int = 200) -> HttpResponse:
    return render_page(request, build_withdraw_page(clinic.current(), form, refused=refused, status=status))


def build_delete_page(loaded: LoadedSubmission) -> PatientPage:
    """The question whether everything is to be destroyed."""
    context = {"back": find_next_address(loaded)}
    return PatientPage("patient/pages/delete.html", context, find_clinic_values(loaded), loaded)


def build_deleted_page(values: ClinicValues) -> PatientPage:
    """Says that the form is gone."""
    return PatientPage("patient/pages/deleted.html", {}, values)


def build_withdraw_page(
    values: ClinicValues, form: WithdrawForm, *, refused: str = "", status: int = 200
) -> PatientPage:
    """Reference and secret code of what is to be withdrawn. `refused`: "often" or "unknown"."""
    context = {"form": form, "refused": refused, "back": reverse("patient:start")}
    return PatientPage("patient/pages/withdraw.html", context, values, status=status)


def build_withdrawn_page(values: ClinicValues) -> PatientPage:
    """Says that it is withdrawn."""
    return PatientPage("patient/pages/withdrawn.html", {}, values)
