"""Forms that are saved for later and taken up again, for tests."""

from __future__ import annotations

import re

from questionnaire.models import Version
from tests.builders.browsing import Patient
from tests.builders.submissions import patient_at

CODE_ON_PAGE = re.compile(r"\b[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}\b")


def saved_at(
    version: Version, link_id: str, typed: dict | None = None, *, year: str = "1980"
) -> tuple[Patient, str]:
    """A patient who pressed "Save and come back" on this question's page, and the code they wrote down."""
    patient = patient_at(version, link_id)
    page = patient.press(typed or {}, button="Save and come back")
    assert patient.address == "/s/save/"
    code = CODE_ON_PAGE.search(page.text)[0]
    patient.press({"year": year})
    assert patient.status == 200
    return patient, code


def resume_with(code: str, year: str = "1980") -> Patient:
    elsewhere = Patient()
    elsewhere.visit("/resume/")
    elsewhere.press({"code": code, "year": year})
    return elsewhere
