"""From a draft to the patients: evidence, a reason, a second person; what was asked before keeps its
words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.test import Client

from questionnaire.actions import publishing
from questionnaire.definition import Definition, Severity
from questionnaire.models import Version
from screening.core.staff_roles import ADMINISTRATOR, EDITOR
from tests.builders.shipped import shipped
from tests.builders.staff import browser_of, member
from tests.builders.submissions import sent, started

NOW = datetime(2026, 11, 22, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def edith() -> Client:
    return browser_of(member("edith", EDITOR))


@pytest.fixture
def emil() -> Client:
    return browser_of(member("emil", EDITOR))


@pytest.fixture
def ada() -> Client:
    return browser_of(member("ada", ADMINISTRATOR))


def with_flag(**changes: object) -> Definition:
    first, *rest = shipped().flags
    return replace(shipped(), flags=(replace(first, **changes), *rest))


def draft(definition: Definition) -> str:
    version = publishing.create_draft(definition=definition, actor="user:1", now=NOW)
    return f"/editor/ketamine/{version.number}/publish/"


def test_a_changed_flag_goes_out_with_a_second_person_and_old_words_stay(
    published: Version, edith: Client, emil: Client
) -> None:
    before = sent(published)
    page = draft(with_flag(reason="A clearer reason"))
    assert "Not run for this draft" in edith.get(page).content.decode()
    assert edith.post(f"{page}prove/").status_code == 303
    assert "goals were tried" in edith.get(page).content.decode()
    alone = edith.post(f"{page}now/", {"reason": "Clearer"})
    assert (alone.status_code, "second person" in alone.content.decode()) == (422, True)
    assert edith.post(f"{page}send/", {"reason": "Clearer"}).status_code == 303
    assert "Somebody else must publish it" in edith.get(page).content.decode()
    assert edith.post(f"{page}now/", {"reason": "Clearer"}).status_code == 422
    seen = emil.get(page).content.decode()
    assert "edith sent this to review" in seen
    assert "Clearer" in seen
    assert emil.post(f"{page}now/", {"reason": "I agree"}).status_code == 303
    now = publishing.find_published("ketamine")
    assert now and now.number == published.number + 1
    assert now.note == "Clearer", "why it was changed, not that somebody agreed"
    _, loaded = started(now)
    assert loaded.definition.flags[0].reason == "A clearer reason"
    before.refresh_from_db()
    assert publishing.load_definition(before.version_id) == shipped()


def test_a_weakened_flag_shows_whom_it_leaves_out_and_needs_an_administrator(
    published: Version, edith: Client, emil: Client, ada: Client
) -> None:
    page = draft(with_flag(severity=Severity.INFO))
    edith.post(f"{page}prove/")
    edith.post(f"{page}send/", {"reason": "Less urgent"})
    shown = emil.get(page)
    assert "The patient it no longer protects" in shown.content.decode()
    keys = [weakening.key for weakening in shown.context["weakenings"]]
    refused = emil.post(f"{page}now/", {"reason": "Less urgent", "seen": keys})
    assert "only an Administrator" in refused.content.decode()
    unseen = ada.post(f"{page}now/", {"reason": "Less urgent"})
    assert (unseen.status_code, "say that you have" in unseen.content.decode()) == (422, True)
    assert publishing.find_published("ketamine") == published
    assert ada.post(f"{page}now/", {"reason": "Less urgent", "seen": keys}).status_code == 303
    record = edith.get(page.replace("publish/", "record/")).content.decode()
    assert "1 rule that protects somebody less, seen and meant" in record
    assert "is less severe than before: urgent became info" in record


def test_a_draft_that_is_sent_back_can_be_edited_again(
    published: Version, edith: Client, emil: Client
) -> None:
    page = draft(with_flag(reason="Another"))
    edith.post(f"{page}send/", {"reason": "Look"})
    assert emil.post(f"{page}back/", {"reason": "Not yet"}).status_code == 303
    version = Version.objects.get(number=published.number + 1)
    assert version.state == "draft"
    assert [event.reason for event in version.history.filter(action="sent back")] == ["Not yet"]


def test_problems_are_shown_and_nothing_is_proved_or_sent(published: Version, edith: Client) -> None:
    page = draft(with_flag(condition="no-such-question = yes"))
    assert "no question" in edith.get(page).content.decode()
    assert edith.post(f"{page}prove/").status_code == 303
    assert edith.post(f"{page}send/", {"reason": "Please"}).status_code == 422


def test_a_published_version_has_nothing_to_publish(published: Version, edith: Client) -> None:
    page = f"/editor/ketamine/{published.number}/publish/"
    assert edith.get(page).status_code == 303
    assert edith.post(f"{page}now/", {"reason": "Again"}).status_code == 409
    assert edith.post(f"{page}send/", {"reason": "Again"}).status_code == 409


@pytest.mark.parametrize(("reason", "says"), [("nul \x00", "Null characters"), ("x" * 2_001, "at most 2000")])
def test_a_reason_that_cannot_be_kept_is_told_at_its_field(
    published: Version, edith: Client, emil: Client, reason: str, says: str
) -> None:
    page = draft(with_flag(reason="Another"))
    for path in ("send/", "now/", "back/"):
        refused = edith.post(page + path, {"reason": reason})
        assert refused.status_code == 422
        assert says in refused.context["reason_fault"]
        assert 'aria-describedby="reason-fault"' in refused.content.decode()
    assert Version.objects.get(number=2).state == "draft"


def test_a_problem_leads_to_where_it_is_put_right(published: Version, edith: Client) -> None:
    page = draft(with_flag(condition="no-such-question = yes"))
    assert (
        f'href="{page.replace("publish/", "flag/")}{shipped().flags[0].code}/"'
        in edith.get(page).content.decode()
    )
