"""Deleting a form that was not sent, and withdrawing one that was."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone, translation

from questionnaire.http import Request, SeeOther
from screening.actions import erasure
from screening.core.limits import TRIES_FROM_ONE_ADDRESS, client_address
from screening.patient.errors import answers_to
from screening.patient.journey import answer, clinic_of, drop_token, load_from_cookie, next_address, onwards
from screening.patient.languages import pressed, remember
from screening.patient.page_buttons import change_language
from screening.patient.resume_form import WithdrawForm
from screening.queries import clinic
from screening.queries.submission import FormNotFoundError


@answers_to("GET", "POST")
def delete(request: Request) -> HttpResponse:
    """Ask once, then destroy the draft."""
    now = timezone.now()
    loaded = load_from_cookie(request, now)
    if loaded.sent:
        return onwards(request, loaded)
    if pressed(request):
        return change_language(request, loaded, now, to=request.path)
    if request.method == "POST":
        erasure.delete_draft(loaded=loaded, now=now, request_id=request.request_id)
        response = SeeOther(reverse("patient:deleted"))
        drop_token(response)
        return response
    context = {"back": next_address(loaded)}
    return answer(request, "patient/pages/delete.html", context, values=clinic_of(loaded), loaded=loaded)


@answers_to("GET")
def deleted(request: Request) -> HttpResponse:
    return answer(request, "patient/pages/deleted.html", {}, values=clinic.current())


@answers_to("GET", "POST")
def withdraw(request: Request) -> HttpResponse:
    if pressed(request):
        translation.activate(pressed(request))
        response = _ask(request, WithdrawForm(typed=request.POST.dict()))
        remember(response, pressed(request))
        return response
    if request.method == "POST":
        return _withdraw(request, timezone.now())
    return _ask(request, WithdrawForm())


@answers_to("GET")
def withdrawn(request: Request) -> HttpResponse:
    return answer(request, "patient/pages/withdrawn.html", {}, values=clinic.current())


def _withdraw(request: Request, now: datetime) -> HttpResponse:
    form, address = WithdrawForm(data=request.POST), client_address(request)
    if not form.is_valid():
        return _ask(request, form, status=422)
    if TRIES_FROM_ONE_ADDRESS.is_reached(address):
        return _ask(request, form, refused="often", status=429)
    try:
        erasure.withdraw(**form.cleaned_data, now=now, request_id=request.request_id)
    except FormNotFoundError:
        TRIES_FROM_ONE_ADDRESS.count(address)
        return _ask(request, form, refused="unknown", status=422)
    response = SeeOther(reverse("patient:withdrawn"))
    drop_token(response)
    return response


def _ask(request: Request, form: WithdrawForm, *, refused: str = "", status: int = 200) -> HttpResponse:
    context = {"form": form, "refused": refused, "back": reverse("patient:start")}
    return answer(request, "patient/pages/withdraw.html", context, values=clinic.current(), status=status)
