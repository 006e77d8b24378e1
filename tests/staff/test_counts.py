"""Pages of the desk refresh themselves: a cheap address with counts and the banner; without scripts, a
line."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from questionnaire.models import Version
from screening.actions import contact_requests
from screening.core.staff_roles import EDITOR
from screening.models import AuditEvent, StaffSession
from tests.builders.browsing import Paper
from tests.builders.staff import SEVERAL, URGENT, browser_of, member, sent_ago

pytestmark = pytest.mark.django_db
COUNTS = "/staff/counts/"


@pytest.fixture
def desk() -> Client:
    return browser_of(member("sam"))


def test_it_holds_the_banner_and_counts_and_nothing_of_health(desk: Client, published: Version) -> None:
    sent_ago(published, 42, URGENT, name="Ana Flores", phone="555 010 4477")
    sent_ago(published, 10, SEVERAL)
    html = desk.get(COUNTS).content.decode()
    assert "has needed attention for 42 min" in html
    for group, number in {"now": 1, "new": 1, "in-review": 0, "waiting": 0, "done": 0}.items():
        assert f'<li data-count="{group}">{number}</li>' in html
    assert not any(word in html for word in ("Ana", "self-harm", "chest", "555"))


def test_what_the_page_has_already_is_not_sent_again(desk: Client, published: Version) -> None:
    first = desk.get(COUNTS)
    assert first["Cache-Control"] == "no-store"
    again = desk.get(COUNTS, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    sent_ago(published, 1, SEVERAL)
    assert desk.get(COUNTS, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_it_costs_the_same_however_much_waits_and_writes_nothing(desk: Client, published: Version) -> None:
    desk.get("/staff/")

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(COUNTS).status_code == 200
        assert not [q for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
        return len(queries)

    empty = cost()
    for minutes in (42, 50, 60):
        sent_ago(published, minutes, URGENT)
        sent_ago(published, minutes)
    assert cost() == empty <= 14


def test_asking_is_no_read_and_keeps_no_session_alive(desk: Client, published: Version) -> None:
    sent_ago(published, 42, URGENT)
    desk.get("/staff/")
    events = AuditEvent.objects.count()
    before = StaffSession.objects.values_list("session_data", flat=True).get()
    desk.get(COUNTS)
    assert AuditEvent.objects.count() == events
    assert StaffSession.objects.values_list("session_data", flat=True).get() == before


def test_an_idle_session_is_not_answered_and_still_ends(
    desk: Client, published: Version, monkeypatch: Any
) -> None:
    desk.get("/staff/")
    began = time.time()
    for minutes in (10, 16, 17):
        monkeypatch.setattr(time, "time", lambda later=began + minutes * 60: later)
        assert desk.get(COUNTS).status_code == (200 if minutes < 15 else 401)
    assert "idle=1" in desk.get("/staff/")["Location"]


def test_a_refusal_takes_no_cookie_away(desk: Client, settings: Any) -> None:
    """It may arrive while another request signs out and keeps what was being written in a new session."""
    desk.get("/staff/")
    StaffSession.objects.all().delete()
    response = desk.get(COUNTS)
    assert (response.status_code, settings.SESSION_COOKIE_NAME in response.cookies) == (401, False)


def test_who_is_not_signed_in_or_may_not_see_submissions_gets_nothing(published: Version) -> None:
    assert Client().get(COUNTS).status_code == 401
    assert browser_of(member("ed", EDITOR)).get(COUNTS).status_code == 404
    assert browser_of(member("alex")).post(COUNTS).status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/staff/",
        "/staff/overview/",
        "/staff/invitations/",
        "/staff/settings/",
        "/accounts/people/",
        "/editor/",
    ],
)
def test_every_page_of_the_desk_asks(published: Version, path: str) -> None:
    html = browser_of(member("ada", "Administrator")).get(path).content.decode()
    assert 'data-poll="/staff/counts/" data-seconds="30"' in html
    assert "status.js" in html


def test_an_editor_sees_the_editor_without_counts(published: Version) -> None:
    assert "data-poll" not in browser_of(member("ed", EDITOR)).get("/editor/").content.decode()


def test_without_scripts_the_next_page_says_once_what_is_new(desk: Client, published: Version) -> None:
    def line(path: str) -> str:
        return " ".join(Paper(desk.get(path).content.decode()).text.split())

    assert "since you last looked" not in line("/staff/")
    sent_ago(published, 0, SEVERAL)
    sent_ago(published, 0)
    contact_requests.ask_to_be_contacted(name="Ana", phone="555 010 4477", language="en", now=timezone.now())
    said = line("/staff/overview/")
    assert "2 new submissions since you last looked." in said
    assert "1 new request for a call since you last looked." in said
    assert "since you last looked" not in line("/staff/")
