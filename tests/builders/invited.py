"""Links a clinic made for a patient, for tests: made by staff, opened by a patient, answered and sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.test import Client
from django.utils import timezone

from screening.actions import clinic_settings, invitations
from screening.models import Submission
from screening.queries import clinic
from tests.builders.browsing import Patient
from tests.builders.staff import acting
from tests.builders.submissions import answered, loaded_by

ANA = {"name": "Ana Flores", "birth_date": "1980-07-01"}
ANA_IN_SPANISH = {**ANA, "language": "es"}
"""What staff type in for her."""
BORN = {"birth_month": "July", "birth_day": "1", "birth_year": "1980"}
NOT_BORN = {**BORN, "birth_year": "1981"}


def set_clinic(**values: Any) -> None:
    clinic_settings.save(values=replace(clinic.current(), **values), actor="user:1", now=timezone.now())


def invited(by: Any, person: Mapping[str, str] = ANA, *, language: str = "en", days: int = 14) -> str:
    """The address in a link that Sam made."""
    _, key = invitations.create_invitation(
        questionnaire="ketamine", language=language, person=person, days=days, actor=acting(by)
    )
    return f"/i/{key}/"


def at(link: str, client: Client | None = None) -> Patient:
    patient = Patient(client) if client else Patient()
    patient.visit(link)
    return patient


def begun(link: str, typed: Mapping[str, str] | None = BORN) -> Patient:
    patient = at(link)
    patient.press(dict(typed or {}))
    return patient


def filled_in(patient: Patient) -> Patient:
    """The same patient, with every question answered, at the page that asks who they are."""
    answered(loaded_by(patient), {})
    patient.visit("/s/")
    return patient


def send(patient: Patient) -> Submission:
    """From "about you" to the result."""
    patient.press()
    patient.press()
    assert patient.address == "/s/result/"
    return Submission.objects.get(token_hash=loaded_by(patient).row.token_hash)


INVITATIONS_PAGE = "/staff/invitations/"
