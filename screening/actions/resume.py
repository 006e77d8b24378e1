"""Saving a form for later and taking it up again on any device, with a code and the year of birth.

The database keeps one keyed hash of both together, so a wrong code and a wrong year are one and the same:
nothing is found. Taking a form up makes a new key for it; the device that had it before can no longer open
it.

A page that was sent with a lost or old key is kept, sealed, for half an hour: the page itself carries the
one-time key to it, and it is shown again once a form is open.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from screening.actions.submissions import LIFETIME, AlreadySentError, record_patient_event, revise_submission
from screening.core import codes, encryption
from screening.core.patient_response import PatientResponse, TypedPage
from screening.models import StashedPage, Submission
from screening.queries.clinic import ClinicValues
from screening.queries.submission import (
    FormNotFoundError,
    LoadedSubmission,
    hash_token,
    load_submission,
    sealing_purpose,
    select_with_settings,
)

STASH_LIFETIME = timedelta(minutes=30)
_MOST_TYPED = 64 * 1024
"""Characters of one page; no page of ours holds more."""
_IDENTITY_FIELDS = frozenset(
    {"name", "phone", "email", "birth_month", "birth_day", "birth_year", "filled_by"}
)


def ensure_return_code(*, loaded: LoadedSubmission, now: datetime) -> LoadedSubmission:
    """Make sure this form has a code. It opens nothing until `save_for_later` joins it with a year of birth.

    Called for the patient who holds the form. Raises AlreadySentError, or ConcurrentUpdateError.
    """

    def change(current: LoadedSubmission) -> tuple[PatientResponse, dict[str, Any]]:
        code = current.response.code or codes.draw_code()
        return replace(current.response, code=code), {}

    return revise_submission(loaded, change, now)


@transaction.atomic
def save_for_later(
    *, loaded: LoadedSubmission, year: int, days: int, now: datetime, request_id: str = ""
) -> LoadedSubmission:
    """From now on the form's code opens it together with this year of birth, for so many days.

    Called for the patient who holds the form. Raises AlreadySentError, or ConcurrentUpdateError.
    """
    if loaded.sent:
        raise AlreadySentError
    columns = {
        "resume_hash": _hash_code_and_year(loaded.response.code, year),
        "resume_until": now + timedelta(days=days),
    }
    saved = revise_submission(loaded, lambda current: (current.response, dict(columns)), now)
    record_patient_event("save-for-later", loaded.row, now, request_id)
    return saved


@transaction.atomic
def resume_submission(
    *, code: str, year: int, clinic: ClinicValues, now: datetime, request_id: str = ""
) -> tuple[str, LoadedSubmission]:
    """Take a form up on this device: its new key, and the form. Called for anybody who has its code and year.

    Raises FormNotFoundError, whatever it is that does not fit.
    """
    saved = select_with_settings().filter(resume_hash=_hash_code_and_year(code, year), resume_until__gt=now)
    row = saved.select_for_update(of=("self",)).filter(state=Submission.State.DRAFT).first()
    if row is None:
        raise FormNotFoundError
    loaded = load_submission(row)
    is_stale = now - row.saved_at >= timedelta(days=clinic.stale_days)
    response = _ask_stale_sections_again(loaded) if is_stale else loaded.response
    token = secrets.token_urlsafe(32)
    row.token_hash, row.token_expires_at = hash_token(token), now + LIFETIME
    row.kiosk = False
    row.response = response.seal(sealing_purpose(row.uuid, "response"))
    row.saved_at = now
    row.revision += 1
    row.save()
    record_patient_event("resume", row, now, request_id)
    return token, replace(loaded, response=response)


def _ask_stale_sections_again(loaded: LoadedSubmission) -> PatientResponse:
    """The answers without what has to be asked again. They stay, as answers nobody was asked for, until
    replaced."""
    stale = {
        question.link_id
        for section in loaded.definition.sections
        if section.grows_stale
        for page in section.pages
        for question in page.questions
    }
    response = loaded.response
    return replace(response, asked=response.asked - stale, read=frozenset(), pending=frozenset())


def _hash_code_and_year(code: str, year: int) -> str:
    return encryption.keyed_hash(f"{code} {year}", purpose="come back")


# What was typed when the key was lost -----------------------------------------------------------------------


@transaction.atomic
def stash_page(*, posted: Mapping[str, list[str]], now: datetime) -> str:
    """Keep what was typed for half an hour and return the one-time key to it; "" for more than any page
    holds.

    Called for anybody whose page came without a valid key.
    """
    fields = {name: list(values) for name, values in posted.items()}
    if sum(len(name) + sum(map(len, values)) for name, values in fields.items()) > _MOST_TYPED:
        return ""
    key = secrets.token_urlsafe(32)
    page = StashedPage(key_hash=_hash_key(key), expires_at=now + STASH_LIFETIME)
    page.typed = encryption.seal({"values": fields}, purpose=_stash_purpose(page))
    page.save(force_insert=True)
    return key


@transaction.atomic
def restore_stashed_page(*, loaded: LoadedSubmission, key: str, now: datetime) -> LoadedSubmission:
    """Put a stashed page into this form, as typed and not yet continued with. Without one, the form as it is.

    Called for the patient who holds the form and the key. Raises ConcurrentUpdateError, or DecryptionError.
    """
    page = StashedPage.objects.select_for_update().filter(key_hash=_hash_key(key), expires_at__gt=now).first()
    if page is None or loaded.sent:
        return loaded
    fields: dict[str, list[str]] = encryption.unseal(page.typed, purpose=_stash_purpose(page))["values"]
    page.delete()
    seen = next(iter(fields.get("seen", [])), "") if loaded.response.asked else ""

    def change(current: LoadedSubmission) -> tuple[PatientResponse, dict[str, Any]]:
        typed = {page: TypedPage(seen, values) for page, values in _sort_by_page(current, fields).items()}
        return replace(current.response, typed={**current.response.typed, **typed}), {}

    return revise_submission(loaded, change, now)


def _sort_by_page(
    loaded: LoadedSubmission, fields: Mapping[str, list[str]]
) -> dict[str, dict[str, tuple[str, ...]]]:
    """What was typed, by the page it belongs to in this form's version; fields of no page are dropped."""
    pages: dict[str, dict[str, tuple[str, ...]]] = {}
    for name, values in fields.items():
        number = loaded.definition.page_of.get(name)
        if number is not None or name in _IDENTITY_FIELDS:
            pages.setdefault(str(number or "you"), {})[name] = tuple(values)
    return pages


def _stash_purpose(page: StashedPage) -> str:
    return f"stashedpage:{page.uuid}:typed"


def _hash_key(key: str) -> str:
    return encryption.keyed_hash(key, purpose="kept page")
