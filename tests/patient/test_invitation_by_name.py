"""A link made for somebody: it asks for their date of birth before it says their name, and asks nothing
twice."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from questionnaire.models import Version
from screening.actions import contact_requests
from screening.core.limits import TRIES_FROM_ONE_ADDRESS
from screening.models import AuditEvent, ContactRequest, Invitation, Submission
from screening.queries.submission import load_submission
from tests.builders.browsing import Patient, says
from tests.builders.invited import ANA, BORN, NOT_BORN, begun, filled_in, invited, send, set_clinic
from tests.builders.staff import acting, browser_of
from tests.builders.submissions import loaded_by

pytestmark = pytest.mark.django_db


def test_another_date_of_birth_is_refused_and_counted(published: Version, sam: Any) -> None:
    link = invited(sam)
    patient = begun(link, NOT_BORN)
    assert patient.status == 422
    assert "This date of birth does not go with this link" in patient.page.text
    assert not says("Ana", patient.html)
    assert patient.page.main_form.named("birth_year")[0].value == "1981", "what was typed is kept"
    assert not Submission.objects.exists()
    assert (
        AuditEvent.objects.filter(action="invitation.refuse").count() == Invitation.objects.get().tries == 1
    )
    patient.press(BORN)
    assert patient.address == "/s/1/"
    assert Invitation.objects.get().tries == 0


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Enter the month, day and year of your birth"),
        ({**BORN, "birth_year": "80"}, "Enter the year of your birth with 4 digits"),
    ],
)
def test_a_date_that_is_none_is_no_try(
    published: Version, sam: Any, typed: dict[str, str], said: str
) -> None:
    patient = begun(invited(sam), typed)
    assert patient.status == 422
    assert said in patient.page.text
    assert Invitation.objects.get().tries == 0


def test_a_link_made_for_nobody_by_name_asks_for_nothing(published: Version, sam: Any) -> None:
    patient = begun(invited(sam, {}), {})
    assert patient.address == "/s/1/"
    assert loaded_by(patient).person == {}


def test_an_address_that_tries_many_is_stopped_and_told_to_call(published: Version, sam: Any) -> None:
    link = invited(sam)
    for _try in range(TRIES_FROM_ONE_ADDRESS.most):
        Client().post(invited(sam, {**ANA, "name": "Bo"}), NOT_BORN)
    patient = begun(link)
    assert patient.status == 429
    assert "There were too many tries" in patient.page.text


def test_the_name_is_there_to_be_confirmed_once_the_date_was_typed(published: Version, sam: Any) -> None:
    patient = filled_in(begun(invited(sam)))
    assert patient.address == "/s/you/"
    assert patient.page.main_form.named("name")[0].value == "Ana Flores"
    assert "Your clinic filled in what it knows" in patient.page.text
    row = send(patient)
    assert load_submission(row).identity == ANA, "the clinic does not ask for it, but it was typed"
    assert load_submission(row).response.invited == {}, "the name is kept once"


def test_where_the_clinic_needs_a_date_of_birth_it_is_not_asked_twice(published: Version, sam: Any) -> None:
    set_clinic(require_birth_date=True)
    form = filled_in(begun(invited(sam))).page.main_form
    assert [form.named(name)[0].value for name in ("birth_year", "birth_month", "birth_day")] == [
        "1980",
        "07",
        "01",
    ]


def test_staff_see_who_invited_and_whether_the_name_was_changed(published: Version, sam: Any) -> None:
    patient = filled_in(begun(invited(sam)))
    patient.press({"name": "Maria Flores"})
    patient.press()
    row = Submission.objects.get()
    page = " ".join(browser_of(sam).get(f"/staff/{row.reference}/").content.decode().split())
    assert "Invited by" in page
    assert "Sam Lee" in page
    assert "Ana Flores, 1980-07-01" in page
    assert "Maria Flores" in page


def test_staff_see_nothing_of_an_invitation_where_there_was_none(published: Version, sam: Any) -> None:
    patient = Patient()
    patient.visit("/")
    patient.press()
    row = send(filled_in(patient))
    assert "Invited by" not in browser_of(sam).get(f"/staff/{row.reference}/").content.decode()


def test_asking_to_be_called_needs_no_number_of_somebody_invited(published: Version, sam: Any) -> None:
    patient = begun(invited(sam))
    patient.visit("/contact/")
    assert patient.page.main_form.named("name")[0].value == "Ana Flores"
    patient.press({"phone": ""})
    assert patient.page.h1 == ["Your clinic was asked to contact you"]
    row = ContactRequest.objects.get()
    assert contact_requests.view_contact(contact=row, actor=acting(sam)) == {**ANA, "phone": ""}
    page = browser_of(sam).get(f"/staff/contact/{row.pk}/").content.decode()
    assert "1 Jul 1980" in page
    assert "call the number you have" in page
