"""Who they are: asked last, and optional unless the clinic needs it."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from questionnaire.http import Request, SeeOther
from screening.actions import submissions
from screening.patient.errors import answers_to
from screening.patient.identity_form import IdentityForm
from screening.patient.journey import answer, clinic_of, load_from_cookie, onwards
from screening.patient.languages import pressed
from screening.patient.page_buttons import in_language, is_saving, to_code, typed_on
from screening.queries.submission import LoadedSubmission


@answers_to("GET", "POST")
def you(request: Request) -> HttpResponse:
    now = timezone.now()
    loaded = load_from_cookie(request, now)
    if loaded.sent or loaded.response.pending or not loaded.walk.complete:
        return onwards(request, loaded)
    values, today = clinic_of(loaded), timezone.localdate(now)
    if pressed(request) or is_saving(request):
        return _leave_as_typed(request, loaded, now)
    if request.method != "POST":
        typed = loaded.response.typed.get("you")
        form = IdentityForm(values, today=today, known=loaded.person, typed=typed.values if typed else None)
    else:
        form = IdentityForm(values, today=today, data=request.POST)
        if form.is_valid():
            submissions.save_identity(loaded=loaded, identity=_identity(form, loaded), now=now)
            return SeeOther(reverse("patient:check"))
    if loaded.row.kiosk:
        form.suggest_nothing()
    back = reverse("patient:question", args=[loaded.walk.pages[-1].number])
    status = 422 if form.errors else 200
    context = {"form": form, "back": back, "invited": bool(loaded.response.invited)}
    return answer(request, "patient/pages/identity.html", context, values=values, loaded=loaded, status=status)


def _identity(form: IdentityForm, loaded: LoadedSubmission) -> dict[str, str]:
    """What they gave, the date of birth they opened their link with, and whom it was made for if they say otherwise."""
    invited, given = loaded.response.invited, form.identity
    if not invited:
        return given
    if "birth_year" not in form.fields:
        given = {**given, "birth_date": invited["birth_date"]}
    same = _plainly(given.get("name", "")) == _plainly(invited["name"])
    if same and given.get("birth_date") == invited["birth_date"]:
        return given
    return {**given, "invited_as": f"{invited['name']}, {invited['birth_date']}"}


def _plainly(name: str) -> str:
    return " ".join(name.casefold().split())


def _leave_as_typed(request: Request, loaded: LoadedSubmission, now: datetime) -> HttpResponse:
    kept = submissions.keep_typed(
        loaded=loaded,
        page="you",
        typed=typed_on(request, IdentityForm.base_fields),
        urgent=frozenset(),
        language=pressed(request),
        now=now,
    )
    return in_language(SeeOther(request.path), request, loaded) if pressed(request) else to_code(request, kept, now)
