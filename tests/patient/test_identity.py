"""Who they are: optional unless the clinic needs it, and forgiving about how it is written."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.utils import timezone

from questionnaire.models import Version
from screening.actions import clinic_settings
from screening.patient.identity_form import IdentityForm
from screening.queries.clinic import ClinicValues
from tests.builders.submissions import loaded_by, patient_at

TODAY = date(2026, 11, 22)
BIRTH = {"birth_month": "7", "birth_day": "14", "birth_year": "1980"}


def form(data: dict[str, str], **needs: bool) -> IdentityForm:
    return IdentityForm(replace(ClinicValues(), **needs), today=TODAY, data=data)


def test_nothing_is_needed_when_the_clinic_needs_nothing() -> None:
    empty = form({})
    assert empty.is_valid()
    assert empty.identity == {}


def test_date_of_birth_is_not_even_asked_unless_the_clinic_needs_it() -> None:
    assert "birth_year" not in form({}).fields
    assert "birth_year" in form({}, require_birth_date=True).fields


@pytest.mark.parametrize("month", ["7", "07", "July", "jul", "٧"])
def test_a_date_of_birth_is_read_however_it_is_written(month: str) -> None:
    given = form({**BIRTH, "birth_month": month}, require_birth_date=True)
    assert given.is_valid(), given.errors
    assert given.identity == {"birth_date": "1980-07-14"}


@pytest.mark.parametrize(
    ("part", "typed"),
    [
        ("birth_month", ""),
        ("birth_month", "13"),
        ("birth_month", "Smarch"),
        ("birth_day", "32"),
        ("birth_day", "0"),
        ("birth_day", "x"),
        ("birth_day", "9" * 19),
        ("birth_year", "80"),
        ("birth_year", "1850"),
        ("birth_year", "2027"),
        ("birth_year", "²⁰²⁰"),
    ],
)
def test_a_wrong_part_of_the_date_is_named(part: str, typed: str) -> None:
    wrong = form({**BIRTH, part: typed}, require_birth_date=True)
    assert not wrong.is_valid()
    assert list(wrong.errors) == [part]


@pytest.mark.parametrize("phone", ["555 010 4477", "+1 (555) 010-4477", "5550104477 x12", "٥٥٥٠١٠٤٤٧٧"])
def test_a_phone_number_is_taken_as_it_is_written(phone: str) -> None:
    assert form({"phone": phone}).is_valid()


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("phone", "call me"),
        ("phone", "12"),
        ("email", "me at home"),
        ("email", "a@b"),
        ("name", "A" * 201),
        ("name", "a\x07b"),
        ("name", "a\x00b"),
        ("phone", "5" * 41),
    ],
)
def test_what_cannot_be_used_is_asked_again_at_its_field(name: str, typed: str) -> None:
    wrong = form({name: typed})
    assert not wrong.is_valid()
    assert list(wrong.errors) == [name]
    assert all(message for message in wrong.errors[name])


def test_a_clinic_that_must_reach_people_takes_phone_or_e_mail() -> None:
    assert not form({"name": "Ana"}, require_contact=True).is_valid()
    assert form({"email": "ana@example.com"}, require_contact=True).is_valid()


def test_identity_carries_autocomplete_and_health_answers_do_not(published: Version) -> None:
    patient = patient_at(published, "questions-for-doctor")
    assert 'autocomplete="off"' in patient.html
    patient.press()
    for purpose in ("name", "tel", "email"):
        assert f'autocomplete="{purpose}"' in patient.html


def test_what_was_given_is_sealed_and_shown_again_to_its_owner(published: Version) -> None:
    patient = patient_at(published, "questions-for-doctor")
    patient.press()
    patient.press({"name": "Ana Ruiz", "email": "ana@example.com"})
    assert loaded_by(patient).identity == {"name": "Ana Ruiz", "email": "ana@example.com"}
    assert 'value="Ana Ruiz"' in patient.client.get("/s/you/").content.decode()


def test_a_name_is_asked_for_only_where_the_clinic_needs_it(published: Version) -> None:
    assert form({}).is_valid()
    needed = form({}, require_name=True)
    assert list(needed.errors) == ["name"]
    assert needed.fields["name"].needed  # type: ignore[attr-defined]


def test_a_clinic_that_needs_the_date_of_birth_gets_it_through_the_pages(published: Version) -> None:
    now = timezone.now()
    clinic_settings.save(
        values=replace(ClinicValues(), require_birth_date=True, name="River Street"), actor="user:1", now=now
    )
    patient = patient_at(published, "questions-for-doctor")
    patient.press()
    page = patient.press({"birth_month": "Feb", "birth_day": "30", "birth_year": "1980"})
    assert patient.status == 422
    assert page.link("Enter a day that this month has") == "#id_birth_day"
    patient.press({"birth_day": "28"})
    assert patient.address == "/s/check/"
    assert "staff of River Street can read" in patient.page.text
    assert loaded_by(patient).identity == {"birth_date": "1980-02-28"}
