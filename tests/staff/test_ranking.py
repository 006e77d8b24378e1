"""The order of the lists: symptoms now, then severity, then age; urgent and out of reach before its
equals."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from questionnaire.definition import Severity
from questionnaire.models import Version
from screening.actions.alarms import start_alarm
from screening.actions.assessment import AssessedSubmission
from screening.models import Submission
from screening.queries import queue
from screening.queries.reachability import can_be_reached
from tests.builders.browsing import Paper
from tests.builders.staff import SEVERAL, URGENT, browser_of, member, sent_ago

pytestmark = pytest.mark.django_db
CALM = {"ride-home": "yes", "no-driving-next-day": "yes"}
URGENT_NOT_NOW = {"suicide-attempt-past": "past-3-months"}


def given(*, now: bool = False, assessment: str = "assessed", **counts: int) -> AssessedSubmission:
    return AssessedSubmission(
        assessment, (), {**{str(s): 0 for s in Severity}, "cannot_tell": 0, **counts}, now
    )


def test_the_ranks_in_order() -> None:
    ranked = [
        (given(now=True, urgent=1), False),
        (given(now=True, urgent=1), True),
        (given(urgent=3), False),
        (given(urgent=1, high=5), True),
        (given(high=1), True),
        (given(moderate=9), True),
        (given(info=1), True),
        (given(), True),
    ]
    places = [start_alarm(assessed, reachable=reachable)[1] for assessed, reachable in ranked]
    assert places == sorted(set(places))
    assert places[-1] == Submission._meta.get_field("priority").default
    assert start_alarm(given(assessment="not-assessed"), reachable=True) == (True, places[3])


def test_who_is_not_urgent_is_not_ranked_by_whether_they_can_be_reached() -> None:
    assert start_alarm(given(high=1), reachable=False) == start_alarm(given(high=1), reachable=True)


@pytest.mark.parametrize(
    ("known", "reachable"),
    [
        ([{}], False),
        ([{"name": "Ana", "birth_date": "1980-01-01"}], False),
        ([{"phone": "555 0100"}], True),
        ([{"email": "a@example.com"}], True),
        ([{}, {"name": "Ana", "phone": "555 0100"}], True),
        ([{"invited_phone": "555 0100"}], True),
    ],
)
def test_a_phone_or_an_address_of_theirs_or_of_their_invitation_reaches_them(
    known: list[dict[str, str]], reachable: bool
) -> None:
    assert can_be_reached(*known) is reachable


def listed(client: Client, query: str) -> list[str]:
    page = Paper(client.get(f"/staff/{query}").content.decode())
    return [words.strip() for _target, words in page.links if queue.REFERENCE.fullmatch(words.strip())]


@pytest.fixture
def desk() -> Client:
    return browser_of(member("sam"))


def test_symptoms_now_come_before_older_urgent_ones_and_who_cannot_be_reached_before_their_equals(
    desk: Client, published: Version
) -> None:
    older = sent_ago(published, 500, URGENT_NOT_NOW, phone="555 010 4477")
    hidden = sent_ago(published, 400, URGENT_NOT_NOW, name="Ana")
    recent = sent_ago(published, 5, URGENT, phone="555 010 4477")
    assert listed(desk, "?state=now") == [row.reference for row in (recent, hidden, older)]
    html = desk.get("/staff/?state=now").content.decode()
    assert html.count("Urgent, no way to reach") == 1
    assert "Urgent, no way to reach" in desk.get(f"/staff/{hidden.reference}/").content.decode()


def test_new_ones_are_ranked_by_severity_then_age(desk: Client, published: Version) -> None:
    calm, high, higher = (
        sent_ago(published, 900, CALM),
        sent_ago(published, 10, SEVERAL),
        sent_ago(published, 20, SEVERAL),
    )
    assert listed(desk, "?state=new") == [row.reference for row in (higher, high, calm)]


def test_pages_and_neighbours_of_a_ranked_list_follow_its_order(
    desk: Client, published: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "PAGE_SIZE", 2)
    rows = [sent_ago(published, 10 * n, SEVERAL if n % 2 else CALM) for n in range(1, 6)]
    ranked = [str(row.reference) for row in (rows[4], rows[2], rows[0], rows[3], rows[1])]
    seen, query = [], "?state=new"
    while query:
        seen += listed(desk, query)
        links: list[Any] = Paper(desk.get(f"/staff/{query}").content.decode()).links
        query = next((target.removeprefix("/staff/") for target, words in links if "Next" in words), "")
    assert seen == ranked
    page = Paper(desk.get(f"/staff/{ranked[3]}/?state=new").content.decode())
    assert page.link("Previous") == f"/staff/{ranked[2]}/?state=new"
    assert page.link("Next") == f"/staff/{ranked[4]}/?state=new"
