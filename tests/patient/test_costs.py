"""What a page costs: one SELECT to show it, one SELECT and one UPDATE to save it, and one small parcel to
load it."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from questionnaire.models import Version
from tests.builders.browsing import Patient
from tests.builders.submissions import answered, holding, patient_at, started

STYLES = Path(__file__).resolve().parents[2] / "screening" / "static" / "beforehand.css"
URGENT = {"safety-now": ["self-harm"]}


def verbs(captured: CaptureQueriesContext) -> list[str]:
    return [
        query["sql"].split()[0]
        for query in captured
        if query["sql"].split()[0] in {"SELECT", "INSERT", "UPDATE"}
    ]


@pytest.mark.parametrize("link_id", ["symptoms-now", "bp-diagnosis", "questions-for-doctor"])
def test_a_page_costs_one_select_and_saving_it_one_update_more(published: Version, link_id: str) -> None:
    patient = patient_at(published, link_id)
    with CaptureQueriesContext(connection) as shown:
        patient.client.get(patient.address)
    assert verbs(shown) == ["SELECT"]
    form = patient.page.main_form
    posted = {"symptoms-now": "none", "bp-diagnosis": "no", "questions-for-doctor": "?"}
    with CaptureQueriesContext(connection) as saved:
        patient.client.post(patient.address, {**dict(form.filled()), link_id: posted[link_id]})
    assert verbs(saved) == ["SELECT", "UPDATE"]


def test_an_invalid_page_and_a_repeated_one_write_nothing(published: Version) -> None:
    patient = patient_at(published, "age")
    with CaptureQueriesContext(connection) as refused:
        patient.press({"age": "forty"})
    assert verbs(refused) == ["SELECT"]
    patient.press({"age": "45"})
    patient.visit("/s/3/")
    with CaptureQueriesContext(connection) as again:
        patient.client.post("/s/3/", dict(patient.page.main_form.filled()))
    assert verbs(again) == ["SELECT"]


@pytest.mark.parametrize("path", ["/s/you/", "/s/check/", "/s/interruption/", "/s/"])
def test_the_other_pages_cost_one_select(published: Version, path: str) -> None:
    token, loaded = started(published)
    answered(loaded, URGENT if "interruption" in path else {})
    client = holding(token)
    if path == "/s/check/":
        Patient(client).visit("/s/you/")
        patient = Patient(client)
        patient.visit("/s/you/")
        patient.press()
    client.get(path)
    with CaptureQueriesContext(connection) as shown:
        client.get(path)
    assert verbs(shown) == ["SELECT"]


def test_sending_costs_the_same_whatever_was_answered(published: Version) -> None:
    def cost(answers: dict) -> int:
        patient = patient_at(published, "questions-for-doctor", answers)
        patient.press()
        patient.press()
        form = patient.page.main_form
        with CaptureQueriesContext(connection) as sent:
            patient.client.post("/s/submit/", dict(form.filled()))
        return len(verbs(sent))

    many = {
        "heart-conditions": ["heart-attack", "rhythm"],
        "med-classes": ["opioid"],
        "vessel-conditions": ["not-sure"],
    }
    assert cost({}) == cost(many) <= 12


def test_the_first_view_fits_into_14_kilobytes(published: Version) -> None:
    def size(data: bytes) -> int:
        return len(gzip.compress(data, 9))

    patient = Patient()
    patient.visit("/")
    start = size(patient.html.encode()) + size(STYLES.read_bytes())
    patient.press()
    question = size(patient.html.encode()) + size(STYLES.read_bytes())
    assert size(STYLES.read_bytes()) < 6_000
    assert max(start, question) <= 14_000
    assert patient.html.count("<link ") == 2
    assert "<script" not in patient.html
    assert "style=" not in patient.html


def test_no_page_needs_more_than_four_kilobytes_of_html(published: Version) -> None:
    patient = patient_at(published, "med-classes")
    assert len(gzip.compress(patient.html.encode(), 9)) < 4_000
