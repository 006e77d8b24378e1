"""A clinic changes its keys while patients go on, and loses nothing."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from questionnaire.models import Version
from screening.actions import key_rotation
from screening.core import encryption
from screening.models import Submission


def rotate(**options: bool) -> str:
    printed = StringIO()
    call_command("rotate_keys", stdout=printed, **options)
    return printed.getvalue().strip()


def rotated(**options: bool) -> str:
    name, _, line = rotate(**options).partition("=")
    assert name == "ANSWER_KEYS"
    return line


@pytest.fixture
def submissions(published: Version) -> list[Submission]:
    return [stored(published, number, named=number % 2 == 0) for number in range(5)]


def stored(version: Version, number: int, *, named: bool) -> Submission:
    now = timezone.now()
    submission = Submission(version=version, started_at=now, saved_at=now, token_hash=str(number))
    submission.response = encryption.seal({"n": number}, purpose=f"submission:{submission.uuid}:response")
    if named:
        submission.identity = encryption.seal(
            {"name": "Ana"}, purpose=f"submission:{submission.uuid}:identity"
        )
    submission.save()
    return submission


def test_a_whole_rotation_keeps_every_answer(
    submissions: list[Submission], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_rotation, "BATCH", 2)
    old = settings.ANSWER_KEYS
    settings.ANSWER_KEYS = rotated()
    assert rotate(reencrypt=True) == "8 values sealed anew"
    assert rotate(reencrypt=True) == "0 values sealed anew"
    settings.ANSWER_KEYS = rotated(retire=True)
    for number, submission in enumerate(Submission.objects.order_by("pk")):
        purpose = f"submission:{submission.uuid}"
        assert encryption.unseal(submission.response, purpose=f"{purpose}:response") == {"n": number}
        assert (submission.identity is None) == (number % 2 == 1)
    settings.ANSWER_KEYS = old
    with pytest.raises(encryption.DecryptionError):
        encryption.unseal(submission.response, purpose=f"{purpose}:response")


def test_the_old_key_stays_while_a_row_needs_it(submissions: list[Submission], settings: Settings) -> None:
    settings.ANSWER_KEYS = rotated()
    with pytest.raises(CommandError, match="--reencrypt"):
        rotate(retire=True)


def test_a_page_saved_meanwhile_is_not_overwritten(
    submissions: list[Submission], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between reading a row and writing it back, the patient saves their next page."""
    settings.ANSWER_KEYS = rotated()
    first = submissions[0]
    purpose = f"submission:{first.uuid}:response"
    newer = encryption.seal({"n": "newer"}, purpose=purpose)
    real = encryption.unseal

    def saved_meanwhile(blob: bytes, *, purpose: str) -> dict[str, object]:
        Submission.objects.filter(pk=first.pk).update(response=newer)
        return real(blob, purpose=purpose)

    monkeypatch.setattr(encryption, "unseal", saved_meanwhile)
    rotate(reencrypt=True)
    first.refresh_from_db()
    assert real(first.response, purpose=purpose) == {"n": "newer"}


@pytest.mark.django_db
def test_without_rows_there_is_nothing_to_seal() -> None:
    assert rotate(reencrypt=True) == "0 values sealed anew"
