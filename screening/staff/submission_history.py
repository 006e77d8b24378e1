"""What happened to one submission: the history of its review, and who looked at it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from questionnaire.definition import Definition
from screening.core.actor import PATIENT, SYSTEM, account_code
from screening.core.encryption import DecryptionError
from screening.models import AuditEvent, ReviewEntry, Submission
from screening.queries.audit_events import list_events
from screening.queries.clinic import ClinicValues
from screening.queries.labels import decision_labels, event_labels, name_account, opinion_labels, step_labels
from screening.queries.reviews import may_undo, read_note, read_unjudged_reason

RECENTLY = timedelta(minutes=15)
"""How long "Sam opened this" is worth saying."""
_MOST_EVENTS = 100


@dataclass(frozen=True)
class HistoryStep:
    """One entry of the review's history, in words."""

    kind: str
    who: str
    at: datetime
    did: str
    about: str
    """The flag's title, or the colleague's name."""
    words: str
    unjudged: str
    """Why an outcome was set while urgent flags had no opinion; mostly empty."""
    undone: bool


@dataclass(frozen=True)
class RecordedEvent:
    """One event of the record: who did what, when."""

    who: str
    at: datetime
    did: str


@dataclass(frozen=True)
class Trail:
    """The history, the events, and the colleague who has it open as well."""

    steps: tuple[HistoryStep, ...]
    looks: tuple[RecordedEvent, ...]
    older: bool
    """Whether there are more events than `looks` holds."""
    beside: RecordedEvent | None
    """What a colleague did a short while ago: both may be working on it."""
    undoable: bool


def load_trail(
    row: Submission, definition: Definition, clinic: ClinicValues, *, user: User, now: datetime
) -> Trail:
    """In three queries, however long the history is."""
    entries = list(row.history.select_related("actor", "assignee"))
    events = list(list_events("submission", str(row.uuid))[: _MOST_EVENTS + 1])
    has_older, events = len(events) > _MOST_EVENTS, events[:_MOST_EVENTS]
    looks = _describe_events(events)
    own_code = account_code(user.pk)
    beside = (look for event, look in zip(events, looks, strict=True) if _is_beside(event, own_code, now))
    undone = {entry.undoes_id for entry in entries}
    return Trail(
        steps=tuple(_describe_step(entry, definition, clinic, entry.pk in undone) for entry in entries),
        looks=looks,
        older=has_older,
        beside=next(beside, None),
        undoable=bool(entries) and may_undo(entries[0], user, now),
    )


def _describe_step(
    entry: ReviewEntry, definition: Definition, clinic: ClinicValues, undone: bool
) -> HistoryStep:
    flag = definition.flags_by_code.get(entry.flag)
    to = _("to %(name)s") % {"name": name_account(entry.assignee)}
    did = {
        ReviewEntry.Kind.OPINION: opinion_labels().get(entry.opinion, ""),
        ReviewEntry.Kind.DECIDE: decision_labels(clinic).get(entry.decision, entry.decision),
    }.get(ReviewEntry.Kind(entry.kind), step_labels()[entry.kind])
    about = to if entry.kind == ReviewEntry.Kind.ASSIGN else (flag.title if flag else entry.flag)
    return HistoryStep(
        entry.kind, name_account(entry.actor), entry.at, did, about, *_read_texts(entry), undone
    )


def _read_texts(entry: ReviewEntry) -> tuple[str, str]:
    """The words of an entry, and why flags were left unjudged."""
    try:
        return read_note(entry), read_unjudged_reason(entry)
    except DecryptionError:
        return _("(This note cannot be decrypted.)"), ""


def _is_beside(event: AuditEvent, own_code: str, now: datetime) -> bool:
    """A colleague read it, or did something, a short while ago."""
    return event.actor.startswith("user:") and event.actor != own_code and now - event.at <= RECENTLY


def _describe_events(events: list[AuditEvent]) -> tuple[RecordedEvent, ...]:
    names = {PATIENT: _("The patient"), SYSTEM: _("The system"), **_load_names(events)}
    labels = event_labels()
    return tuple(
        RecordedEvent(names.get(event.actor, event.actor), event.at, labels.get(event.action, event.action))
        for event in events
    )


def _load_names(events: Iterable[AuditEvent]) -> dict[str, str]:
    """Code of an account to its owner's name."""
    ids = {int(event.actor.removeprefix("user:")) for event in events if event.actor.startswith("user:")}
    users = get_user_model().objects.filter(pk__in=ids)
    return {account_code(user.pk): name_account(user) for user in users}
