"""The form of a made-up patient, held in memory: what a patient's page is built from.

Its row is never saved.
"""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import datetime, timedelta

from questionnaire.definition import Definition
from screening.actions import assessment
from screening.core import encryption
from screening.core.patient_response import PatientResponse
from screening.models import RaisedFlag, Submission
from screening.preview.preview_patient import PreviewPatient
from screening.queries.submission import LoadedSubmission, sealing_purpose

CODE, REFERENCE = "7KQ2MX4D9RTB", "K7M-4QX"
"""What stands in for a code and a reference: nothing was kept that they could open."""


def make_form(
    patient: PreviewPatient, definition: Definition, *, settings_id: int | None, now: datetime
) -> LoadedSubmission:
    """This person's form as it would be read from the database, on the way through the questions.

    Raises ConditionError or KeyError for a draft that cannot be judged.
    """
    row = Submission(language=patient.choose_language(definition), started_at=now, saved_at=now)
    if patient.met:
        row.identity = encryption.seal({}, purpose=sealing_purpose(row.uuid, "identity"))
    response = PatientResponse(
        answers=patient.answers,
        asked=patient.asked,
        read=patient.read,
        pending=patient.find_unread(definition),
        code=CODE,
    )
    return LoadedSubmission(row, response, settings_id, draft=definition)


def save_in_memory(form: LoadedSubmission, *, days: int, now: datetime) -> LoadedSubmission:
    """The same form as if its code had just been saved together with a year of birth, for so many days."""
    row = copy.copy(form.row)
    row.resume_until = now + timedelta(days=days)
    return replace(form, row=row)


def send_in_memory(form: LoadedSubmission, *, now: datetime) -> tuple[LoadedSubmission, list[RaisedFlag]]:
    """The same form as if it had just been sent, and the flags that would be stored with it."""
    assessed = assessment.assess_answers(form.definition, form.open_answers)
    row = copy.copy(form.row)
    row.state, row.assessment = Submission.State.SUBMITTED, assessed.assessment
    row.reference, row.submitted_at, row.settings_id = REFERENCE, now, form.newest_settings
    return replace(form, row=row), [RaisedFlag(**flag.fields) for flag in assessed.flags]
