"""Nobody on call: every page of an administrator says so. A test mail proves an address, and its result
stays."""

from __future__ import annotations

import smtplib
from dataclasses import replace
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from questionnaire.models import Version
from screening.actions import clinic_settings
from screening.core.staff_roles import ADMINISTRATOR
from screening.models import AuditEvent
from screening.queries import clinic
from tests.builders.browsing import Paper
from tests.builders.staff import browser_of, member

pytestmark = pytest.mark.django_db
MISSING = "No on-call e-mail address is set"


@pytest.fixture
def office() -> Client:
    return browser_of(member("ada", ADMINISTRATOR))


def on_duty(*addresses: str) -> None:
    values = replace(clinic.from_environment(), on_duty=addresses)
    clinic_settings.save(values=values, actor="user:1", now=timezone.now())


def said_by(office: Client) -> str:
    return " ".join(Paper(office.get("/staff/settings/").content.decode()).text.split())


@pytest.mark.parametrize(
    "path", ["/staff/", "/staff/overview/", "/staff/settings/", "/accounts/people/", "/editor/"]
)
def test_every_page_of_an_administrator_says_so_until_it_is_set(
    office: Client, published: Version, path: str
) -> None:
    page = office.get(path).content.decode()
    assert MISSING in page
    assert Paper(page).link("Set an address") == "/staff/settings/#id_on_duty"
    on_duty("a@example.com")
    assert MISSING not in office.get(path).content.decode()


def test_others_cannot_set_it_and_are_not_told(published: Version) -> None:
    assert MISSING not in browser_of(member("sam")).get("/staff/").content.decode()


def test_a_test_mail_goes_to_each_address_and_says_so(office: Client) -> None:
    on_duty("a@example.com", "b@example.com")
    assert "No test mail was sent yet." in said_by(office)
    assert office.post("/staff/settings/test-mail/")["Location"] == "/staff/settings/#test-mail"
    assert [message.bcc for message in mail.outbox] == [["a@example.com"], ["b@example.com"]]
    assert "This is a test" in mail.outbox[0].body
    said = said_by(office)
    assert "by ada." in said and "Sent to a@example.com, b@example.com." in said
    event = AuditEvent.objects.get(action="clinic.test-mail")
    assert event.detail == {"sent": ["0", "1"], "refused": [], "fault": ""}
    assert "example.com" not in str(event.detail)


def test_an_address_that_is_refused_is_named(office: Client, monkeypatch: Any) -> None:
    on_duty("a@example.com", "wrong@example.com")

    def send(self: Any, fail_silently: bool = False) -> int:
        if "wrong@example.com" in self.bcc:
            raise smtplib.SMTPRecipientsRefused({})
        return 1

    monkeypatch.setattr("django.core.mail.EmailMessage.send", send)
    office.post("/staff/settings/test-mail/")
    said = said_by(office)
    assert "Sent to a@example.com." in said
    assert "Refused for wrong@example.com (SMTPRecipientsRefused)" in said


def test_without_a_mail_server_it_says_so(office: Client, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    on_duty("a@example.com")
    office.post("/staff/settings/test-mail/")
    assert "Not sent: this installation has no mail server." in said_by(office)


def test_without_an_address_there_is_nothing_to_send(office: Client) -> None:
    assert "Save an on-call address first." in said_by(office)
    assert office.post("/staff/settings/test-mail/").status_code == 303
    assert not AuditEvent.objects.filter(action="clinic.test-mail").exists()


def test_only_administrators_send_one(published: Version) -> None:
    assert Client().post("/staff/settings/test-mail/").status_code == 302
    assert browser_of(member("sam")).post("/staff/settings/test-mail/").status_code == 404
    assert browser_of(member("ada", ADMINISTRATOR)).get("/staff/settings/test-mail/").status_code == 405
