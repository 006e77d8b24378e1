"""Save and come back: the code, the year of birth that goes with it, and leaving this device."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone, translation

from questionnaire.http import Request, SeeOther
from questionnaire.presenters.result import list_sentences
from screening.actions import submissions
from screening.actions.resume import save_for_later
from screening.core import codes
from screening.patient import reminder
from screening.patient.device import drop_key, keep_key_longer, load_from_cookie
from screening.patient.errors import patient_page
from screening.patient.journey import redirect_to_next
from screening.patient.languages import read_pressed_language
from screening.patient.page_buttons import keep_pressed_language, redirect_to_code
from screening.patient.rendering import PatientPage, find_clinic_values, make_reader, render_page
from screening.patient.resume_form import YearForm
from screening.queries.submission import LoadedSubmission


@patient_page("GET", "POST")
def save(request: Request) -> HttpResponse:
    """The code, then the year of birth, then how to come back."""
    now = timezone.now()
    loaded = load_from_cookie(request, now)
    if loaded.sent:
        return redirect_to_next(request, loaded)
    if read_pressed_language(request):
        return _change_language(request, loaded, now)
    if request.method == "POST":
        return _act(request, loaded, now)
    return _show(request, loaded, YearForm(today=timezone.localdate(now)), now)


def _change_language(request: Request, loaded: LoadedSubmission, now: datetime) -> HttpResponse:
    """The same page with what is half typed on it, which is kept nowhere."""
    language = read_pressed_language(request)
    saved = submissions.change_language(loaded=loaded, language=language, now=now)
    translation.activate(language)
    form = YearForm(today=timezone.localdate(now), typed=request.POST.dict())
    return keep_pressed_language(_show(request, saved, form, now), request, saved)


def _act(request: Request, loaded: LoadedSubmission, now: datetime) -> HttpResponse:
    """What the button that was pressed does: get a code, leave, send the code, or save it with the year."""
    if "save" in request.POST or not loaded.response.code:
        return redirect_to_code(request, loaded, now)
    if is_saved(loaded, now) and "leave" in request.POST:
        return _leave(request, loaded, now)
    if is_saved(loaded, now) and "remind" in request.POST:
        outcome = reminder.send_reminder(request.POST.get("email", ""), loaded)
        form = YearForm(today=timezone.localdate(now))
        return _show(request, loaded, form, now, reminded=outcome, status=200 if outcome == "sent" else 422)
    form = YearForm(today=timezone.localdate(now), data=request.POST)
    if not form.is_valid():
        return _show(request, loaded, form, now, status=422)
    save_for_later(
        loaded=loaded,
        year=form.cleaned_data["year"],
        days=find_clinic_values(loaded).resume_days,
        now=now,
        request_id=request.request_id,
    )
    response = SeeOther(request.path)
    keep_key_longer(request, response, loaded)
    return response


def is_saved(loaded: LoadedSubmission, now: datetime) -> bool:
    """Whether code and year of birth open it now."""
    return loaded.row.resume_until is not None and loaded.row.resume_until > now


def _leave(request: Request, loaded: LoadedSubmission, now: datetime) -> HttpResponse:
    submissions.leave_device(loaded=loaded, now=now, request_id=request.request_id)
    response = SeeOther(reverse("patient:start"))
    drop_key(response)
    return response


def _show(
    request: Request,
    loaded: LoadedSubmission,
    form: YearForm,
    now: datetime,
    *,
    reminded: str = "",
    status: int = 200,
) -> HttpResponse:
    page = build_save_page(
        loaded,
        form,
        now=now,
        address=request.build_absolute_uri(reverse("patient:resume")),
        can_remind=not settings.EMAIL_BACKEND.endswith("dummy.EmailBackend"),
        reminded=reminded,
        email="" if reminded == "sent" else request.POST.get("email", ""),
        status=status,
    )
    return render_page(request, page)


def build_save_page(
    loaded: LoadedSubmission,
    form: YearForm,
    *,
    now: datetime,
    address: str,
    can_remind: bool,
    reminded: str = "",
    email: str = "",
    status: int = 200,
) -> PatientPage:
    """The code, and the year of birth that goes with it or, once it is saved, how to come back.

    `address`: where to enter both. `reminded`: what became of a reminder by e-mail, see reminder.py.
    """
    values = find_clinic_values(loaded)
    context = {
        "form": form,
        "code": codes.group_code(loaded.response.code),
        "until": loaded.row.resume_until if is_saved(loaded, now) else None,
        "address": address,
        "sentences": list_sentences(loaded.definition, loaded.response.pending, make_reader(loaded, values)),
        "reminded": reminded,
        "email": email,
        "can_remind": can_remind,
    }
    return PatientPage("patient/pages/save_for_later.html", context, values, loaded, status)
