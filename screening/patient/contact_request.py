""" "Ask my clinic to contact me": name and phone, sent at once, with or without a form and before it is sent."""

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
from screening.core.limits import Limit, address_of
from screening.patient.errors import answers_to
from screening.patient.identity_form import IdentityForm
from screening.patient.journey import answer, cookie_name, is_tablet, opened_for
from screening.patient.languages import pressed, remember
from screening.patient.page_buttons import typed_on
from screening.queries import clinic
from screening.queries.clinic import ClinicValues
from screening.queries.submission import NoSuchForm, Opened

FROM_ONE_DEVICE = Limit("contact-device", 3, 60 * 60)
FROM_ONE_ADDRESS = Limit("contact-address", 20, 60 * 60)
_TOLD_FOR = 60 * 60
"""Seconds for which the page after asking may be shown again."""


class ContactForm(IdentityForm):
    """Name and phone, both needed: without them nobody can call. The clinic can reach whom it has invited by name."""

    def __init__(self, values: ClinicValues, *, today: date, invited: bool = False, **given: Any) -> None:
        needed = replace(values, require_name=True, require_contact=False, require_birth_date=False)
        self.invited = invited
        super().__init__(needed, today=today, **given)
        del self.fields["email"]
        if invited:
            self.fields["phone"].help_text = _("You may leave this empty if your clinic has your number.")

    def clean_phone(self) -> str:
        phone = super().clean_phone()
        if not phone and not self.invited:
            raise ValidationError(_("Enter a phone number, so that your clinic can call you"))
        return phone

    def _is_needed(self, name: str) -> bool:
        return name == "name" or not self.invited


@answers_to("GET", "POST")
def ask(request: Request) -> HttpResponse:
    now = timezone.now()
    opened, values = _form_at_hand(request, now), clinic.current()
    if pressed(request):
        translation.activate(pressed(request))
        form = _form(values, opened, now, typed=typed_on(request, ("name", "phone")).values)
        response = _show(request, form, values, opened)
        remember(response, pressed(request))
        return response
    if request.method != "POST":
        return _show(request, _form(values, opened, now, known=opened.person if opened else {}), values, opened)
    form = _form(values, opened, now, data=request.POST)
    if not form.is_valid():
        return _show(request, form, values, opened, status=422)
    limits = [(FROM_ONE_ADDRESS, address_of(request)), *([(FROM_ONE_DEVICE, str(opened.row.uuid))] if opened else [])]
    if any(limit.is_reached(who) for limit, who in limits):
        return _show(request, form, values, opened, often=True, status=429)
    for limit, who in limits:
        limit.count(who)
    return _send(request, form, _invited(opened), now)


def _send(request: Request, form: ContactForm, invited: Mapping[str, str], now: datetime) -> HttpResponse:
    contact_requests.ask(
        name=form.identity["name"],
        phone=form.identity.get("phone", ""),
        birth_date=invited.get("birth_date", ""),
        language=translation.get_language() or "en",
        now=now,
        request_id=request.request_id,
    )
    return SeeOther(f"{reverse('patient:contact-sent')}?told={_signer().sign('yes')}")


@answers_to("GET")
def sent(request: Request) -> HttpResponse:
    """Says that the clinic was asked, to whoever has just asked; anybody else is sent to the page to ask on."""
    try:
        _signer().unsign(request.GET.get("told", ""), max_age=_TOLD_FOR)
    except BadSignature:
        return SeeOther(reverse("patient:contact"))
    opened = _form_at_hand(request, timezone.now())
    context = {"form_open": opened is not None}
    return answer(request, "patient/pages/contact_request_sent.html", context, values=clinic.current())


def _form_at_hand(request: Request, now: datetime) -> Opened | None:
    """The form open on this device, if there is one: its language, and who they said they are."""
    try:
        return opened_for(request, now) if cookie_name() in request.COOKIES else None
    except NoSuchForm:
        return None


def _form(values: ClinicValues, opened: Opened | None, now: datetime, **given: Any) -> ContactForm:
    return ContactForm(values, today=timezone.localdate(now), invited=bool(_invited(opened)), **given)


def _invited(opened: Opened | None) -> Mapping[str, str]:
    """Whom the clinic made the link of this form for, by name; nobody where there is none."""
    return opened.response.invited if opened else {}


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="asked to be contacted")


def _show(
    request: Request,
    form: ContactForm,
    values: ClinicValues,
    opened: Opened | None,
    *,
    often: bool = False,
    status: int = 200,
) -> HttpResponse:
    if is_tablet(request):
        form.suggest_nothing()
    context = {"form": form, "often": often, "form_open": opened is not None}
    return answer(request, "patient/pages/contact_request.html", context, values=values, status=status)
