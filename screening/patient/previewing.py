"""The forms of pages that ask nothing of the questionnaire, for a preview: what is typed into them goes nowhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms

from screening.patient.contact_request import ContactForm
from screening.patient.identity_form import IdentityForm
from screening.patient.resume_form import ComeBackForm, WithdrawForm, YearForm
from screening.queries.clinic import ClinicValues

_FORMS: dict[str, Callable[[ClinicValues, date, Any], forms.Form]] = {
    "you": lambda values, today, data: IdentityForm(values, today=today, data=data),
    "contact": lambda values, today, data: ContactForm(values, today=today, data=data),
    "save": lambda values, today, data: YearForm(today=today, data=data),
    "resume": lambda values, today, data: ComeBackForm(today=today, data=data),
    "withdraw": lambda values, today, data: WithdrawForm(data=data),
}


def form(page: str, values: ClinicValues, today: date, data: Any = None) -> forms.Form | None:
    """The form of the page with this name, as its own view makes it; None for a page that asks nothing."""
    make = _FORMS.get(page)
    return make(values, today, data) if make else None
