"""Save and come back: the code, the year of birth that goes with it, and leaving this device."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone, translation

from questionnaire.http import Request, SeeOther
from questionnaire.presenters.result import list_sentences
from screening.actions import resume, submissions
from screening.core import codes
from screening.patient import reminder
from screening.patient.errors import answers_to
from screening.patient.journey import answer, clinic_of, drop_token, keep_device, load_from_cookie, onwards, reader_of
from screening.patient.languages import pressed
from screening.patient.page_buttons import in_language, to_code
from screening.patient.resume_form import YearForm
from screening.queries.clinic import ClinicValues
from screening.queries.submission import LoadedSubmission


@answers_to("GET", "POST")
def save(request: Request) -> HttpResponse:
    now = timezone.now()
    loaded = load_from_cookie(request, now)
    if loaded.sent:
        return onwards(request, loaded)
    if pressed(request):
        return _in_another_language(request, loaded, now)
    if request.method == "POST":
        return _act(request, loaded, now)
    return _show(request, loaded, YearForm(today=timezone.localdate(now)), clinic_of(loaded), now)


def _in_another_language(request: Request, loaded: LoadedSubmission, now: datetime) -> HttpResponse:
    """The same page with what is half typed on it, which is kept nowhere."""
    saved = submissions.change_language(loaded=loaded, language=pressed(request), now=now)
    translation.activate(pressed(request))
    form = YearForm(today=timezone.localdate(now), typed=request.POST.dict())
    return in_language(_show(request, saved, form, clinic_of(saved), now), request, saved)


def _act(request: Request, loaded: LoadedSubmission, now: datetime) -> HttpResponse:
    if "save" in request.POST or not loaded.response.code:
        return to_code(request, loaded, now)
    if is_saved(loaded, now) and "leave" in request.POST:
        return _leave(request, loaded, now)
    values = clinic_of(loaded)
    if is_saved(loaded, now) and "remind" in request.POST:
        sent = reminder.remind(request.POST.get("email", ""), loaded)
        form = YearForm(today=timezone.localdate(now))
        return _show(request, loaded, form, values, now, reminded=sent, status=200 if sent == "sent" else 422)
    form = YearForm(today=timezone.localdate(now), data=request.POST)
    if not form.is_valid():
        return _show(request, loaded, form, values, now, status=422)
    resume.save_for_later(
        loaded=loaded,
        year=form.cleaned_data["year"],
        days=values.resume_days,
        now=now,
        request_id=request.request_id,
    )
    response = SeeOther(request.path)
    keep_device(request, response, loaded)
    return response


def is_saved(loaded: LoadedSubmission, now: datetime) -> bool:
    """Whether code and year of birth open it now."""
    return loaded.row.resume_until is not None and loaded.row.resume_until > now


def _leave(request: Request, loaded: LoadedSubmission, now: datetime) -> HttpResponse:
    submissions.leave(loaded=loaded, now=now, request_id=request.request_id)
    response = SeeOther(reverse("patient:start"))
    drop_token(response)
    return response


def _show(
    request: Request,
    loaded: LoadedSubmission,
    form: YearForm,
    values: ClinicValues,
    now: datetime,
    *,
    reminded: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "code": codes.group_code(loaded.response.code),
        "until": loaded.row.resume_until if is_saved(loaded, now) else None,
        "address": request.build_absolute_uri(reverse("patient:resume")),
        "sentences": list_sentences(loaded.definition, loaded.response.pending, reader_of(loaded, values)),
        "reminded": reminded,
        "email": "" if reminded == "sent" else request.POST.get("email", ""),
        "can_remind": not settings.EMAIL_BACKEND.endswith("dummy.EmailBackend"),
    }
    return answer(request, "patient/pages/save_for_later.html", context, values=values, loaded=loaded, status=status)
