"""Who they are: asked last, and optional unless the clinic needs it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from questionnaire.http import Request, SeeOther
from screening.actions import submissions
from screening.patient.device import load_from_cookie
from screening.patient.errors import patient_page
from screening.patient.identity_form import IdentityForm
from screening.patient.journey import redirect_to_next
from screening.patient.languages import read_pressed_language
from screening.patient.page_buttons import is_saving, keep_pressed_language, read_typed, redirect_to_code
from screening.patient.rendering import PatientPage, find_clinic_values, render_page
from screening.queries.reachability import ASKED, can_be_reached, is_urgent
from screening.queries.submission import LoadedSubmission


@patient_page("GET", "POST")
def you(request: Request) -> HttpResponse:
    """Asked when nothing else is left to ask; then the check page."""
    now = timezone.now()
    loaded = load_from_cookie(request, now)
    if loaded.sent or loaded.response.pending or not loaded.walk.complete:
        return redirect_to_next(request, loaded)
    if read_pressed_language(request) or is_saving(request):
        return _leave_as_typed(request, loaded, now)
    urgent = is_urgent(loaded)
    if request.method != "POST":
        typed = loaded.response.typed.get("you")
        form = _make_form(loaded, now, urgent, known=loaded.person, typed=typed.values if typed else None)
        return render_page(request, build_identity_page(loaded, form, urgent=urgent))
    form = _make_form(loaded, now, urgent, data=request.POST)
    if not form.is_valid() or needs_second_word(request, loaded, form, urgent):
        return render_page(request, build_identity_page(loaded, form, urgent=urgent))
    submissions.save_identity(loaded=loaded, identity=_identity(form, loaded, urgent), now=now)
    return SeeOther(reverse("patient:check"))


def _make_form(loaded: LoadedSubmission, now: datetime, urgent: bool, **given: Any) -> IdentityForm:
    """What is asked; for an urgent patient also how to reach them, unless staff are beside them."""
    values, asks = find_clinic_values(loaded), urgent and not loaded.row.kiosk
    return IdentityForm(values, today=timezone.localdate(now), urgent=asks, **given)


def needs_second_word(request: Request, loaded: LoadedSubmission, form: IdentityForm, urgent: bool) -> bool:
    """Whether an urgent patient leaves without any way to reach them, and was not yet told what that
    means."""
    if not urgent or loaded.row.kiosk or request.POST.get("without") == "yes":
        return False
    return not can_be_reached(form.identity, loaded.response.invited)


def build_identity_page(loaded: LoadedSubmission, form: IdentityForm, *, urgent: bool = False) -> PatientPage:
    """Name, phone, e-mail and date of birth, as far as the clinic asks for them.

    `urgent`: an urgent flag stands. A form that was posted without a fault is shown again only to say what it
    means that nobody can be reached.
    """
    if loaded.row.kiosk:
        form.suggest_nothing()
    last = loaded.walk.pages[-1].number if loaded.walk.pages else None  # a draft may ask nothing yet
    unreachable = urgent and form.is_bound and not form.errors
    context = {
        "form": form,
        "back": reverse("patient:question", args=[last]) if last else reverse("patient:start"),
        "invited": bool(loaded.response.invited),
        "urgent": urgent,
        "has_number": bool(loaded.response.invited.get("phone")),
        "unreachable": unreachable,
    }
    status = 422 if form.errors or unreachable else 200
    return PatientPage("patient/pages/identity.html", context, find_clinic_values(loaded), loaded, status)


def _identity(form: IdentityForm, loaded: LoadedSubmission, urgent: bool) -> dict[str, str]:
    """What they gave, with the date of birth they opened their link with, and the phone number on it.

    Where they say that they are somebody else, also whom the link was made for.
    """
    invited, given = loaded.response.invited, form.identity
    if urgent:
        given = {**given, ASKED: "yes"}
    if not invited:
        return given
    if "phone" in invited:
        given = {**given, "invited_phone": invited["phone"]}
    if "birth_year" not in form.fields:
        given = {**given, "birth_date": invited["birth_date"]}
    same = _plainly(given.get("name", "")) == _plainly(invited["name"])
    if same and given.get("birth_date") == invited["birth_date"]:
        return given
    return {**given, "invited_as": f"{invited['name']}, {invited['birth_date']}"}


def _plainly(name: str) -> str:
    return " ".join(name.casefold().split())


def _leave_as_typed(request: Request, loaded: LoadedSubmission, now: datetime) -> HttpResponse:
    language = read_pressed_language(request)
    saved = submissions.save_typed_page(
        loaded=loaded,
        page="you",
        typed=read_typed(request, IdentityForm.base_fields),
        urgent=frozenset(),
        language=language,
        now=now,
    )
    if language:
        return keep_pressed_language(SeeOther(request.path), request, loaded)
    return redirect_to_code(request, saved, now)
