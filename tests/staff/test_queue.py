"""The queue: who needs a person now, groups, filters in the URL, search, saved views, pages, and the
banner."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from questionnaire.models import Version
from screening.actions import clinic_settings, reviews
from screening.core.staff_roles import EDITOR
from screening.models import SavedView, Submission
from screening.queries import clinic, queue
from screening.queries.filters import QueueFilters
from tests.builders.browsing import Paper, says
from tests.builders.staff import (
    ANA_FLORES,
    SEVERAL,
    URGENT,
    browser_of,
    list_references,
    member,
    reviewing,
    sent_ago,
)
from tests.builders.submissions import sent, started

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam() -> Any:
    return member("sam")


@pytest.fixture
def desk(sam: Any) -> Client:
    return browser_of(sam)


def html_of(client: Client, query: str = "") -> str:
    return client.get(f"/staff/{query}").content.decode()


def test_who_needs_a_person_now_comes_first_then_the_oldest(desk: Client, published: Version) -> None:
    old, new = sent_ago(published, 300), sent_ago(published, 10)
    urgent = sent_ago(published, 5, URGENT)
    assert list_references(desk) == [urgent.reference, old.reference, new.reference]


def test_what_could_not_be_assessed_needs_a_person_too(
    desk: Client, published: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("screening.actions.assessment.assess", lambda *_: 1 / 0)
        row = sent(published)
    assert queue.find_group(row) == "now"
    assert list_references(desk, "?state=now") == [row.reference]
    assert "Not assessed" in html_of(desk)


def test_opening_an_urgent_submission_neither_stops_the_clock_nor_lowers_it(
    desk: Client, published: Version
) -> None:
    row = sent_ago(published, 42, URGENT)
    assert "has needed attention for 42 min" in html_of(desk)
    desk.get(f"/staff/{row.reference}/")
    assert "has needed attention for 42 min" in html_of(desk)
    assert list_references(desk, "?state=now") == [row.reference]


def test_the_banner_comes_after_the_time_the_clinic_has_set(desk: Client, published: Version) -> None:
    sent_ago(published, 42, URGENT)
    values = replace(clinic.from_environment(), escalation_minutes=60)
    clinic_settings.save(values=values, actor="user:1", now=timezone.now())
    assert "has needed attention" not in html_of(desk)


def test_a_submission_walks_through_the_groups(desk: Client, sam: Any, published: Version) -> None:
    row = sent(published, SEVERAL)
    for group, step in [
        ("new", lambda: reviews.claim_submission(submission=row, actor=reviewing(sam, row))),
        (
            "in-review",
            lambda: reviews.decide_submission(
                submission=row, decision="needs-call", words="", actor=reviewing(sam, row)
            ),
        ),
        (
            "waiting",
            lambda: reviews.decide_submission(
                submission=row, decision="discussed", words="", actor=reviewing(sam, row)
            ),
        ),
        ("done", lambda: reviews.reopen_submission(submission=row, words="", actor=reviewing(sam, row))),
    ]:
        assert list_references(desk, f"?state={group}") == [row.reference]
        step()
    assert list_references(desk, "?state=in-review") == [row.reference]


def test_drafts_and_withdrawn_forms_are_not_listed(desk: Client, published: Version) -> None:
    started(published)
    withdrawn = sent(published)
    Submission.objects.filter(pk=withdrawn.pk).update(state="withdrawn")
    assert list_references(desk) == []
    assert "Nothing urgent right now." in html_of(desk)


def test_a_row_says_flags_in_words_and_holds_no_answer(desk: Client, published: Version) -> None:
    row = sent(published, SEVERAL, identity=ANA_FLORES)
    page = html_of(desk)
    assert f"{row.high} high" in page
    assert f"{row.cannot_tell} could not tell" in page
    assert not says("Ana", page)
    assert not says("148", Paper(page).text)


# Filters ----------------------------------------------------------------------------------------------------


def test_every_filter_narrows_the_list_down(desk: Client, sam: Any, published: Version) -> None:
    calm, several, urgent = (
        sent_ago(published, 3_000),
        sent_ago(published, 20, SEVERAL),
        sent_ago(published, 10, URGENT),
    )
    reviews.claim_submission(submission=several, actor=reviewing(sam, several))
    day = several.submitted_at.date() if several.submitted_at else None
    expected = {
        "severity=urgent": [urgent],
        "flag=self-harm-now": [urgent],
        "topic=heart&severity=high": [several],
        "topic=heart": [several],
        "verdict=cannot-tell&topic=right-now": [],
        "state=new": [calm],
        "assignee=me": [several],
        f"assignee={sam.pk}": [several],
        "assignee=nobody&severity=urgent": [urgent],
        f"version={published.pk}": [urgent, several, calm],
        f"since={day}": [urgent, several],
        "until=2020-01-01": [],
        "state=in-review&severity=high&assignee=me": [several],
    }
    for query, rows in expected.items():
        assert list_references(desk, f"?{query}") == [row.reference for row in rows], query


@pytest.mark.parametrize(
    "query",
    [
        *("state=nonsense", "severity=worst", "flag=<script>", "topic=%00", "assignee=99999999999999999999"),
        *(
            "version=-1",
            "version=abc",
            "since=yesterday",
            "until=2026-02-30",
            "since=2026-02-02&until=2026-01-01",
        ),
        *(
            "who=short",
            "after=nonsense",
            "after=222-222",
            "before=%00",
            "after=" + "9" * 5_000,
            "since=0000-00-00",
        ),
    ],
)
def test_a_filter_that_makes_no_sense_is_said_so(desk: Client, published: Version, query: str) -> None:
    response = desk.get(f"/staff/?{query}")
    assert response.status_code == 400
    assert "There is a problem" in response.content.decode()
    assert "<script>" not in response.content.decode().replace('<script type="module"', "")


@pytest.mark.parametrize("query", ["since=9999-12-31", "until=0001-01-01", "unknown=1", "state=", "after="])
def test_a_filter_at_the_edge_is_answered(desk: Client, published: Version, query: str) -> None:
    assert desk.get(f"/staff/?{query}").status_code == 200


@pytest.mark.parametrize(
    ("zone", "query"), [("Asia/Tokyo", "since=0001-01-01"), ("America/Denver", "until=9999-12-31")]
)
def test_the_ends_of_the_calendar_are_answered_in_every_time_zone(
    desk: Client, published: Version, settings: Any, zone: str, query: str
) -> None:
    row = sent(published)
    settings.TIME_ZONE = zone
    assert list_references(desk, f"?{query}") == [row.reference]


def test_the_next_page_starts_where_this_one_ended(
    desk: Client, published: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "PAGE_SIZE", 2)
    rows = [sent_ago(published, minutes) for minutes in (50, 40, 30, 20, 10)]
    references = [str(row.reference) for row in rows]
    assert list_references(desk, "?state=new") == references[:2]
    forward = Paper(html_of(desk, "?state=new")).link("Next page")
    assert list_references(desk, forward.removeprefix("/staff/")) == references[2:4]
    last = Paper(html_of(desk, forward.removeprefix("/staff/"))).link("Next page").removeprefix("/staff/")
    assert list_references(desk, last) == references[4:]
    assert "Next page" not in html_of(desk, last)
    back = Paper(html_of(desk, last)).link("Previous page").removeprefix("/staff/")
    assert list_references(desk, back) == references[2:4]


def test_submissions_of_the_same_moment_are_each_shown_once(
    desk: Client, published: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "PAGE_SIZE", 2)
    rows = [sent(published) for _ in range(5)]
    Submission.objects.update(submitted_at=timezone.now())
    seen, query = [], "?state=new"
    while query:
        seen += list_references(desk, query)
        paper = Paper(html_of(desk, query))
        query = next((target.removeprefix("/staff/") for target, words in paper.links if "Next" in words), "")
    assert sorted(seen) == sorted(str(row.reference) for row in rows)


def test_previous_and_next_keep_to_the_filters(desk: Client, published: Version) -> None:
    first = sent_ago(published, 30, SEVERAL)
    sent_ago(published, 20)
    third = sent_ago(published, 10, SEVERAL)
    flags = set(first.flags.values_list("code", flat=True)) & set(third.flags.values_list("code", flat=True))
    code = next(code for code in sorted(flags) if "bp" in code)
    page = Paper(desk.get(f"/staff/{third.reference}/?state=new&flag={code}").content.decode())
    assert page.link("Previous") == f"/staff/{first.reference}/?state=new&flag={code}"


# Saved views and keys ---------------------------------------------------------------------------------------


def test_filters_are_kept_under_a_name_and_forgotten(desk: Client, sam: Any, published: Version) -> None:
    response = desk.post("/staff/views/", {"name": " My  urgent ones ", "query": "severity=urgent&junk=1"})
    assert response["Location"] == "/staff/?severity=urgent"
    view = SavedView.objects.get()
    assert (view.owner, view.name) == (sam, "My urgent ones")
    assert "My urgent ones" in html_of(desk)
    browser_of(member("alex")).post(f"/staff/views/{view.pk}/forget/")
    assert SavedView.objects.exists(), "only its owner forgets it"
    desk.post(f"/staff/views/{view.pk}/forget/")
    assert not SavedView.objects.exists()


def test_saving_under_the_same_name_replaces_the_view(desk: Client, published: Version) -> None:
    for query in ("severity=urgent", "severity=high"):
        desk.post("/staff/views/", {"name": "Mine", "query": query})
    assert [view.query for view in SavedView.objects.all()] == ["severity=high"]


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("", "severity=urgent"),
        ("x" * 61, "severity=urgent"),
        ("Mine", ""),
        ("Mine", "severity=x"),
        ("M\x00", "state=new"),
    ],
)
def test_a_view_without_name_or_filters_is_refused(
    desk: Client, published: Version, name: str, query: str
) -> None:
    assert desk.post("/staff/views/", {"name": name, "query": query}).status_code == 422
    assert not SavedView.objects.exists()


def test_a_search_for_a_person_is_not_kept(desk: Client, published: Version) -> None:
    assert desk.post("/staff/views/", {"name": "Ana", "query": "who=" + "a" * 64}).status_code == 422


def test_the_keys_can_be_turned_off(desk: Client, published: Version) -> None:
    assert 'data-shortcuts="on"' in html_of(desk)
    desk.post("/staff/shortcuts/", {"shortcuts": "off"})
    assert 'data-shortcuts="off"' in html_of(desk)


# Cost and outsiders -----------------------------------------------------------------------------------------


def test_a_filtered_list_says_how_many_and_when_what_is_done_was_sent(
    desk: Client, sam: Any, published: Version
) -> None:
    for _ in range(2):
        row = sent_ago(published, 180, SEVERAL)
        reviews.decide_submission(submission=row, decision="closed", words="", actor=reviewing(sam, row))
    html = html_of(desk, "?state=done&severity=high")
    assert "Done 2" in " ".join(Paper(html).text.split())
    assert ">Sent</th>" in html and re.search(r">3 h( \d min)? ago</time>", html)
    said = " ".join(Paper(html_of(desk, "?state=now&severity=high")).text.split())
    assert "No matches." in said, "others may need a person now"


def test_the_work_of_somebody_who_left_is_found(desk: Client, published: Version) -> None:
    alex, row = member("alex"), sent(published, SEVERAL)
    reviews.claim_submission(submission=row, actor=reviewing(alex, row))
    alex.is_active = False
    alex.save()
    member("gone", is_active=False)
    assert list_references(desk, f"?assignee={alex.pk}") == [row.reference]
    assert "alex (account closed)" in html_of(desk) and "gone" not in Paper(html_of(desk)).text


def test_a_list_that_was_asked_for_wrongly_is_not_offered_as_a_file(desk: Client, published: Version) -> None:
    for query, offered in (("state=new", True), ("state=nonsense", False)):
        assert ("export.csv" in html_of(desk, f"?{query}")) is offered


def test_the_queue_costs_the_same_however_full_it_is(desk: Client, sam: Any, published: Version) -> None:
    def cost(query: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(f"/staff/{query}").status_code == 200
        return len(queries)

    html_of(desk)
    queries = ("", "?state=new", "?severity=high&assignee=me")
    empty = [cost(query) for query in queries]
    for number in range(4):
        row = sent_ago(published, number, SEVERAL)
        reviews.claim_submission(submission=row, actor=reviewing(sam, row))
        sent(published)
    html_of(desk)  # which says once what is new, and notes that it did
    assert [cost(query) for query in queries] == empty
    assert max(empty) <= 25


@pytest.mark.parametrize(
    "query", ["?state=now", "?state=new", "?state=done", "?flag=self-harm-now", "?assignee=me", ""]
)
def test_lists_are_read_through_an_index(sam: Any, published: Version, query: str) -> None:
    filters = QueueFilters(QueryDict(query.removeprefix("?")))
    assert filters.is_valid() or not filters.is_bound
    rows = queue.order_rows(filters.find_rows(sam), queue.find_order(filters.group))[:50]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = rows.explain()
    assert "SCAN screening_submission" not in plan.replace("SCAN screening_submission USING", "")
    assert "Seq Scan on screening_submission" not in plan
    assert "INDEX" in plan.upper()


def test_outsiders_find_no_queue(published: Version) -> None:
    assert Client().get("/staff/")["Location"] == "/accounts/login/?next=/staff/"
    assert browser_of(member("ed", EDITOR)).get("/staff/").status_code == 404
    for address in ("search/", "views/", "shortcuts/", "views/1/forget/"):
        assert Client().post(f"/staff/{address}").status_code == 302
        assert browser_of(member(f"e{len(address)}", EDITOR)).post(f"/staff/{address}").status_code == 404
        assert browser_of(member(f"s{len(address)}")).get(f"/staff/{address}").status_code == 405


def test_what_was_chosen_is_said_in_words_and_stays_chosen(desk: Client, published: Version) -> None:
    html = html_of(desk, "?severity=high&assignee=nobody&since=2026-01-02")
    said = " ".join(Paper(html).text.split())
    assert "Shown: Severity High, Assigned to nobody, Sent from 2 Jan 2026 Show everything" in said
    for option in ('"high" selected>High<', '"nobody" selected>nobody<', '"" selected>raised<'):
        assert f"<option value={option}/option>" in html
