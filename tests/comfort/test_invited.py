"""A patient opens the link their clinic made for them: it begins a form, again and again until one was sent, and shows
nothing to whoever else it reached."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from questionnaire.models import Version
from screening import clinic, contact, encryption, forgetting, invitations, logs, submissions
from screening.models import AuditEvent, ContactRequest, Invitation, Submission
from screening.patient.journey import cookie_name
from screening.patient.limits import TRIES_FROM_ONE_ADDRESS
from tests.browsing import Patient, says
from tests.builders import answered, opened_by
from tests.left_in_english import left_in_english
from tests.staff.people import browser_of, member

pytestmark = pytest.mark.django_db
ANA = {"name": "Ana Flores", "birth_date": "1980-07-01"}
BORN = {"birth_month": "July", "birth_day": "1", "birth_year": "1980"}
NOT_BORN = {**BORN, "birth_year": "1981"}
CLOSED = "This link can no longer be used"


def set_clinic(**values: Any) -> None:
    clinic.save(values=replace(clinic.current(), **values), actor="user:1", now=timezone.now())


@pytest.fixture
def sam(db: None) -> Any:
    return member("sam", first_name="Sam", last_name="Lee")


def invited(by: Any, person: Mapping[str, str] = ANA, *, language: str = "en", days: int = 14) -> str:
    """The address in a link that Sam made."""
    _, key = invitations.make(
        questionnaire="ketamine", language=language, person=person, days=days, by=by, now=timezone.now()
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
    answered(opened_by(patient), {})
    patient.visit("/s/")
    return patient


def send(patient: Patient) -> Submission:
    """From "about you" to the result."""
    patient.press()
    patient.press()
    assert patient.address == "/s/result/"
    return Submission.objects.get(token_hash=opened_by(patient).row.token_hash)


# The link and its button ---------------------------------------------------------------------------------------------


def test_looking_at_a_link_changes_nothing_and_shows_no_name(published: Version, sam: Any) -> None:
    link = invited(sam)
    before = list(Invitation.objects.values())
    for _preview in range(3):
        response = Client().get(link)
        assert response.status_code == 200
        assert not says("Ana", response.content.decode())
        assert not says("1980", response.content.decode().replace("such as 1980", ""))
    assert list(Invitation.objects.values()) == before
    assert not Submission.objects.exists()
    assert not AuditEvent.objects.filter(object_type="submission").exists()


def test_its_button_begins_a_form_and_the_address_forgets_the_link(published: Version, sam: Any) -> None:
    link = invited(sam)
    patient = begun(link)
    assert patient.address == "/s/1/"
    assert link not in patient.html
    row = Invitation.objects.get()
    assert (row.submission, row.tries) == (opened_by(patient).row, 0)
    assert row.opened_at is not None


def test_the_key_is_kept_nowhere(published: Version, sam: Any) -> None:
    link = invited(sam)
    begun(link)
    key = link.split("/")[2]
    everything = StringIO()
    call_command("dumpdata", "screening", stdout=everything)
    assert key not in everything.getvalue()
    row = Invitation.objects.get()
    assert ANA["name"].encode() not in bytes(row.identity or b"")
    assert encryption.unseal(row.identity or b"", purpose=f"invitation:{row.uuid}:identity") == ANA


def test_no_log_line_holds_the_key_whatever_happens(
    published: Version, sam: Any, caplog: pytest.LogCaptureFixture
) -> None:
    link, key = invited(sam), ""
    key = link.split("/")[2]
    caplog.set_level(logging.DEBUG)
    begun(link)
    for client in (Client(), Client(enforce_csrf_checks=True)):
        client.post(link, {"birth_year": "x"})
        client.delete(link)
        client.get(link.rstrip("/"))
    Client(raise_request_exception=False).post(link + "?a=b", NOT_BORN)
    lines = [logs.JsonFormatter().format(record) for record in caplog.records]
    said = "".join(lines)
    assert any(json.loads(line).get("path") == "/i/…/" for line in lines)
    assert key not in said
    assert key[:12] not in said


def test_the_page_tells_the_next_one_no_more_than_the_site(published: Version, sam: Any) -> None:
    link = invited(sam)
    responses = [Client().get(link), Client().post(link, NOT_BORN), Client().get("/i/made-up/")]
    responses.append(Client(enforce_csrf_checks=True).post(link, BORN))
    for response in responses:
        assert response["Referrer-Policy"] == "strict-origin"
        assert response["Cache-Control"] == "no-store"
    assert Client().get("/")["Referrer-Policy"] == "same-origin"


def test_looking_costs_two_questions_to_the_database(published: Version, sam: Any) -> None:
    link = invited(sam)
    with CaptureQueriesContext(connection) as asked:
        Client().get(link)
    assert [query["sql"].split()[0] for query in asked] == ["SELECT", "SELECT"]


# Again, and elsewhere ------------------------------------------------------------------------------------------------


def test_the_device_that_holds_the_form_goes_on_with_it(published: Version, sam: Any) -> None:
    link = invited(sam)
    patient = begun(link)
    patient.press({"symptoms-now": ["none"]})
    patient.visit(link)
    assert patient.address == "/s/2/"


def test_another_device_sees_the_same_page_as_if_nothing_had_begun(published: Version, sam: Any) -> None:
    link = invited(sam)

    def page() -> str:
        patient = at(link)
        hidden = patient.page.main_form.named("csrfmiddlewaretoken")[0].value
        return patient.html.replace(hidden, "")

    before = page()
    begun(link)
    assert page() == before


def test_starting_afresh_elsewhere_shows_nothing_and_leaves_the_first_form_with_its_device(
    published: Version, sam: Any
) -> None:
    link = invited(sam)
    first = begun(link)
    first.press({"symptoms-now": ["chest-pain"]})
    second = begun(link)
    assert opened_by(second).response.answers == {}
    assert Invitation.objects.get().submission == opened_by(second).row
    assert opened_by(first).response.answers == {"symptoms-now": ("chest-pain",)}


def test_with_a_code_the_form_is_taken_up_on_another_device(published: Version, sam: Any) -> None:
    link = invited(sam)
    first = begun(link)
    first.press(button="Save and come back")
    first.press({"year": "1980"})
    code = first.html.split('class="code">')[1].split("<")[0]
    second = at(link)
    second.visit(second.page.link("Come back to a form you saved"))
    second.press({"code": code, "year": "1980"})
    assert Invitation.objects.get().submission == opened_by(second).row


def test_a_form_deleted_by_its_patient_can_be_begun_again(published: Version, sam: Any) -> None:
    link = invited(sam)
    patient = begun(link)
    patient.visit("/s/delete/")
    patient.press()
    assert begun(link).address == "/s/1/"


# When it no longer works ---------------------------------------------------------------------------------------------


def sent_with(link: str, sam: Any) -> None:
    send(filled_in(begun(link)))


def revoked(link: str, sam: Any) -> None:
    invitations.revoke(row=Invitation.objects.get(), by=sam, now=timezone.now())


def ended(link: str, sam: Any) -> None:
    Invitation.objects.update(expires_at=timezone.now())


def withdrawn(link: str, sam: Any) -> None:
    row = send(filled_in(begun(link)))
    assert row.reference
    forgetting.withdraw(reference=row.reference, code=forgetting.withdrawal_code(row), now=timezone.now())


def kept_no_longer(link: str, sam: Any) -> None:
    row = send(filled_in(begun(link)))
    Submission.objects.filter(pk=row.pk).update(desk="done", decided_at=timezone.now())
    forgetting.purge(retention_days=1, now=timezone.now() + timedelta(days=2))
    assert not Submission.objects.exists()


def guessed_at(link: str, sam: Any) -> None:
    for _try in range(invitations.MOST_TRIES):
        Client().post(link, NOT_BORN)


def never_made(link: str, sam: Any) -> None:
    Invitation.objects.all().delete()


@pytest.mark.parametrize(
    "end", [sent_with, revoked, ended, withdrawn, kept_no_longer, guessed_at, never_made], ids=lambda end: end.__name__
)
def test_a_link_that_is_over_gives_one_and_the_same_page(published: Version, sam: Any, end: Any) -> None:
    set_clinic(phone="555 010 2000")
    link = invited(sam)
    end(link, sam)
    unknown = Client().get("/i/made-up/")
    for response in (Client().get(link), Client().post(link, BORN)):
        assert response.status_code == unknown.status_code == 410
        assert response.content == unknown.content
    page = at(link).page
    assert page.h1 == [CLOSED]
    assert "555 010 2000" in page.text


def test_a_draft_goes_on_after_its_link_was_taken_back(published: Version, sam: Any) -> None:
    link = invited(sam)
    patient = begun(link)
    revoked(link, sam)
    row = send(filled_in(patient))
    assert row.invitation.made_by == sam
    assert opened_by(patient).identity == {**ANA, "filled_by": ""} or opened_by(patient).identity == ANA


def test_whoever_sends_first_ends_it_for_the_others(published: Version, sam: Any) -> None:
    """Given the page open on two devices, when one form begun with it was sent, then the other button is too late."""
    link = invited(sam)
    late = at(link)
    send(filled_in(begun(link)))
    late.press(BORN)
    assert late.status == 410
    assert late.page.h1 == [CLOSED]


# Whose it is ---------------------------------------------------------------------------------------------------------


def test_another_date_of_birth_is_refused_and_counted(published: Version, sam: Any) -> None:
    link = invited(sam)
    patient = begun(link, NOT_BORN)
    assert patient.status == 422
    assert "This date of birth does not go with this link" in patient.page.text
    assert not says("Ana", patient.html)
    assert patient.page.main_form.named("birth_year")[0].value == "1981", "what was typed is kept"
    assert not Submission.objects.exists()
    assert AuditEvent.objects.filter(action="invitation.refuse").count() == Invitation.objects.get().tries == 1
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
def test_a_date_that_is_none_is_no_try(published: Version, sam: Any, typed: dict[str, str], said: str) -> None:
    patient = begun(invited(sam), typed)
    assert patient.status == 422
    assert said in patient.page.text
    assert Invitation.objects.get().tries == 0


def test_a_link_made_for_nobody_by_name_asks_for_nothing(published: Version, sam: Any) -> None:
    patient = begun(invited(sam, {}), {})
    assert patient.address == "/s/1/"
    assert opened_by(patient).person == {}


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
    assert submissions.opened(row).identity == ANA, "the clinic does not ask for it, but it was typed"
    assert submissions.opened(row).response.invited == {}, "the name is kept once"


def test_where_the_clinic_needs_a_date_of_birth_it_is_not_asked_twice(published: Version, sam: Any) -> None:
    set_clinic(require_birth_date=True)
    form = filled_in(begun(invited(sam))).page.main_form
    assert [form.named(name)[0].value for name in ("birth_year", "birth_month", "birth_day")] == ["1980", "07", "01"]


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
    assert contact.look_at(row=row, by=sam, now=timezone.now()) == {**ANA, "phone": ""}
    page = browser_of(sam).get(f"/staff/contact/{row.pk}/").content.decode()
    assert "1 Jul 1980" in page
    assert "call the number you have" in page


# Language ------------------------------------------------------------------------------------------------------------


def test_it_speaks_the_language_staff_chose_and_begins_a_form_in_it(published: Version, sam: Any) -> None:
    link = invited(sam, language="es")
    patient = at(link)
    assert patient.page.lang == "es"
    for typed in ({}, NOT_BORN, BORN):
        assert left_in_english(patient.html) == set()
        patient.press(dict(typed))
    assert patient.page.lang == "es"
    assert opened_by(patient).row.language == "es"


def test_another_language_keeps_the_date_half_typed(published: Version, sam: Any) -> None:
    patient = at(invited(sam, language="es"))
    page = patient.press({"birth_year": "19"}, button="English")
    assert (page.lang, page.main_form.named("birth_year")[0].value) == ("en", "19")
    assert 'id="errors"' not in patient.html
    patient.press(BORN)
    assert opened_by(patient).row.language == "en"


# Forgetting ----------------------------------------------------------------------------------------------------------


def test_what_can_no_longer_be_used_is_destroyed_at_night(published: Version, sam: Any) -> None:
    links = [invited(sam) for _ in range(4)]
    sent, begun_only, over, fresh = Invitation.objects.order_by("id")
    row = send(filled_in(begun(links[0])))
    begun(links[1])
    Invitation.objects.filter(pk__in=[begun_only.pk, over.pk]).update(expires_at=timezone.now())
    said = StringIO()
    call_command("purge_expired", stdout=said)
    assert "1 invitations" in said.getvalue()
    assert set(Invitation.objects.values_list("pk", flat=True)) == {sent.pk, begun_only.pk, fresh.pk}
    assert Invitation.objects.get(submission=row).identity is None, "the name is in the submission now"
    assert Invitation.objects.get(pk=fresh.pk).identity is not None
    assert AuditEvent.objects.get(action="invitation.purge").detail == {"number": 1, "names": 2}


def test_taking_a_submission_back_takes_the_name_out_of_its_invitation(published: Version, sam: Any) -> None:
    withdrawn(invited(sam), sam)
    assert Invitation.objects.get().identity is None


def test_the_record_says_what_happened_and_not_to_whom(published: Version, sam: Any) -> None:
    link = invited(sam)
    begun(link, NOT_BORN)
    begun(link)
    revoked(link, sam)
    revoked(link, sam)
    events = AuditEvent.objects.filter(object_type="invitation").order_by("id")
    assert [event.action.partition(".")[2] for event in events] == ["make", "refuse", "open", "revoke"]
    assert not says("Ana", json.dumps(list(AuditEvent.objects.values()), default=str))


def test_a_cookie_of_another_form_opens_nothing_of_this_one(published: Version, sam: Any) -> None:
    link = invited(sam)
    begun(link)
    other = begun(invited(sam, {}), {})
    assert at(link, other.client).address == link
    stranger = Client()
    stranger.cookies[cookie_name()] = "made-up"
    assert at(link, stranger).address == link
