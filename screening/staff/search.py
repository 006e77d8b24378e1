"""Searching for one submission: by its reference, or by exactly who the patient is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from screening.queries.queue import REFERENCE


class SearchForm(forms.Form):
    """A reference; or a name with a phone number or a date of birth, exactly as the patient gave them."""

    use_required_attribute = False
    reference = forms.CharField(max_length=20, required=False)
    name = forms.CharField(max_length=200, required=False)
    phone = forms.CharField(max_length=40, required=False)
    birth_date = forms.DateField(required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="search_%s")
        labels = {
            "reference": _("Reference"),
            "name": _("Name, exactly"),
            "phone": _("Phone"),
            "birth_date": _("Date of birth"),
        }
        for name, label in labels.items():
            field = self.fields[name]
            field.label = label
            field.widget = (
                forms.DateInput(attrs={"type": "date"}) if name == "birth_date" else forms.TextInput()
            )
            field.widget.attrs["autocomplete"] = "off"
        self.fields["birth_date"].error_messages["invalid"] = _("Enter a date such as 1980-07-01")

    def clean_reference(self) -> str:
        """ "k7m 4qx" is as good as "K7M-4QX". Raises ValidationError for what is no reference."""
        typed = "".join(letter for letter in self.cleaned_data["reference"].upper() if letter.isalnum())
        reference = f"{typed[:3]}-{typed[3:]}" if typed else ""
        if reference and not REFERENCE.fullmatch(reference):
            raise forms.ValidationError(_("Enter a reference such as K7M-4QX"))
        return reference

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if self.errors or data.get("reference"):
            return data
        if not data.get("name"):
            other = "name" if data.get("phone") or data.get("birth_date") else "reference"
            self.add_error(other, _("Enter a reference, or a name with a phone number or a date of birth"))
        elif not data.get("birth_date") and sum(letter.isdecimal() for letter in data.get("phone", "")) < 5:
            self.add_error("phone", _("Enter a phone number or a date of birth with the name"))
        return data

    @property
    def by(self) -> str:
        """What was searched by, for the record."""
        if self.cleaned_data["reference"]:
            return "reference"
        return "name and birth date" if self.cleaned_data["birth_date"] else "name and phone"
