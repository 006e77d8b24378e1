""" "Ask my clinic to contact me": name and phone, sent at once and apart from any form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from questionnaire.http import Request, SeeOther
from screening.actions import contact_requests
from screening.core.limits import Limit, client_address
from screening.patient.device import has_key, is_tablet, load_from_cookie
from screening.patient.errors import patient_page
from screening.patient.identity_form import IdentityForm
from screening.patient.languages import read_pressed_language, remember_language
from screening.patient.page_buttons import read_typed
from screening.patient.rendering import PatientPage, render_page
from screening.queries import clinic
from screening.queries.clinic import ClinicValues
from screening.queries.submission import FormNotFoundError, LoadedSubmission

FROM_ONE_DEVICE = Limit("contact-device", 3, 60 * 60)
FROM_ONE_ADDRESS = Limit("contact-address", 20, 60 * 60)
_SHOWN_FOR = 60 * 60
"""Seconds for which the page after asking may be shown again."""


class ContactForm(IdentityForm):
    """Name and phone, both needed: without them nobody can call.

    The clinic can reach whom it has invited by name.
    """

    def __init__(self, values: ClinicValues, *, today: date, invited: bool = False, **given: Any) -> None:
        needed = replace(values, require_name=True, require_contact=False, require_birth_date=False)
        self.invited = invited
        super().__init__(needed, today=today, **given)
        del self.fields["email"], self.fields["emergency_contact"]
        if invited:
            self.fields["phone"].help_text = _("You may leave this empty if your clinic has your number.")

    def clean_phone(self) -> str:
        """Raises ValidationError without a number, unless the clinic has one."""
        phone = super().clean_phone()
        if not phone and not self.invited:
            raise ValidationError(_("Enter a phone number, so that your clinic can call you"))
        return phone

    def _is_needed(self, name: str) -> bool:
        return name == "name" or not self.invited


@patient_page("GET", "POST")
def ask(request: Request) -> HttpResponse:
    """Name and phone, sent to the clinic at once."""
    now = timezone.now()
    loaded, values = _find_form_here(request, now), clinic.current()
    language = read_pressed_language(request)
    if language:
        translation.activate(language)
        form = make_contact_form(values, loaded, now, typed=read_typed(request, ("name", "phone")).values)
        response = _show(request, form, values, loaded)
        remember_language(response, language)
        return response
    if request.method != "POST":
        form = make_contact_form(values, loaded, now, known=loaded.person if loaded else {})
        return _show(request, form, values, loaded)
    form = make_contact_form(values, loaded, now, data=request.POST)
    if not form.is_valid():
        return _show(request, form, values, loaded, status=422)
    limits = [
        (FROM_ONE_ADDRESS, client_address(request)),
        *([(FROM_ONE_DEVICE, str(loaded.row.uuid))] if loaded else []),
    ]
    if any(limit.is_reached(who) for limit, who in limits):
        return _show(request, form, values, loaded, often=True, status=429)
    for limit, who in limits:
        limit.count(who)
    return _send(request, form, _invited_person(loaded), now)


def _send(request: Request, form: ContactForm, invited: Mapping[str, str], now: datetime) -> HttpResponse:
    contact_requests.ask_to_be_contacted(
        name=form.identity["name"],
        phone=form.identity.get("phone", "") or invited.get("phone", ""),
        birth_date=invited.get("birth_date", ""),
        language=translation.get_language() or "en",
        now=now,
        request_id=request.request_id,
    )
    return SeeOther(f"{reverse('patient:contact-sent')}?told={_signer().sign('yes')}")


@patient_page("GET")
def sent(request: Request) -> HttpResponse:
    """Says that the clinic was asked, for an hour after asking; without that, here is the page to ask on."""
    try:
        _signer().unsign(request.GET.get("told", ""), max_age=_SHOWN_FOR)
    except BadSignature:
        return SeeOther(reverse("patient:contact"))
    loaded = _find_form_here(request, timezone.now())
    return render_page(request, build_contact_sent_page(clinic.current(), form_open=loaded is not None))


def make_contact_form(
    values: ClinicValues, loaded: LoadedSubmission | None, now: datetime, **given: Any
) -> ContactForm:
    """Name and phone. The clinic can reach whom it has invited by name, so there the phone may stay empty."""
    return ContactForm(values, today=timezone.localdate(now), invited=bool(_invited_person(loaded)), **given)


def build_contact_page(
    values: ClinicValues, form: ContactForm, *, form_open: bool, often: bool = False, status: int = 200
) -> PatientPage:
    """The page to ask on. `form_open`: there is a form to go back to; `often`: they asked too often."""
    context = {"form": form, "often": often, "form_open": form_open}
    return PatientPage("patient/pages/contact_request.html", context, values, status=status)


def build_contact_sent_page(values: ClinicValues, *, form_open: bool) -> PatientPage:
    """Says that the clinic was asked."""
    return PatientPage("patient/pages/contact_request_sent.html", {"form_open": form_open}, values)


def _find_form_here(request: Request, now: datetime) -> LoadedSubmission | None:
    """The form open on this device, if there is one: its language, and who they said they are."""
    try:
        return load_from_cookie(request, now) if has_key(request) else None
    except FormNotFoundError:
        return None


def _invited_person(loaded: LoadedSubmission | None) -> Mapping[str, str]:
    """Whom the clinic made the link of this form for, by name; nobody where there is none."""
    return loaded.response.invited if loaded else {}


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="asked to be contacted")


def _show(
    request: Request,
    form: ContactForm,
    values: ClinicValues,
    loaded: LoadedSubmission | None,
    *,
    often: bool = False,
    status: int = 200,
) -> HttpResponse:
    if is_tablet(request):
        form.suggest_nothing()
    page = build_contact_page(values, form, form_open=loaded is not None, often=often, status=status)
    return render_page(request, page)
