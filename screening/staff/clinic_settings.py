"""The clinic's settings on one page, for administrators. Saving adds a row; what held before stays on
record."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from questionnaire.checks import readability
from questionnaire.http import SeeOther, StaffRequest
from screening.actions import clinic_settings, staff_mail
from screening.core import access
from screening.core.actor import Actor
from screening.models import ClinicSettings
from screening.queries import clinic
from screening.queries.clinic import ClinicValues
from screening.queries.opening import list_published_versions
from screening.queries.staff_mail import list_late_mail
from screening.queries.test_mail import find_last_test_mail

DECISION_FIELDS = ("decision_discussed", "decision_needs_records", "decision_needs_call", "decision_closed")
_NUMBERS = {
    "resume_days": (1, 60),
    "invitation_days": (1, 90),
    "retention_days": (0, 36_500),
    "stale_days": (1, 365),
    "escalation_minutes": (1, 10_080),
    "idle_minutes": (2, 240),
}
_LONG = ("address", "alternative", "privacy")


class SettingsForm(forms.Form):
    """Every value of ClinicValues that an administrator sets here."""

    use_required_attribute = False

    def __init__(self, values: ClinicValues, data: Any = None) -> None:
        initial = asdict(values)
        initial["on_duty"] = "\n".join(values.on_duty)
        super().__init__(data, initial=initial)
        self.values = values
        published = {row.questionnaire.slug: str(row.title) for row in list_published_versions()}
        for name, (label, help_text) in _labels().items():
            self.fields[name] = _build_field(name, initial[name], published)
            self.fields[name].label, self.fields[name].help_text = label, help_text
            self.fields[name].required = name in _NUMBERS or name in {"emergency_number", "crisis_number"}
            self.fields[name].error_messages["required"] = _("Fill this in: %(label)s") % {"label": label}

    def clean_on_duty(self) -> tuple[str, ...]:
        """Raises ValidationError for a line that is no e-mail address."""
        addresses = tuple(self.cleaned_data["on_duty"].split())
        for address in addresses:
            try:
                validate_email(address)
            except ValidationError:
                raise ValidationError(
                    _("Enter one e-mail address on each line, such as name@example.com")
                ) from None
        return addresses

    def clean(self) -> dict[str, Any]:
        for name in DECISION_FIELDS:
            if forbidden := readability.find_banned_phrases(self.cleaned_data.get(name, "")):
                fault = _(
                    "A decision says how the clinic goes on, never what a patient may have. Take out: "
                    "%(words)s"
                )
                self.add_error(name, fault % {"words": ", ".join(forbidden)})
        for name in ("crisis_call_en", "crisis_call_es"):
            if not {"{", "}", "<", ">"}.isdisjoint(self.cleaned_data.get(name, "")):
                self.add_error(name, _("Write it in words, without brackets"))
        return self.cleaned_data

    @property
    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields of the page under their headings."""
        return [(title, [self[name] for name in names]) for title, names in _group_fields().items()]

    @property
    def changed_values(self) -> ClinicValues:
        return replace(self.values, **self.cleaned_data)


@access.staff_page("GET", "POST", may=access.CHANGE_SETTINGS)
def edit_clinic_settings(request: StaffRequest) -> HttpResponse:
    newest = ClinicSettings.objects.order_by("-id").values_list("id", flat=True).first()
    form = SettingsForm(clinic.by_id(newest), request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return _render_form(request, form, newest)
    is_stale = request.POST.get("newest") != str(newest or "")
    if is_stale or not form.is_valid():
        return _render_form(request, form, newest, stale=is_stale, status=409 if is_stale else 422)
    actor = Actor.of(request)
    clinic_settings.save(
        values=form.changed_values, actor=actor.code, now=actor.now, request_id=actor.request_id
    )
    return SeeOther(f"{reverse('staff:settings')}?saved=yes")


@access.staff_page("POST", may=access.CHANGE_SETTINGS)
def send_test_mail(request: StaffRequest) -> HttpResponse:
    """Send a mail to each saved address now; the page then says what happened."""
    with suppress(staff_mail.NoDutyAddressError):  # the button was there before a colleague emptied the list
        staff_mail.send_test_mail(actor=Actor.of(request))
    return SeeOther(f"{reverse('staff:settings')}#test-mail")


def _render_form(
    request: StaffRequest, form: SettingsForm, newest: int | None, *, stale: bool = False, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    context = {
        "here": "settings",
        "form": form,
        "newest": newest or "",
        "stale": stale,
        "saved": request.GET.get("saved") == "yes",
        "now": now,
        "late_mail": list_late_mail(now=now),
        "test_mail": find_last_test_mail(),
        "can_test_mail": bool(form.values.on_duty),
    }
    return render(request, "staff/pages/clinic_settings.html", context, status=status)


def _build_field(name: str, value: object, published: Mapping[str, str]) -> forms.Field:
    if name == "questionnaire":
        titles = {"": _("The one that was here first"), **published}
        return forms.ChoiceField(choices=list(titles.items()))
    if isinstance(value, bool):
        return forms.BooleanField()
    if name in _NUMBERS:
        low, high = _NUMBERS[name]
        number = forms.IntegerField(
            min_value=low,
            max_value=high,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short"}),
        )
        number.error_messages["invalid"] = _("Enter a whole number")
        return number
    if name in _LONG or name == "on_duty":
        return forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    return forms.CharField(max_length=200, widget=forms.TextInput(attrs={"class": "wide"}))


def _group_fields() -> dict[str, list[str]]:
    """Heading of each part of the page, and the fields under it. Every field is in one of them."""
    first_fields = {
        "name": _("The clinic, as patients see it"),
        "require_name": _("What patients have to give"),
        "escalation_minutes": _("The desk"),
        "decision_discussed": _("The desk’s words for decisions"),
        "resume_days": _("How long things last"),
        "quick_exit": _("What else patients and editors meet"),
    }
    parts: dict[str, list[str]] = {}
    title = ""
    for name in _labels():
        title = first_fields.get(name, title)
        parts.setdefault(title, []).append(name)
    return parts


def _labels() -> dict[str, tuple[str, str]]:
    """Name and explanation of each field, in the order of the page."""
    return {**_labels_of_the_clinic(), **_labels_of_its_ways()}


def _labels_of_the_clinic() -> dict[str, tuple[str, str]]:
    return {
        "name": (_("Clinic name"), ""),
        "address": (_("Address"), ""),
        "phone": (_("Phone"), _("Patients are given it on every page that failed and on the result.")),
        "opening_hours": (_("Opening hours"), _("In words: Monday to Friday, 9 to 5.")),
        "emergency_number": (_("Emergency number"), _("Shown wherever a patient may need help at once.")),
        "crisis_number": (_("Crisis line"), ""),
        "crisis_call_en": (
            _("How to reach the crisis line, in English"),
            _("To stand in a sentence: call or text 988. Empty keeps ours."),
        ),
        "crisis_call_es": (
            _("How to reach the crisis line, in Spanish"),
            _("Empty keeps ours. 988 answers in Spanish after 2, and to the word AYUDA."),
        ),
        "alternative": (_("On paper or by phone"), _("How a patient can do this without this form.")),
        "privacy": (_("Privacy"), _("The clinic’s own words, on the start page.")),
        "questionnaire": (_("Questionnaire"), _("What the start page, a tablet and a new invitation open.")),
    }


def _labels_of_its_ways() -> dict[str, tuple[str, str]]:
    return {
        "require_name": (_("A name is needed"), ""),
        "require_contact": (_("A phone number or e-mail address is needed"), ""),
        "require_birth_date": (_("A date of birth is needed"), ""),
        **_desk_labels(),
        "decision_discussed": (_("Words for “Discussed with the patient”"), _("Empty keeps ours.")),
        "decision_needs_records": (_("Words for “Needs records”"), ""),
        "decision_needs_call": (_("Words for “Needs a call”"), ""),
        "decision_closed": (_("Words for “Closed”"), ""),
        "resume_days": (_("Days a form can be taken up again"), ""),
        "invitation_days": (
            _("Days an invitation’s link works"),
            _("The link that staff make for one patient."),
        ),
        "stale_days": (
            _("Days until a form asks again"),
            _("How the patient is right now, and the blood pressure reading."),
        ),
        "retention_days": (_("Days until closed submissions are deleted"), _("0 keeps them.")),
        "quick_exit": (
            _("“Leave this site” on patients’ pages"),
            _("The browser’s history still shows the visit."),
        ),
        "kiosk": (
            _("Forms on the clinic’s own tablets"),
            _("A code starts each. Hiding the page clears it."),
        ),
        "second_person": (_("A weaker flag needs a second person to publish it"), ""),
    }


def _desk_labels() -> dict[str, tuple[str, str]]:
    """The same for how the desk and the clinic answer what is urgent."""
    return {
        "escalation_minutes": (
            _("Alert after (minutes)"),
            _(
                "How long an urgent submission, or a request for a call, may wait before every desk page "
                "says so."
            ),
        ),
        "on_duty": (
            _("On-call e-mail addresses"),
            _("One per line. If blank, no one is notified."),
        ),
        "contact_on_urgent": (
            _("Offer a call from the clinic after an urgent answer"),
            _("“Ask my clinic to call me”, below the emergency numbers. Only if somebody does call."),
        ),
        "call_back": (
            _("When somebody calls"),
            _("In words, after “Someone calls”: the same day, until 6 pm. Empty says: during opening hours."),
        ),
        "idle_minutes": (_("Minutes until staff are signed out"), _("When they do nothing.")),
    }
