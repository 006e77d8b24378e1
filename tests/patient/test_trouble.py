"""When something is broken: an honest status, help within reach, and what was typed still there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from questionnaire.models import Version
from screening.models import Submission
from screening.queries import submission
from screening.queries.submission import load_with_token
from tests.builders.browsing import Paper, Patient
from tests.builders.outage import StoppedDatabase
from tests.builders.submissions import holding, loaded_by, patient_at, started


def test_help_is_there_with_the_database_stopped(db: None) -> None:
    with connection.execute_wrapper(StoppedDatabase()):
        response = Client().get("/help-now/")
    assert response.status_code == 200
    assert 'href="tel:911"' in response.content.decode()


def test_help_needs_no_database_at_all() -> None:
    assert Client().get("/help-now/").status_code == 200


@pytest.mark.parametrize("path", ["/s/", "/s/1/", "/s/you/", "/s/check/", "/s/result/", "/s/interruption/"])
def test_every_page_of_a_form_says_so_when_the_database_is_stopped(published: Version, path: str) -> None:
    token, _ = started(published)
    client = holding(token)
    with connection.execute_wrapper(StoppedDatabase()):
        response = client.get(path)
    assert response.status_code == 503
    page = Paper(response.content.decode())
    assert page.h1 == ["This page does not open just now"]
    assert page.link("Try again") == path
    assert page.link("Call 988") == "tel:988"


def test_the_start_page_is_readable_but_begins_nothing_with_the_database_stopped(published: Version) -> None:
    with connection.execute_wrapper(StoppedDatabase()):
        assert Client().get("/").status_code == 200
        assert Client().post("/").status_code == 503


def test_typed_answers_are_kept_while_the_database_is_stopped_and_can_be_sent_again(
    published: Version,
) -> None:
    patient = patient_at(published, "questions-for-doctor")
    with connection.execute_wrapper(StoppedDatabase()):
        page = patient.press({"questions-for-doctor": "First line\nsecond <line>"})
    assert patient.status == 503
    assert "Call 911" in page.text
    patient.press(button="Send again")
    assert patient.address == "/s/you/"
    assert loaded_by(patient).response.answers["questions-for-doctor"] == "First line\nsecond <line>"


def test_if_the_rules_fail_the_answer_is_help_and_nothing_typed_is_lost(
    published: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object, **named: object) -> None:
        raise RuntimeError("the rules do not load")

    patient = patient_at(published, "safety-now")
    with monkeypatch.context() as patch:
        patch.setattr(submission, "assess", broken)
        patient.press({"safety-now": "self-harm"})
        assert patient.status == 503
        assert "Call or text 988" in patient.page.text
    patient.press(button="Send again")
    assert patient.address == "/s/interruption/"


def test_a_row_that_does_not_open_is_answered_with_help(published: Version) -> None:
    token, _ = started(published)
    Submission.objects.update(response=b"changed")
    assert holding(token).get("/s/1/").status_code == 503


def test_without_a_published_questionnaire_nothing_can_begin(db: None) -> None:
    assert Client().post("/").status_code == 503


def test_an_expired_form_says_so_and_offers_a_new_one(published: Version) -> None:
    token, _ = started(published, now=timezone.now() - timedelta(hours=24, minutes=1))
    shown = Paper(_refused(holding(token).get("/s/1/")))
    assert shown.link("Begin a new form") == "/"
    assert shown.link("Come back with your code") == "/resume/"
    typed = Paper(_refused(holding(token).post("/s/1/", {"symptoms-now": "none"})))
    assert [button.words for button in typed.main_form.buttons][1] == "Begin a new form with it"
    for page in (shown, typed):
        assert "24 hours" in page.text
        assert page.link("Call 988") == "tel:988"


def _refused(response: HttpResponse) -> str:
    assert response.status_code == 410
    return response.content.decode()


def test_a_form_stays_open_for_24_hours_after_the_last_page(published: Version) -> None:
    token, loaded = started(published, now=timezone.now() - timedelta(hours=23))
    client = holding(token)
    response = client.post("/s/1/", {"symptoms-now": "none", "seen": loaded.seen(1)})
    assert response.cookies["form"]["max-age"] == 24 * 60 * 60
    assert load_with_token(token, now=timezone.now() + timedelta(hours=23))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("delete", "/s/1/"),
        ("put", "/"),
        ("get", "/s/submit/"),
        ("get", "/s/finish/"),
        ("post", "/s/result/"),
        ("post", "/help-now/"),
    ],
)
def test_a_method_that_is_not_allowed(published: Version, method: str, path: str) -> None:
    response = getattr(Client(), method)(path)
    assert response.status_code == 405
    assert response["Allow"]
    assert "Get help now" in response.content.decode()


def test_head_is_get_without_a_body(published: Version) -> None:
    assert Client().head("/").status_code == 200


# A missing or old form key ----------------------------------------------------------------------------------


def strict(patient: Patient) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.cookies = patient.client.cookies
    return client


def test_a_form_without_its_key_is_refused_and_saves_nothing(published: Version) -> None:
    patient = patient_at(published, "age")
    response = strict(patient).post(patient.address, {"age": "45"})
    assert response.status_code == 403
    assert not Paper(response.content.decode()).forms
    assert "age" not in loaded_by(patient).response.answers


def test_what_our_own_page_sent_can_be_sent_again(published: Version) -> None:
    patient = patient_at(published, "age")
    client = strict(patient)
    response = client.post(
        patient.address,
        {"age": "45", "seen": patient.page.main_form.named("seen")[0].value},
        headers={"origin": "http://testserver"},
    )
    assert response.status_code == 403
    form = Paper(response.content.decode()).main_form
    assert ("age", "45") in form.filled()
    assert client.post(patient.address, dict(form.filled())).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://elsewhere.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}, {}],
)
def test_what_another_site_sent_is_not_offered_again(published: Version, headers: dict[str, str]) -> None:
    patient = patient_at(published, "age")
    response = strict(patient).post(patient.address, {"age": "45"}, headers=headers)
    assert response.status_code == 403
    assert not Paper(response.content.decode()).forms
