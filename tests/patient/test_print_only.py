"""Fill in and print only: the page is shown once, and no row, log line or file holds what the patient
said."""

from __future__ import annotations

import io
import logging
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.utils import timezone

from questionnaire.models import Version
from screening.actions import submissions
from screening.core import logs
from screening.models import AnswerTally, RaisedFlag, StaffMail, Submission
from screening.patient.device import cookie_name
from screening.queries.submission import load_with_token
from tests.builders.browsing import Patient
from tests.builders.submissions import answered, holding, started

SECRET, NAME = "Zanzibarium 77 mg", "Quillonia Planted"
SAID = {"med-classes": ["other"], "med-list": SECRET, "heart-conditions": ["heart-attack"]}


def ready(version: Version) -> str:
    now = timezone.now()
    token, loaded = started(version, now=now)
    answered(loaded, SAID, now=now)
    loaded = load_with_token(token, now=now)
    submissions.save_identity(loaded=loaded, identity={"name": NAME}, now=now)
    return token


def everything() -> str:
    """Every value of every row of every table, and what the cache of this process holds."""
    rows = [str(list(model._default_manager.values())) for model in apps.get_models()]
    return "".join([*rows, str(getattr(cache, "_cache", ""))])


def test_the_page_is_shown_and_nothing_of_it_remains(
    published: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = io.StringIO()
    listener = logging.StreamHandler(lines)
    listener.setFormatter(logs.JsonFormatter())
    patient = Patient(holding(ready(published)))
    patient.visit("/s/check/")
    patient.visit(patient.page.link("Print only, send nothing"))
    assert Submission.objects.count() == 1, "reading what it means deletes nothing"
    logging.getLogger().addHandler(listener)
    written: list[str] = []
    real = io.open

    def watched(file: Any, mode: str = "r", *args: Any, **more: Any) -> Any:
        if set(mode) & set("wax+"):
            written.append(str(file))
        return real(file, mode, *args, **more)

    monkeypatch.setattr("builtins.open", watched)
    monkeypatch.setattr("io.open", watched)
    try:
        patient.press()
    finally:
        logging.getLogger().removeHandler(listener)
    assert not written, "no file"
    assert SECRET in patient.page.text
    assert "Please discuss this with your physician." in patient.page.text
    assert "Heart" in patient.page.text
    for model in (Submission, RaisedFlag, AnswerTally, StaffMail):
        assert not model.objects.exists()
    for secret in (SECRET, NAME):
        assert secret not in everything()
        assert secret not in lines.getvalue()
    assert not patient.client.cookies[cookie_name()].value
    assert patient.client.get("/s/print-only/").status_code == 403


def test_it_says_the_same_as_a_form_that_was_sent(published: Version) -> None:
    printed, sent = holding(ready(published)), holding(ready(published))
    shown = printed.post("/s/print-only/").content.decode()
    loaded = load_with_token(sent.cookies[cookie_name()].value, now=timezone.now())
    submissions.submit(loaded=loaded, now=timezone.now())
    result = sent.get("/s/result/").content.decode()
    topics = [part.split("</section>")[0] for part in result.split('<section class="topic">')[1:]]
    assert topics
    assert [part.split("</section>")[0] for part in shown.split('<section class="topic">')[1:]] == topics


def test_an_unfinished_form_goes_on_and_a_sent_one_is_left_alone(published: Version) -> None:
    token, _opened = started(published)
    assert holding(token).post("/s/print-only/").headers["Location"] == "/s/1/"
    token = ready(published)
    submissions.submit(loaded=load_with_token(token, now=timezone.now()), now=timezone.now())
    assert holding(token).post("/s/print-only/").headers["Location"] == "/s/result/"
    assert Submission.objects.filter(state="submitted").count() == 1
