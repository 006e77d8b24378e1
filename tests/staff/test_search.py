"""Search: one submission by its reference, one person by exactly who they are; recorded, but not for whom."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from questionnaire.models import Version
from screening.models import AuditEvent
from tests.builders.browsing import Paper
from tests.builders.staff import ANA_FLORES, browser_of, list_references, member
from tests.builders.submissions import sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db: None) -> Client:
    return browser_of(member("sam"))


@pytest.mark.parametrize("typed", ["{}", " {} ", "{lower}", "{plain}"])
def test_a_reference_opens_its_submission_however_it_is_typed(
    desk: Client, published: Version, typed: str
) -> None:
    reference = str(sent(published).reference)
    words = typed.format(reference, lower=reference.lower(), plain=reference.replace("-", " "))
    response = desk.post("/staff/search/", {"reference": words})
    assert (response.status_code, response["Location"]) == (303, f"/staff/{reference}/")


@pytest.mark.parametrize(
    "asked",
    [
        {"name": "ana flóres", "phone": "555 010 4477"},
        {"name": " ANA   FLÓRES ", "phone": "+1 555-010-4477"},
        {"name": "Ana Flóres", "birth_date": "1980-07-01"},
    ],
)
def test_a_person_is_found_by_exactly_who_they_are(
    desk: Client, published: Version, asked: dict[str, str]
) -> None:
    row = sent(published, identity=ANA_FLORES)
    sent(
        published,
        identity={**ANA_FLORES, "name": "Ben Ito", "phone": "555 010 0000", "birth_date": "1981-01-01"},
    )
    response = desk.post("/staff/search/", asked)
    assert response.status_code == 303
    assert re.fullmatch(r"/staff/\?who=[0-9a-f]{64}", response["Location"]), (
        "a key, and nothing of the person"
    )
    assert list_references(desk, response["Location"].removeprefix("/staff/")) == [row.reference]


@pytest.mark.parametrize(
    "asked",
    [
        {"name": "Ana", "phone": "555 010 4477"},
        {"name": "Ana Flóres", "phone": "555 010 4478"},
        {"name": "Ana Flóres", "birth_date": "1980-07-02"},
    ],
)
def test_nearly_the_same_person_is_not_found(desk: Client, published: Version, asked: dict[str, str]) -> None:
    sent(published, identity=ANA_FLORES)
    response = desk.post("/staff/search/", asked)
    assert list_references(desk, response["Location"].removeprefix("/staff/")) == []


def test_someone_who_gave_only_a_name_is_not_indexed(published: Version) -> None:
    row = sent(published, identity={"name": "Ana Flóres"})
    assert (row.name_phone, row.name_birth) == ("", "")


@pytest.mark.parametrize(
    "asked",
    [
        *(
            {},
            {"reference": "K7M"},
            {"reference": "222-222"},
            {"reference": "\x00"},
            {"reference": "x" * 500},
        ),
        *({"name": "Ana"}, {"phone": "555 010 4477"}, {"name": "Ana", "birth_date": "1.7.80"}),
        {"name": "Ana", "phone": "12"},
    ],
)
def test_a_search_that_cannot_work_says_what_is_missing(
    desk: Client, published: Version, asked: dict[str, str]
) -> None:
    response = desk.post("/staff/search/", asked)
    assert response.status_code == 422
    assert "There is a problem" in response.content.decode()


def test_a_search_without_the_name_shows_what_was_typed_and_asks_for_the_name(
    desk: Client, published: Version
) -> None:
    html = desk.post("/staff/search/", {"phone": "555 010 4477"}).content.decode()
    assert (
        Paper(html).link("Enter a reference, or a name with a phone number or a date of birth")
        == "#search_name"
    )
    assert '<details class="by-person" open>' in html


def test_a_search_is_recorded_without_whom_it_was_for(desk: Client, published: Version) -> None:
    desk.post("/staff/search/", {"name": "Ana Flóres", "phone": "555 010 4477"})
    event = AuditEvent.objects.get(action="submissions.search")
    assert event.detail == {"by": "name and phone"}
