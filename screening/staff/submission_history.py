"""What happened to one submission: the history of its review, and who looked at it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
from screening.queries.labels import account_name, action_words, decision_words, kind_words, opinion_words
from screening.queries.reviews import may_undo, read_note

RECENTLY = timedelta(minutes=15)
"""How long "Sam opened this" is worth saying."""
_MOST_EVENTS = 100


@dataclass(frozen=True)
class Step:
    """One entry of the review's history, in words."""

    kind: str
    who: str
    at: datetime
    did: str
    about: str
    """The flag's title, or the colleague's name."""
    words: str
    undone: bool


@dataclass(frozen=True)
class Look:
    """One event: who did what, when."""

    who: str
    at: datetime
    did: str


@dataclass(frozen=True)
class Trail:
    """The history, the events, and the colleague who has it open as well."""

    steps: tuple[Step, ...]
    looks: tuple[Look, ...]
    older: bool
    """Whether there are more events than `looks` holds."""
    beside: Look | None
    undoable: bool


def trail_of(row: Submission, definition: Definition, clinic: ClinicValues, *, me: User, now: datetime) -> Trail:
    """In three queries, however long the history is."""
    entries = list(row.history.select_related("actor", "assignee"))
    events = list(list_events("submission", str(row.uuid))[: _MOST_EVENTS + 1])
    older, events = len(events) > _MOST_EVENTS, events[:_MOST_EVENTS]
    names = _names(events)
    words = action_words()
    looks = tuple(_look(event, names, words) for event in events)
    mine = account_code(me.pk)
    beside = next((look for event, look in zip(events, looks, strict=True) if _beside(event, mine, now)), None)
    undone = {entry.undoes_id for entry in entries}
    steps = tuple(_step(entry, definition, clinic, undone) for entry in entries)
    undoable = bool(entries) and may_undo(entries[0], me, now)
    return Trail(steps, looks, older, beside, undoable)


def _step(entry: ReviewEntry, definition: Definition, clinic: ClinicValues, undone: set[int | None]) -> Step:
    flag = definition.flags_by_code.get(entry.flag)
    to = _("to %(name)s") % {"name": account_name(entry.assignee)}
    did = {
        ReviewEntry.Kind.OPINION: opinion_words().get(entry.opinion, ""),
        ReviewEntry.Kind.DECIDE: decision_words(clinic).get(entry.decision, entry.decision),
    }.get(ReviewEntry.Kind(entry.kind), kind_words()[entry.kind])
    about = to if entry.kind == ReviewEntry.Kind.ASSIGN else (flag.title if flag else entry.flag)
    return Step(entry.kind, account_name(entry.actor), entry.at, did, about, _words(entry), entry.pk in undone)


def _words(entry: ReviewEntry) -> str:
    try:
        return read_note(entry)
    except DecryptionError:
        return _("(This note does not open with the present keys.)")


def _beside(event: AuditEvent, mine: str, now: datetime) -> bool:
    """A colleague read it, or did something, a short while ago."""
    return event.actor.startswith("user:") and event.actor != mine and now - event.at <= RECENTLY


def _look(event: AuditEvent, names: Mapping[str, str], words: Mapping[str, str]) -> Look:
    who = {PATIENT: _("The patient"), SYSTEM: _("The system")}.get(event.actor)
    return Look(who or names.get(event.actor, event.actor), event.at, words.get(event.action, event.action))


def _names(events: Iterable[AuditEvent]) -> dict[str, str]:
    ids = {int(event.actor[5:]) for event in events if event.actor.startswith("user:")}
    users = get_user_model().objects.filter(pk__in=ids)
    return {account_code(user.pk): account_name(user) for user in users}
