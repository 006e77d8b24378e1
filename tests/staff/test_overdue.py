"""The banner: who has waited longer than the clinic wants, whether they sent a form or asked to be called."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from questionnaire.models import Version
from screening.actions import clinic_settings, contact_requests
from screening.models import ContactRequest
from screening.queries import clinic
from tests.builders.browsing import Paper
from tests.builders.staff import URGENT, browser_of, member, sent_ago

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Client:
    return browser_of(member("sam"))


def asked_ago(minutes: float, phone: str = "555 010 4477") -> ContactRequest:
    contact_requests.ask_to_be_contacted(
        name="Ana", phone=phone, language="en", now=timezone.now() - timedelta(minutes=minutes)
    )
    return ContactRequest.objects.latest("id")


def banner(desk: Client, path: str = "/staff/") -> str:
    html = desk.get(path).content.decode()
    found = html.partition('<section class="banner"')[2].partition("</section>")[0]
    return " ".join(Paper(f"<p {found}").text.split())


def test_somebody_who_asked_to_be_called_waits_no_longer_than_an_urgent_submission(desk: Client) -> None:
    asked_ago(29)
    assert banner(desk) == ""
    asked_ago(31, "555 010 4478")
    assert banner(desk) == "1 person asked to be called 31 min ago and is still waiting. View contact details"


def test_both_are_counted_and_the_oldest_of_each_is_a_press_away(desk: Client, published: Version) -> None:
    first, _ = asked_ago(300), asked_ago(40, "555 010 4478")
    row, _ = sent_ago(published, 90, URGENT), sent_ago(published, 50, URGENT)
    for path in ("/staff/", "/staff/overview/"):
        said = banner(desk, path)
        assert re.search(r"2 urgent submissions need attention, the oldest for 1 h 3\d min\.", said)
        assert re.search(
            r"2 people asked to be called and are still waiting, the first for 5 h( \d min)?\.", said
        )
    page = Paper(desk.get("/staff/").content.decode())
    assert page.link("View contact details") == f"/staff/contact/{first.pk}/"
    assert page.link(f"Open {row.reference}") == f"/staff/{row.reference}/"


def test_it_ends_when_the_call_is_marked_as_done_not_when_somebody_looks(desk: Client) -> None:
    row = asked_ago(42)
    desk.get(f"/staff/contact/{row.pk}/")
    assert banner(desk)
    desk.post(f"/staff/contact/{row.pk}/done/", {"outcome": "no-answer"})
    assert not banner(desk)


def test_the_clinic_sets_how_long_is_too_long(desk: Client) -> None:
    asked_ago(42)
    values = replace(clinic.from_environment(), escalation_minutes=60)
    clinic_settings.save(values=values, actor="user:1", now=timezone.now())
    assert not banner(desk)


@pytest.mark.parametrize("outcome", ContactRequest.Outcome.values)
def test_a_request_is_closed_with_how_it_ended(desk: Client, outcome: str) -> None:
    row = asked_ago(42)
    desk.post(f"/staff/contact/{row.pk}/done/", {"outcome": outcome, "words": "Two tries today"})
    row.refresh_from_db()
    assert (row.outcome, b"tries" in bytes(row.note or b"")) == (outcome, False)
    html = desk.get(f"/staff/contact/{row.pk}/").content.decode()
    assert str(ContactRequest.Outcome(outcome).label) in html and "Two tries today" in html


@pytest.mark.parametrize("data", [{}, {"done": "yes"}, {"outcome": "forgotten"}, {"outcome": ""}])
def test_a_request_without_an_outcome_stays(desk: Client, data: dict[str, str]) -> None:
    row = asked_ago(42)
    refused = desk.post(f"/staff/contact/{row.pk}/done/", {**data, "words": "She called back"})
    assert refused.status_code == 422
    assert Paper(refused.content.decode()).link("Choose how it ended") == "#o-reached"
    assert "She called back" in refused.content.decode()
    assert banner(desk)


def test_reopening_a_request_raises_its_alarm_again(desk: Client) -> None:
    row = asked_ago(42)
    desk.post(f"/staff/contact/{row.pk}/done/", {"outcome": "reached", "words": "Fine"})
    desk.post(f"/staff/contact/{row.pk}/done/", {"done": "no"})
    row.refresh_from_db()
    assert (row.outcome, row.note) == ("", None)
    assert banner(desk)
