"""People at the clinic, for tests: accounts in their roles, each with a browser of their own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from questionnaire.models import Version
from screening.actions import reviews, roles
from screening.core.actor import Actor
from screening.core.staff_roles import REVIEWER
from screening.models import Submission
from screening.queries import queue
from tests.builders.browsing import Paper
from tests.builders.submissions import sent

URGENT = {"symptoms-now": ["chest-pain"], "safety-now": ["self-harm"], "phq9-9": "1"}
SEVERAL = {
    "heart-conditions": ["heart-attack", "rhythm"],
    "bp-reading-known": "yes",
    "bp-systolic": 148,
    "bp-diastolic": 96,
    "vessel-conditions": ["not-sure"],
    "drug-use-year": ["prefer-not-to-say"],
    "med-classes": ["benzodiazepine", "opioid"],
    "pregnancy-status": "could-be",
}


def member(username: str, role: str = REVIEWER, **names: Any) -> Any:
    """An account in this role."""
    roles.create_roles()
    user = get_user_model().objects.create_user(username=username, password="correct horse battery", **names)
    user.groups.add(Group.objects.get(name=role))
    return user


def browser_of(user: Any) -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(user)
    return client


def sent_ago(
    version: Version, minutes: float, answers: dict[str, object] | None = None, **identity: str
) -> Submission:
    """A submission that was sent this long ago."""
    row = sent(version, answers, identity=identity)
    row.submitted_at = timezone.now() - timedelta(minutes=minutes)
    row.save(update_fields=["submitted_at"])
    return row


def acting(user: Any = None, **changes: Any) -> Actor:
    """This person, now; an account that is stored nowhere where it does not matter who it is."""
    return Actor(**{"user": user or User(pk=1), "now": timezone.now(), **changes})


def reviewing(user: Any, row: Submission, **changes: Any) -> reviews.Reviewer:
    """This person, looking at the submission as it is now."""
    row.refresh_from_db()
    return reviews.Reviewer(**{"user": user, "revision": row.desk_revision, "now": timezone.now(), **changes})


ANA_FLORES = {"name": "Ana  Flóres", "phone": "+1 (555) 010-4477", "birth_date": "1980-07-01"}


def list_references(client: Client, query: str = "", *, status: int = 200) -> list[str]:
    """References in the order of the page."""
    response = client.get(f"/staff/{query}")
    assert response.status_code == status
    return [
        words.strip()
        for target, words in Paper(response.content.decode()).links
        if "/staff/" in target and is_ref(words)
    ]


def is_ref(words: str) -> bool:
    return bool(queue.REFERENCE.fullmatch(words.strip()))
