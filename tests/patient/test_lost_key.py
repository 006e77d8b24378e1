"""The key is lost, or the session is over: the page just typed is never lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from questionnaire.models import Version
from screening.actions.resume import restore_stashed_page, stash_page
from screening.models import StashedPage, Submission
from tests.builders.browsing import Patient
from tests.builders.resumed import saved_at
from tests.builders.submissions import loaded_by, patient_at, started


def lose_key(patient: Patient) -> None:
    patient.client.cookies.clear()


def test_a_page_typed_with_a_lost_key_is_there_again_after_coming_back(published: Version) -> None:
    patient, code = saved_at(published, "questions-for-doctor")
    patient.visit(patient.page.link("Go on with the form"))
    lose_key(patient)
    patient.press({"questions-for-doctor": "First line\nsecond <line>"})
    assert patient.status == 403
    assert "it is kept for 30 minutes" in patient.page.text
    patient.press(button="Come back with your code")
    assert patient.address == "/resume/"
    patient.press({"code": code, "year": "1979"})
    assert patient.status == 422
    patient.press({"code": code, "year": "1980"})
    [box] = patient.page.main_form.named("questions-for-doctor")
    assert box.value == "First line\nsecond <line>"
    assert not StashedPage.objects.exists(), "given back once"
    patient.press()
    assert loaded_by(patient).response.answers["questions-for-doctor"] == "First line\nsecond <line>"


def test_an_expired_session_keeps_the_page_too(published: Version) -> None:
    patient, code = saved_at(published, "age")
    patient.visit("/s/3/")
    Submission.objects.update(token_expires_at=timezone.now() - timedelta(minutes=1))
    patient.press({"age": "45"})
    assert patient.status == 410
    patient.press(button="Come back with your code")
    patient.press({"code": code, "year": "1980"})
    assert patient.address == "/s/3/"
    assert patient.page.main_form.named("age")[0].value == "45"


def test_without_a_code_the_typed_page_waits_in_a_new_form(published: Version) -> None:
    patient = patient_at(published, "safety-now")
    lose_key(patient)
    patient.press({"safety-now": ["not-sure"]})
    patient.press(button="Begin a new form with it")
    assert patient.address == "/s/1/"
    patient.press({"symptoms-now": ["none"]})
    assert patient.address == "/s/2/"
    assert [c.value for c in patient.page.main_form.named("safety-now") if c.checked] == ["not-sure"]
    patient.press()
    assert loaded_by(patient).response.answers["safety-now"] == ("not-sure",)


def test_what_is_kept_is_sealed_and_its_key_is_nowhere_but_on_the_page(published: Version) -> None:
    patient = patient_at(published, "questions-for-doctor")
    lose_key(patient)
    patient.press({"questions-for-doctor": "very private"})
    [row] = StashedPage.objects.all()
    assert b"very private" not in bytes(row.typed)
    [key] = patient.page.main_form.named("kept")
    assert key.value not in str(vars(row))
    assert set(patient.client.cookies) == {"csrf"}


@pytest.mark.parametrize("minutes", [31, 24 * 60])
def test_after_half_an_hour_it_is_gone(published: Version, minutes: int) -> None:
    key = stash_page(posted={"age": ["45"]}, now=timezone.now() - timedelta(minutes=minutes))
    _, loaded = started(published)
    assert restore_stashed_page(loaded=loaded, key=key, now=timezone.now()).response.typed == {}


@pytest.mark.parametrize("key", ["", "wrong", "x" * 5000])
def test_a_wrong_key_gives_nothing_back(published: Version, key: str) -> None:
    stash_page(posted={"age": ["45"]}, now=timezone.now())
    _, loaded = started(published)
    assert restore_stashed_page(loaded=loaded, key=key, now=timezone.now()).response.typed == {}


def test_names_of_no_page_are_dropped_and_more_than_a_page_holds_is_not_kept(published: Version) -> None:
    now = timezone.now()
    key = stash_page(posted={"age": ["45"], "seen": ["x"], "evil": ["1"], "name": ["Zoë"]}, now=now)
    _, loaded = started(published)
    typed = restore_stashed_page(loaded=loaded, key=key, now=now).response.typed
    assert {page: dict(kept.values) for page, kept in typed.items()} == {
        "3": {"age": ("45",)},
        "you": {"name": ("Zoë",)},
    }
    assert stash_page(posted={"age": ["4" * 70_000]}, now=now) == ""


def test_a_flood_of_lost_pages_is_carried_by_the_pages_themselves(published: Version) -> None:
    client = Client()
    for _ in range(31):
        response = client.post("/s/3/", {"age": "45"})
    assert StashedPage.objects.count() == 30
    assert b'name="age" value="45"' in response.content


def test_an_empty_page_keeps_nothing(published: Version) -> None:
    Client().post("/s/3/", {"seen": "x", "age": ""})
    assert not StashedPage.objects.exists()
