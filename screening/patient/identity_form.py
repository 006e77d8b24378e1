"""Name, phone, e-mail and date of birth, as people write them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from screening.core.filled_by import FILLED_BY
from screening.core.message_wish import MESSAGE_WISHES
from screening.core.phone_numbers import is_phone
from screening.queries.clinic import ClinicValues

_MONTHS = (
    *("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
    *("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"),
)
"""How the names of the months begin, in English and in Spanish."""
_OLDEST = 125
DATE_PARTS = ("birth_month", "birth_day", "birth_year")


class IdentityForm(forms.Form):
    """Each field is optional unless the clinic needs it."""

    use_required_attribute = False
    field_order = (
        "name",
        *DATE_PARTS,
        "phone",
        "message",
        "place",
        "email",
        "emergency_contact",
        "filled_by",
    )

    name = forms.CharField(max_length=200)
    phone = forms.CharField(max_length=40)
    email = forms.CharField(max_length=254)
    message = forms.CharField(max_length=20, widget=forms.RadioSelect)
    place = forms.CharField(max_length=200)
    emergency_contact = forms.CharField(max_length=200)
    birth_month = forms.CharField(max_length=20)
    birth_day = forms.CharField(max_length=20)
    birth_year = forms.CharField(max_length=20)
    filled_by = forms.CharField(max_length=20, widget=forms.RadioSelect)

    def __init__(
        self,
        clinic: ClinicValues,
        *,
        today: date,
        data: Any = None,
        known: Mapping[str, str] | None = None,
        typed: Mapping[str, Sequence[str]] | None = None,
        urgent: bool = False,
    ) -> None:
        """`typed` is the page as it was left without Continue: shown as it was, not validated.

        `urgent`: the clinic will want to reach them soon, and asks how.
        """
        left = None if typed is None else {name: given[0] for name, given in typed.items()}
        super().__init__(data, initial=_initial(known or {}) if left is None else left)
        self.clinic, self.today, self.birth_date = clinic, today, ""
        if not clinic.require_birth_date:
            for part in DATE_PARTS:
                del self.fields[part]
        self._describe("name", _("Your name"), "text", "name", _("As your clinic knows you."))
        self._describe("phone", _("Phone number"), "tel", "tel", "")
        for name in () if urgent else ("message", "place"):
            del self.fields[name]
        self._describe("place", _("The town or place where you are now"), "text", "off", "")
        self._describe(
            "emergency_contact",
            _("Someone to call in an emergency"),
            "text",
            "off",
            _("Their name and phone number."),
        )
        self._describe("email", _("E-mail address"), "email", "email", "")
        self._describe("birth_month", _("Month"), "text", "bday-month", "", numeric=False)
        self._describe("birth_day", _("Day"), "text", "bday-day", "", numeric=True)
        self._describe("birth_year", _("Year"), "text", "bday-year", "", numeric=True)
        self._offer("filled_by", _("Who filled in this form?"), FILLED_BY)
        self._offer("message", _("Is it OK to leave a message at this number?"), MESSAGE_WISHES)

    def suggest_nothing(self) -> None:
        """On a tablet that many people use, the browser must offer nobody's name or phone number."""
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"

    @property
    def identity(self) -> dict[str, str]:
        """What was given, without what was left blank."""
        names = ("name", "phone", "message", "place", "email", "emergency_contact", "filled_by")
        given = {name: self.cleaned_data.get(name, "") for name in names}
        return {name: value for name, value in {**given, "birth_date": self.birth_date}.items() if value}

    def clean_name(self) -> str:
        """Raises ValidationError where the clinic needs a name, or for characters that cannot be shown."""
        name: str = self.cleaned_data["name"]
        if _cannot_be_printed(name):
            raise ValidationError(_("Take out the characters that cannot be printed in your name"))
        return name

    def clean_place(self) -> str:
        """Raises ValidationError for characters that cannot be shown."""
        return self._clean_printable("place")

    def clean_emergency_contact(self) -> str:
        """Raises ValidationError for characters that cannot be shown."""
        return self._clean_printable("emergency_contact")

    def clean_message(self) -> str:
        code: str = self.cleaned_data["message"]
        return code if code in MESSAGE_WISHES else ""

    def clean_filled_by(self) -> str:
        code: str = self.cleaned_data["filled_by"]
        return code if code in FILLED_BY else ""

    def clean_phone(self) -> str:
        """Raises ValidationError for what cannot be dialled."""
        phone: str = self.cleaned_data["phone"]
        if phone and not is_phone(phone):
            raise ValidationError(_("Enter a phone number, such as 555 010 4477"))
        return phone

    def clean_email(self) -> str:
        """Raises ValidationError for what is no address."""
        email: str = self.cleaned_data["email"]
        if email:
            try:
                validate_email(email)
            except ValidationError:
                raise ValidationError(_("Enter an e-mail address, such as name@example.com")) from None
        return email

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if self.clinic.require_name and not data.get("name") and "name" not in self.errors:
            self.add_error("name", _("Enter your name"))
        named = not (data.get("phone") or data.get("email") or {"phone", "email"} & self.errors.keys())
        if self.clinic.require_contact and named:
            self.add_error(
                "phone", _("Enter a phone number or an e-mail address, so that your clinic can reach you")
            )
        if self.clinic.require_birth_date and not set(DATE_PARTS) & self.errors.keys():
            self._clean_birth_date()
        return data

    def _clean_birth_date(self) -> None:
        """The date, or a message at the part that needs another look."""
        month, day, year = (self.cleaned_data[part].strip() for part in DATE_PARTS)
        if not (month and day and year):
            empty = next(part for part in DATE_PARTS if not self.cleaned_data[part].strip())
            self.add_error(empty, _("Enter the month, day and year of your birth"))
            return
        number = _month(month)
        if number is None:
            self.add_error("birth_month", _("Enter the month of your birth, from 1 to 12"))
            return
        if not (year.isdecimal() and self.today.year - _OLDEST <= int(year) <= self.today.year):
            self.add_error("birth_year", _("Enter the year of your birth with 4 digits, such as 1980"))
            return
        try:
            born = date(int(year), number, int(day) if day.isdecimal() else 0)
        except (ValueError, OverflowError):
            self.add_error("birth_day", _("Enter a day that this month has"))
            return
        if born > self.today:
            self.add_error("birth_year", _("Enter a date of birth that is not in the future"))
        self.birth_date = born.isoformat()

    def _is_needed(self, name: str) -> bool:
        """Asked for in `clean()`, so that it is not marked "(optional)"."""
        if name in DATE_PARTS:
            return True
        if name in ("place", "emergency_contact"):
            return False
        return self.clinic.require_name if name == "name" else self.clinic.require_contact

    def _clean_printable(self, name: str) -> str:
        """Raises ValidationError for characters that cannot be shown."""
        typed: str = self.cleaned_data[name]
        if _cannot_be_printed(typed):
            raise ValidationError(_("Take out the characters that cannot be printed"))
        return typed

    def _offer(self, name: str, label: str, words: Mapping[str, object]) -> None:
        """One of these may be chosen; none is chosen beforehand."""
        if name in self.fields:
            field = self.fields[name]
            field.label, field.required = label, False
            field.widget = forms.RadioSelect(choices=[(code, str(said)) for code, said in words.items()])

    def _describe(
        self, name: str, label: str, type: str, autocomplete: str, help_text: str, *, numeric: bool = False
    ) -> None:
        if name not in self.fields:
            return
        field = self.fields[name]
        field.label, field.help_text = label, help_text
        field.required = False  # what the clinic needs is asked for in clean(), in our own words
        field.needed = self._is_needed(name)  # type: ignore[attr-defined]
        attributes = {
            "autocomplete": autocomplete,
            "type": type,
            "class": "short" if name in DATE_PARTS else "wide",
        }
        field.widget = forms.TextInput(attrs={**attributes, **({"inputmode": "numeric"} if numeric else {})})
        messages = {
            "max_length": _("Use %(limit_value)d characters or fewer"),
            "null_characters_not_allowed": _("Take out the characters that cannot be printed"),
        }
        field.error_messages |= messages


def _initial(known: Mapping[str, str]) -> dict[str, str]:
    born = known.get("birth_date", "")
    parts = (
        dict(zip(("birth_year", "birth_month", "birth_day"), born.split("-"), strict=True)) if born else {}
    )
    return {**known, **parts}


def _cannot_be_printed(typed: str) -> bool:
    return any(unicodedata.category(character) in {"Cc", "Cs"} for character in typed)


def _month(typed: str) -> int | None:
    """The month's number: 7, 07, Jul or July."""
    if typed.isdecimal():
        return int(typed) if 1 <= int(typed[:4]) <= 12 else None
    short = typed.lower()[:3]
    return _MONTHS.index(short) % 12 + 1 if short in _MONTHS else None
