"""The two keys to a form that was saved: a code, and the year of birth. As people type them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from screening.core import codes

_OLDEST = 125


class YearForm(forms.Form):
    """The year of birth, asked beside the code and kept only as part of a keyed hash."""

    use_required_attribute = False
    year = forms.CharField(max_length=20)

    def __init__(self, *, today: date, data: Any = None, typed: Any = None) -> None:
        """`typed` is shown as it was, not validated."""
        super().__init__(data, initial=typed)
        self.today = today
        attributes = {"autocomplete": "off", "inputmode": "numeric", "class": "short"}
        _describe(self.fields["year"], _("Your year of birth"), _("4 digits, such as 1980."), attributes)

    def clean_year(self) -> int:
        """Raises ValidationError for what is no year of birth."""
        typed = self.cleaned_data["year"].strip()
        if not (typed.isdecimal() and self.today.year - _OLDEST <= int(typed) <= self.today.year):
            raise ValidationError(_("Enter the year of your birth with 4 digits, such as 1980"))
        return int(typed)


class CodeField(forms.CharField):
    """A code of ours, however it is spaced."""

    def clean(self, value: Any) -> str:
        """Raises ValidationError for a code that cannot be one of ours."""
        typed = super().clean(value)
        if not typed:
            raise ValidationError(_("Enter the 12 letters and numbers of your code"))
        code = codes.read_code(typed)
        if code is None:
            raise ValidationError(
                _("Check the code: it has 12 letters and numbers, and one of them seems to be wrong")
            )
        return code


class ComeBackForm(YearForm):
    """Code and year of birth, to take a form up again."""

    field_order = ["code", "year"]
    code = CodeField(max_length=100)

    def __init__(self, *, today: date, data: Any = None, typed: Any = None) -> None:
        super().__init__(today=today, data=data, typed=typed)
        hint = _("Such as 7KQ2-MX4D-9RTB. Capital letters, spaces and dashes do not matter.")
        attributes = {
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
            "class": "wide",
        }
        _describe(self.fields["code"], _("Your code"), hint, attributes)


class WithdrawForm(forms.Form):
    """Reference and secret code of something that was sent."""

    use_required_attribute = False
    reference = forms.CharField(max_length=20)
    code = CodeField(max_length=100)

    def __init__(self, *, data: Any = None, typed: Any = None) -> None:
        super().__init__(data, initial=typed)
        attributes = {
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
            "class": "wide",
        }
        _describe(self.fields["reference"], _("Your reference"), _("Such as K7M-4QX."), attributes)
        _describe(self.fields["code"], _("Your secret code"), _("It stood on your result page."), attributes)

    def clean_reference(self) -> str:
        """Raises ValidationError for what is no reference."""
        plain = "".join(letter for letter in self.cleaned_data["reference"].upper() if letter.isalnum())
        if len(plain) != 6:
            raise ValidationError(_("Enter the 6 letters and numbers of your reference"))
        return f"{plain[:3]}-{plain[3:]}"


def _describe(field: forms.Field, label: str, hint: str, attributes: dict[str, str]) -> None:
    field.label, field.help_text = label, hint
    field.required = False  # a blank is told in words of our own
    field.needed = True  # type: ignore[attr-defined]
    field.widget = forms.TextInput(attrs={"type": "text", **attributes})
