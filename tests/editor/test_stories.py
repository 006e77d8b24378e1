"""Patient stories in the editor: what each expects, and a new one kept as the rules judge it now."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client

from questionnaire import drafting, publishing
from questionnaire.editor.stories import signed
from questionnaire.models import Version
from screening import accounts
from tests.conftest import shipped

NOW = datetime(2026, 11, 22, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft() -> Version:
    return publishing.draft_from(definition=shipped(), actor="alice", now=NOW)


def signed_in(client: Client, role: str) -> Client:
    accounts.create_roles()
    user = User.objects.create_user(role.lower())
    user.groups.add(accounts.Group.objects.get(name=role))
    client.force_login(user)
    return client


@pytest.fixture
def editor(client: Client) -> Client:
    return signed_in(client, accounts.EDITOR)


def test_every_shipped_story_comes_out_as_expected(editor: Client, draft: Version) -> None:
    page = editor.get(f"/editor/ketamine/{draft.number}/stories/")
    assert page.status_code == 200
    assert page.context["failing"] == 0


def test_a_story_shows_the_whole_person_in_words(editor: Client, draft: Version) -> None:
    page = editor.get(f"/editor/ketamine/{draft.number}/vignette/plain-man/")
    assert "Age" in page.content.decode()
    assert editor.get(f"/editor/ketamine/{draft.number}/vignette/nobody/").status_code == 404


def test_a_made_up_person_becomes_a_story_judged_as_now(editor: Client, draft: Version) -> None:
    person = {"age": 17, "sex-at-birth": "male"}
    address = f"/editor/ketamine/{draft.number}/stories/tell/"
    first = editor.post(address, {"person": signed(person)})
    assert "Under 18" in first.content.decode() or first.status_code == 200
    assert editor.post(address, {"person": signed(person), "story": " "}).status_code == 422
    kept = editor.post(address, {"person": signed(person), "story": "A boy of 17 who says little else"})
    assert kept.status_code == 303
    draft.refresh_from_db()
    story = drafting.definition_of_draft(draft).vignettes[-1]
    assert "age-under-18" in story.raised
    assert editor.post(address, {"person": "forged", "story": "x"}).status_code == 404


def test_outsiders_find_nothing(client: Client, draft: Version) -> None:
    address = f"/editor/ketamine/{draft.number}/"
    assert client.get(f"{address}stories/").status_code == 302
    reviewer = signed_in(client, accounts.REVIEWER)
    for page in ("stories/", "publish/", "vignette/plain-man/"):
        assert reviewer.get(address + page).status_code == 404
