"""Patients and submissions for tests, made the way real ones are: through the pages and through
`submissions.py`."""

from __future__ import annotations

import random
import secrets
from collections.abc import Mapping
from datetime import datetime

from django.test import Client
from django.utils import timezone

from questionnaire.actions import publishing
from questionnaire.actions.publishing import load_definition
from questionnaire.definition import NONE_CODE, Definition, Question, QuestionType
from questionnaire.models import Version
from questionnaire.rules import assess
from questionnaire.rules.answers import Value, is_blank, read_answer
from screening.actions import submissions
from screening.core import encryption
from screening.core.patient_response import PatientResponse
from screening.demo.made_up_people import MadeUpPerson
from screening.models import Submission
from screening.patient.device import cookie_name
from screening.queries.submission import (
    LoadedSubmission,
    find_urgent_flags,
    hash_token,
    load_with_token,
    sealing_purpose,
)
from tests.builders.browsing import Patient

Answers = Mapping[str, object]


def calm_answer(question: Question) -> object:
    """An answer that hurries nobody: "none", "no" or the first option; a middling number; a few words."""
    if question.type is QuestionType.INTEGER:
        return {"age": 45, "bp-systolic": 124, "bp-diastolic": 78}.get(
            question.link_id, question.minimum or 1
        )
    if question.type is QuestionType.TEXT:
        return "Vitamin D"
    codes = [choice.code for choice in question.options]
    calm = next((code for code in (NONE_CODE, "no", "0", *codes) if code in codes), codes[0])
    return [calm] if question.type is QuestionType.MULTI_CHOICE else calm


def random_answer(question: Question, chance: random.Random) -> object:
    """Any answer this question takes, the rare ones too; None now and then where it may be left out."""
    if not question.required and chance.random() < 0.5:
        return None
    if question.type is QuestionType.TEXT:
        return chance.choice(["Sertraline 50 mg", "¿Puedo manejar? 🙂", "<b>none</b> & more"])
    if question.type is QuestionType.INTEGER:
        low, high = question.minimum or 0, question.maximum or 100
        return chance.choice(["not-sure", "prefer-not-to-say", low, high, chance.randint(low, high)])
    codes = [choice.code for choice in question.options]
    if question.type is QuestionType.CHOICE:
        return chance.choice(codes)
    ticked = chance.sample(codes, chance.choice([1, 1, 1, 2, 3]) if len(codes) > 3 else 1)
    return [NONE_CODE] if NONE_CODE in ticked else ticked


def started(
    version: Version, *, now: datetime | None = None, language: str = "en"
) -> tuple[str, LoadedSubmission]:
    """A new form: its token, and the form opened with it."""
    now = now or timezone.now()
    token = submissions.start_submission(version_id=version.pk, language=language, now=now)
    return token, load_with_token(token, now=now)


def answered(
    loaded: LoadedSubmission, answers: Answers, *, until: str = "", now: datetime | None = None
) -> LoadedSubmission:
    """Fill in page after page, calmly where no answer is given, up to the page of the question `until`."""
    now = now or timezone.now()
    while (number := loaded.walk.next) is not None:
        page = loaded.walk.pages[-1]
        if until in {question.link_id for question in page.questions}:
            return loaded
        values = {q.link_id: _value(q, answers) for q in page.questions}
        urgent = find_urgent_flags(loaded, values)
        loaded = submissions.save_page(
            loaded=loaded, number=number, values=values, seen=loaded.seen(number), urgent=urgent, now=now
        )
    return loaded


def filled(
    version: Version,
    answers: Answers | None = None,
    *,
    identity: Mapping[str, str] | None = None,
    language: str = "en",
) -> tuple[str, LoadedSubmission]:
    """A form with everything filled in and read, ready to be sent: its token, and the form opened with it."""
    now = timezone.now()
    token, loaded = started(version, now=now, language=language)
    loaded = answered(loaded, answers or {}, now=now)
    if loaded.response.pending:
        submissions.mark_interruption_read(loaded=loaded, now=now)
    submissions.save_identity(loaded=load_with_token(token, now=now), identity=identity or {}, now=now)
    return token, load_with_token(token, now=now)


def filled_at_once(version: Version, person: MadeUpPerson, *, language: str = "en") -> str:
    """A form with all that this person says, as if they had come to the check page: its token."""
    now, token = timezone.now(), secrets.token_urlsafe(32)
    row = Submission(
        version=version, language=language, token_hash=hash_token(token), started_at=now, saved_at=now
    )
    row.token_expires_at = now + submissions.LIFETIME
    urgent = assess(load_definition(version.pk), person.answers).urgent
    row.response = PatientResponse(person.answers, frozenset(person.asked), urgent).seal(
        sealing_purpose(row.uuid, "response")
    )
    row.identity = encryption.seal({}, purpose=sealing_purpose(row.uuid, "identity"))
    row.save()
    return token


def finished(
    version: Version, answers: Answers | None = None, *, identity: Mapping[str, str] | None = None
) -> LoadedSubmission:
    """The same without its token."""
    return filled(version, answers, identity=identity)[1]


def sent(
    version: Version, answers: Answers | None = None, *, identity: Mapping[str, str] | None = None
) -> Submission:
    """A submission as staff find it."""
    return submissions.submit(loaded=finished(version, answers, identity=identity), now=timezone.now())


def holding(token: str, *, client: Client | None = None) -> Client:
    """A client of the device that holds this token."""
    client = client or Client()
    client.cookies[cookie_name()] = token
    return client


def patient_at(version: Version, link_id: str, answers: Answers | None = None) -> Patient:
    """A patient who has filled in everything before this question and has its page open."""
    token, loaded = started(version)
    loaded = answered(loaded, answers or {}, until=link_id)
    if loaded.response.pending:
        submissions.mark_interruption_read(loaded=loaded, now=timezone.now())
    patient = Patient(holding(token))
    patient.visit(f"/s/{loaded.definition.page_of[link_id]}/")
    return patient


def loaded_by(patient: Patient) -> LoadedSubmission:
    """What is saved of this patient's form now."""
    return load_with_token(patient.client.cookies[cookie_name()].value, now=timezone.now())


def definition_of(version: Version) -> Definition:
    return publishing.load_definition(version.pk)


def _value(question: Question, answers: Answers) -> Value:
    raw = answers.get(question.link_id, calm_answer(question))
    return None if is_blank(raw) else read_answer(question, raw)
