"""The link a clinic made for one patient. Its button exchanges the key in the address for a form.

Looking at it changes nothing, and it always shows the same start page, whether or not a form was begun with
it. It can be used more than once; from there on the address says nothing of it. A link that was used, ended,
was taken back or never was, gives one and the same page.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from questionnaire.actions import publishing
from questionnaire.http import Request, SeeOther
from screening.actions import invitations
from screening.core.limits import TRIES_FROM_ONE_ADDRESS, client_address
from screening.models import Invitation
from screening.patient.device import cookie_name, has_key
from screening.patient.errors import patient_page, render_unavailable
from screening.patient.identity_form import DATE_PARTS, IdentityForm
from screening.patient.languages import read_chosen_language, read_pressed_language, remember_language
from screening.patient.page_buttons import read_typed
from screening.patient.rendering import PatientPage, read_start_heading, render_page
from screening.patient.resume import redirect_into_form
from screening.patient.tablet import redirect_on_tablet
from screening.queries import clinic
from screening.queries.clinic import ClinicValues
from screening.queries.invitations import find_invitation
from screening.queries.submission import hash_token, load_with_token


class BirthDateForm(IdentityForm):
    """The date of birth of whom the link was made for: typed, never shown."""

    def __init__(self, *, today: date, **given: Any) -> None:
        super().__init__(ClinicValues(require_birth_date=True), today=today, **given)
        for name in set(self.fields) - set(DATE_PARTS):
            del self.fields[name]


@patient_page("GET", "POST")
def open_link(request: Request, link: str) -> HttpResponse:
    """The start page of an invitation; its button begins or takes up the form."""
    if elsewhere := redirect_on_tablet(request):
        return elsewhere
    now = timezone.now()
    invitation = find_invitation(link, now=now)
    if invitation is None:
        return _closed(request)
    language = read_pressed_language(request) or read_chosen_language(request) or invitation.language
    translation.activate(language)
    if read_pressed_language(request):
        typed = read_typed(request, DATE_PARTS).values
        response = _show(request, invitation, _form(invitation, now, typed=typed))
        remember_language(response, language)
        return response
    if request.method == "POST":
        return _begin(request, invitation, now)
    if _is_held_here(request, invitation, now):
        return SeeOther(reverse("patient:carry-on"))
    return _show(request, invitation, _form(invitation, now))


def _begin(request: Request, invitation: Invitation, now: datetime) -> HttpResponse:
    form, address = _form(invitation, now, data=request.POST), client_address(request)
    if form is not None and not form.is_valid():
        return _show(request, invitation, form, status=422)
    if TRIES_FROM_ONE_ADDRESS.is_reached(address):
        return _show(request, invitation, form, refused="often", status=429)
    version = publishing.find_published(invitation.questionnaire)
    if version is None:
        return render_unavailable(request)
    known, shown = publishing.load_definition(version.pk).languages, translation.get_language() or ""
    try:
        token = invitations.start_invited_submission(
            invitation=invitation,
            birth_date=form.birth_date if form else "",
            version_id=version.pk,
            language=shown if shown in known else known[0],
            now=now,
            request_id=request.request_id,
        )
    except invitations.WrongBirthDateError:
        TRIES_FROM_ONE_ADDRESS.count(address)
        return _show(request, invitation, _with_wrong_date(form), status=422)
    except invitations.InvitationClosedError:
        return _closed(request)
    return redirect_into_form(request, load_with_token(token, now=now), token, now)


def _form(invitation: Invitation, now: datetime, **given: Any) -> BirthDateForm | None:
    """Nothing is asked where the link was made for nobody by name."""
    if invitation.identity is None:
        return None
    return BirthDateForm(today=timezone.localdate(now), **given)


def _with_wrong_date(form: BirthDateForm | None) -> BirthDateForm | None:
    if form is not None:
        wrong = _(
            "This date of birth does not go with this link. Check it. If it is right, call your clinic."
        )
        form.add_error(DATE_PARTS[0], wrong)
    return form


def _is_held_here(request: Request, invitation: Invitation, now: datetime) -> bool:
    """Whether this very device holds the key to the form that was begun with the link."""
    row, token = invitation.submission, request.COOKIES.get(cookie_name(), "")
    if row is None or row.token_expires_at is None or row.token_expires_at <= now:
        return False
    return bool(token) and constant_time_compare(hash_token(token), row.token_hash or "")


def _show(
    request: Request,
    invitation: Invitation,
    form: BirthDateForm | None,
    *,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    values = clinic.current()
    heading = read_start_heading(publishing.find_published_definition(invitation.questionnaire), values)
    context = {"form": form, "refused": refused, "until": invitation.expires_at, "heading": heading}
    return render_page(request, PatientPage("patient/pages/invitation.html", context, values, status=status))


def _closed(request: Request) -> HttpResponse:
    context = {"holding": has_key(request)}
    return render_page(
        request, PatientPage("patient/pages/link_closed.html", context, clinic.current(), status=410)
    )
