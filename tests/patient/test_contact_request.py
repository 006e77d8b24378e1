"""A patient asks the clinic to call: at once, apart from the form, honestly told what it is not, and dealt
with."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from questionnaire.models import Version
from screening.actions import clinic_settings, contact_requests, submissions
from screening.core import encryption
from screening.core.staff_roles import EDITOR
from screening.models import AuditEvent, ContactRequest, StaffMail, Submission
from screening.patient.contact_request import FROM_ONE_ADDRESS, FROM_ONE_DEVICE
from screening.queries import clinic
from tests.builders.browsing import Patient, says
from tests.builders.staff import acting, browser_of, member
from tests.builders.submissions import answered, holding, started

pytestmark = pytest.mark.django_db
ANA = {"name": "Ana Flores", "phone": "555 010 4477"}
URGENT = {"symptoms-now": ["chest-pain"]}


def at_contact(client: Client | None = None) -> Patient:
    patient = Patient(client) if client else Patient()
    patient.visit("/contact/")
    return patient


@pytest.fixture
def desk() -> Client:
    return browser_of(member("sam"))


def set_clinic(**values: Any) -> None:
    clinic_settings.save(values=replace(clinic.current(), **values), actor="user:1", now=timezone.now())


def interrupted(version: Version) -> Patient:
    token, loaded = started(version)
    number = loaded.walk.next
    assert number
    loaded = answered(loaded, URGENT, until="safety-now")
    patient = Patient(holding(token))
    patient.visit("/s/interruption/")
    return patient


def test_from_the_interruption_to_the_desk_before_anything_is_sent(published: Version, desk: Client) -> None:
    set_clinic(opening_hours="Monday to Friday, 9 to 5", on_duty=("kim@clinic.test",), contact_on_urgent=True)
    patient = interrupted(published)
    patient.visit(patient.page.link("Ask my clinic to call me"))
    assert "This is not an emergency service." in patient.page.text
    assert "Monday to Friday, 9 to 5" in patient.page.text
    patient.press(ANA)
    assert "Your clinic was asked to contact you" in patient.page.text
    assert "not an emergency service" in patient.page.text
    assert not says("Ana", patient.html)
    assert Submission.objects.get().state == "draft"
    row = ContactRequest.objects.get()
    queue = desk.get("/staff/").content.decode()
    assert f"/staff/contact/{row.pk}/" in queue
    assert not says("Ana", queue)
    assert StaffMail.objects.count() == 1
    shown = desk.get(f"/staff/contact/{row.pk}/").content.decode()
    assert "Ana Flores" in shown
    assert "tel:5550104477" in shown


def test_the_help_page_leads_there_without_any_form() -> None:
    patient = Patient()
    patient.visit("/help-now/")
    patient.visit(patient.page.link("Ask my clinic to contact me"))
    patient.press(ANA)
    assert ContactRequest.objects.count() == 1


def test_who_they_said_they_are_is_filled_in(published: Version) -> None:
    token, loaded = started(published)
    submissions.save_identity(loaded=loaded, identity=ANA, now=timezone.now())
    form = at_contact(holding(token)).page.main_form
    assert [form.named(name)[0].value for name in ("name", "phone")] == ["Ana Flores", "555 010 4477"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": "", "phone": "555 010 4477"}, "Enter your name"),
        ({"name": "Ana", "phone": ""}, "Enter a phone number, so that your clinic can call you"),
        ({"name": "Ana", "phone": "call me"}, "Enter a phone number, such as 555 010 4477"),
    ],
)
def test_what_is_missing_is_asked_for_and_nothing_is_sent(typed: dict[str, str], said: str) -> None:
    patient = at_contact()
    patient.press(typed)
    assert patient.status == 422
    assert said in patient.page.text
    assert not ContactRequest.objects.exists()


def test_asking_twice_is_one_request() -> None:
    for given in (ANA, {"name": "ana  FLORES", "phone": "+1 (555) 010-4477"}):
        at_contact().press(given)
    assert ContactRequest.objects.count() == 1


def test_a_device_that_asks_again_and_again_is_told_to_call(published: Version) -> None:
    token, _ = started(published)
    for number in range(FROM_ONE_DEVICE.most):
        at_contact(holding(token)).press({**ANA, "name": f"Ana {number}"})
    patient = at_contact(holding(token))
    patient.press(ANA)
    assert patient.status == 429
    assert "Please call instead" in patient.page.text
    assert "Call 911" in patient.page.text
    assert ContactRequest.objects.count() == FROM_ONE_DEVICE.most


def test_an_address_is_limited_too() -> None:
    for number in range(FROM_ONE_ADDRESS.most + 1):
        at_contact().press({**ANA, "name": f"Ana {number}"})
    assert ContactRequest.objects.count() == FROM_ONE_ADDRESS.most


def test_who_asked_is_encrypted_and_not_in_the_record(desk: Client) -> None:
    at_contact().press(ANA)
    row = ContactRequest.objects.get()
    assert ANA["name"].encode() not in bytes(row.identity)
    assert encryption.unseal(row.identity, purpose=f"contactrequest:{row.uuid}:identity") == ANA
    desk.get(f"/staff/contact/{row.pk}/")
    desk.post(f"/staff/contact/{row.pk}/done/", {"outcome": "reached"})
    events = AuditEvent.objects.filter(object_type="contact").order_by("id")
    assert [event.action for event in events] == ["contact.ask", "contact.view", "contact.done"]
    assert not says("Ana", json.dumps(list(events.values()), default=str))


def test_done_leaves_the_queue_and_a_slip_can_be_put_right(desk: Client) -> None:
    at_contact().press(ANA)
    row = ContactRequest.objects.get()
    for _twice in range(2):
        desk.post(f"/staff/contact/{row.pk}/done/", {"outcome": "reached"})
    assert "View contact details" not in desk.get("/staff/").content.decode()
    assert "Closed by sam" in desk.get(f"/staff/contact/{row.pk}/").content.decode()
    desk.post(f"/staff/contact/{row.pk}/done/", {"done": "no"})
    assert "View contact details" in desk.get("/staff/?state=now").content.decode()
    assert "View contact details" not in desk.get("/staff/?state=new").content.decode()
    assert AuditEvent.objects.filter(action="contact.done").count() == 1


def test_editors_and_strangers_find_nothing() -> None:
    at_contact().press(ANA)
    row = ContactRequest.objects.get()
    assert browser_of(member("ed", EDITOR)).get(f"/staff/contact/{row.pk}/").status_code == 404
    assert Client().get(f"/staff/contact/{row.pk}/").status_code == 302


def test_nobody_is_told_that_they_asked_when_they_did_not() -> None:
    assert Client().get("/contact/sent/").headers["Location"] == "/contact/"
    assert Client().get("/contact/sent/?told=yes").headers["Location"] == "/contact/"


def test_another_language_keeps_what_was_typed() -> None:
    set_clinic(languages=("en", "es"))
    patient = at_contact()
    patient.press(ANA, button="Español")
    assert patient.page.lang == "es"
    assert patient.page.main_form.named("name")[0].value == "Ana Flores"
    assert not ContactRequest.objects.exists()
    patient.press()
    assert ContactRequest.objects.get().language == "es", "so that somebody who speaks it calls"


def test_what_was_done_is_destroyed_a_week_later() -> None:
    now = timezone.now()
    contact_requests.ask_to_be_contacted(name="Ana", phone="555 010 4477", language="en", now=now)
    contact_requests.ask_to_be_contacted(name="Bo", phone="555 010 4478", language="es", now=now)
    contact_requests.settle_contact(
        contact=ContactRequest.objects.order_by("id")[0],
        outcome="reached",
        words="",
        actor=acting(member("sam"), now=now),
    )
    assert contact_requests.purge_contacts(now=now + timedelta(days=6)) == 0
    assert contact_requests.purge_contacts(now=now + timedelta(days=8)) == 1
    assert ContactRequest.objects.get().language == "es"
