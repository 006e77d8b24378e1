"""Saving a form for later and taking it up again on any device, with a code and the year of birth.

The database keeps one keyed hash of both together, so a wrong code and a wrong year are one and the same: nothing is
found. Whoever takes a form up gets a new key; the device that had it before can no longer open it.

A page that was sent with a lost or old key is kept, sealed, for half an hour: the page itself carries the one-time key
to it, and it is shown again once a form is open.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from screening.actions import submissions
from screening.actions.submissions import LIFETIME, AlreadySent
from screening.core import codes, encryption
from screening.core.response import Response, Typed
from screening.models import StashedPage, Submission
from screening.queries.clinic import ClinicValues
from screening.queries.submission import FormNotFoundError, LoadedSubmission, load_row, purpose, rows, token_hash

KEPT_FOR = timedelta(minutes=30)
_MOST_TYPED = 64 * 1024
_IDENTITY = frozenset({"name", "phone", "email", "birth_month", "birth_day", "birth_year", "filled_by"})


def offer_code(*, loaded: LoadedSubmission, now: datetime) -> LoadedSubmission:
    """Make sure this form has a code. It opens nothing until `save_for_later` joins it with a year of birth."""

    def change(current: LoadedSubmission) -> Response:
        return current.response if current.response.code else replace(current.response, code=codes.draw_code())

    return submissions.revise(loaded, lambda current: (change(current), {}), now)


@transaction.atomic
def save_for_later(
    *, loaded: LoadedSubmission, year: int, days: int, now: datetime, request_id: str = ""
) -> LoadedSubmission:
    """From now on the form's code opens it together with this year of birth, for so many days."""
    if loaded.sent:
        raise AlreadySent
    fields = {"resume_hash": _hash(loaded.response.code, year), "resume_until": now + timedelta(days=days)}
    saved = submissions.revise(loaded, lambda current: (current.response, dict(fields)), now)
    submissions.record("save-for-later", loaded.row, now, request_id)
    return saved


@transaction.atomic
def resume(
    *, code: str, year: int, clinic: ClinicValues, now: datetime, request_id: str = ""
) -> tuple[str, LoadedSubmission]:
    """Take a form up on this device: its new key, and the form.

    Raises FormNotFoundError, whatever it is that does not fit.
    """
    found = rows().select_for_update(of=("self",)).filter(resume_hash=_hash(code, year), resume_until__gt=now)
    row = found.filter(state=Submission.State.DRAFT).first()
    if row is None:
        raise FormNotFoundError
    loaded = load_row(row)
    response = _fresh(loaded) if now - row.saved_at >= timedelta(days=clinic.stale_days) else loaded.response
    token = secrets.token_urlsafe(32)
    row.token_hash, row.token_expires_at = token_hash(token), now + LIFETIME
    row.kiosk = False
    row.response = response.sealed(purpose(row, "response"))
    row.saved_at = now
    row.revision += 1
    row.save()
    submissions.record("resume", row, now, request_id)
    return token, replace(loaded, response=response)


def _fresh(loaded: LoadedSubmission) -> Response:
    """The answers without what has to be asked again. They stay, as answers nobody was asked for, until replaced."""
    old = {
        question.link_id
        for section in loaded.definition.sections
        if section.grows_stale
        for page in section.pages
        for question in page.questions
    }
    response = loaded.response
    return replace(response, asked=response.asked - old, read=frozenset(), pending=frozenset())


def _hash(code: str, year: int) -> str:
    return encryption.keyed_hash(f"{code} {year}", purpose="come back")


# What was typed when the key was lost -----------------------------------------------------------------------------


@transaction.atomic
def keep_page(*, posted: Mapping[str, list[str]], now: datetime) -> str:
    """Keep what was typed for half an hour and return the one-time key to it; "" for more than any page holds."""
    values = {name: list(given) for name, given in posted.items()}
    if sum(len(name) + sum(map(len, given)) for name, given in values.items()) > _MOST_TYPED:
        return ""
    key = secrets.token_urlsafe(32)
    row = StashedPage(key_hash=_key_hash(key), expires_at=now + KEPT_FOR)
    row.typed = encryption.seal({"values": values}, purpose=f"stashedpage:{row.uuid}:typed")
    row.save(force_insert=True)
    return key


@transaction.atomic
def give_back(*, loaded: LoadedSubmission, key: str, now: datetime) -> LoadedSubmission:
    """Put a kept page into this form, as typed and not yet continued with. Without one, the form as it is."""
    row = StashedPage.objects.select_for_update().filter(key_hash=_key_hash(key), expires_at__gt=now).first()
    if row is None or loaded.sent:
        return loaded
    values: dict[str, list[str]] = encryption.unseal(row.typed, purpose=f"stashedpage:{row.uuid}:typed")["values"]
    row.delete()
    seen = next(iter(values.get("seen", [])), "") if loaded.response.asked else ""

    def change(current: LoadedSubmission) -> Response:
        typed = {page: Typed(seen, given) for page, given in _by_page(current, values).items()}
        return replace(current.response, typed={**current.response.typed, **typed})

    return submissions.revise(loaded, lambda current: (change(current), {}), now)


def _by_page(loaded: LoadedSubmission, values: Mapping[str, list[str]]) -> dict[str, dict[str, tuple[str, ...]]]:
    """What was typed, by the page it belongs to in this form's version; names of no page are dropped."""
    pages: dict[str, dict[str, tuple[str, ...]]] = {}
    for name, given in values.items():
        number = loaded.definition.page_of.get(name)
        if number is not None or name in _IDENTITY:
            pages.setdefault(str(number or "you"), {})[name] = tuple(given)
    return pages


def _key_hash(key: str) -> str:
    return encryption.keyed_hash(key, purpose="kept page")
