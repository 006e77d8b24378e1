"""Every write a reviewer causes: claim, assign, note, an opinion on a flag, decide, reopen, undo.

Each adds one entry to an append-only history and one audit event, in one transaction, and each says which revision of
the work it was decided on: if a colleague was faster, `Collided` is raised and nothing is written. Notes and reasons
are encrypted like answers. No decision says what a patient may or may not have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.dateparse import parse_datetime

from screening.actions import audit
from screening.core import encryption
from screening.models import RaisedFlag, ReviewEntry, Submission

Desk, Kind = Submission.Desk, ReviewEntry.Kind

DECISIONS: dict[str, str] = {
    "discussed": Desk.DONE,
    "needs-records": Desk.WAITING,
    "needs-call": Desk.WAITING,
    "closed": Desk.DONE,
}
"""Every decision, and where it moves the submission. Its words are in the clinic's settings (clinic.py)."""
UNDO = timedelta(seconds=10)
"""How long the last entry can be undone by who made it."""
MAXIMUM_NOTE = 4_000
"""Characters in a note or a reason."""


class Collided(Exception):
    """Somebody else was faster. `entry` is the last thing that was done; nothing of ours was written."""

    def __init__(self, entry: ReviewEntry | None) -> None:
        self.entry = entry
        super().__init__("somebody else changed this submission")


class NotPossible(Exception):
    """It cannot be done as asked, and `kind` says why. Nothing was written."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(kind)


@dataclass(frozen=True)
class By:
    """Who does it, when, and on which revision of the work they decided to."""

    actor: User
    revision: int
    now: datetime
    request_id: str = ""


@transaction.atomic
def claim(*, submission: Submission, by: By) -> ReviewEntry:
    """ "Mine": the reviewer takes it and it is in review."""
    return _write(submission, by, Kind.CLAIM, {**_taken(submission, by), "assignee_id": by.actor.pk})


@transaction.atomic
def assign(*, submission: Submission, to: User | None, by: By) -> ReviewEntry:
    """Hand it to a colleague, or to nobody. It stays where it is until they take it."""
    return _write(submission, by, Kind.ASSIGN, {"assignee_id": to.pk if to else None}, assignee=to)


@transaction.atomic
def note(*, submission: Submission, words: str, by: By) -> ReviewEntry:
    """Write a note, encrypted."""
    return _write(submission, by, Kind.NOTE, {}, words=_words(words, needed="a note without words"))


@transaction.atomic
def judge_flag(*, submission: Submission, code: str, opinion: str, reason: str, by: By) -> ReviewEntry:
    """Say of one flag that it stands, that it is not relevant and why, or that the patient is to be asked."""
    if opinion not in RaisedFlag.Opinion.values:
        raise NotPossible("no such opinion")
    flag = RaisedFlag.objects.filter(submission=submission, code=code).first()
    if flag is None:
        raise NotPossible("no such flag")
    needed = "not relevant without a reason" if opinion == RaisedFlag.Opinion.NOT_RELEVANT else ""
    words = _words(reason, needed=needed)
    entry = _write(
        submission,
        by,
        Kind.OPINION,
        _taken(submission, by),
        words=words,
        before={"opinion": flag.opinion},
        flag=code,
        opinion=opinion,
    )
    RaisedFlag.objects.filter(pk=flag.pk).update(opinion=opinion)
    return entry


@transaction.atomic
def decide(*, submission: Submission, decision: str, words: str, by: By) -> ReviewEntry:
    """Say how it goes on. Only `DECISIONS`, none of which is a verdict on the patient."""
    if decision not in DECISIONS:
        raise NotPossible("no such decision")
    changes = {
        **_taken(submission, by),
        "desk": DECISIONS[decision],
        "decision": decision,
        "decided_at": by.now,
    }
    return _write(submission, by, Kind.DECIDE, changes, words=_words(words), decision=decision)


@transaction.atomic
def reopen(*, submission: Submission, words: str, by: By) -> ReviewEntry:
    """Take up again what was decided: it is in review, with whoever reopens it."""
    if submission.desk not in {Desk.DONE, Desk.WAITING}:
        raise NotPossible("not decided yet")
    changes = {"desk": Desk.IN_REVIEW, "decision": "", "decided_at": None, "assignee_id": by.actor.pk}
    return _write(submission, by, Kind.REOPEN, changes, words=_words(words))


@transaction.atomic
def undo(*, submission: Submission, by: By) -> ReviewEntry:
    """Undo the last entry: only by who made it, only for some seconds. The entry stays, marked as undone."""
    last = last_entry(submission)
    if last is None or not can_undo(last, by.actor, by.now):
        raise NotPossible("too late to undo")
    before = dict(last.before)
    opinion = before.pop("opinion", None)
    if "decided_at" in before:
        before["decided_at"] = parse_datetime(before["decided_at"] or "")
    entry = _write(submission, by, Kind.UNDO, before, undoes=last, flag=last.flag)
    if opinion is not None:
        RaisedFlag.objects.filter(submission=submission, code=last.flag).update(opinion=opinion)
    return entry


def mark_opened(*, submission: Submission, now: datetime) -> None:
    """Somebody at the clinic has this submission on the screen for the first time. Part of reading; see access.py."""
    Submission.objects.filter(pk=submission.pk, opened_at=None).update(opened_at=now)


# Reading -------------------------------------------------------------------------------------------------------------


def last_entry(submission: Submission) -> ReviewEntry | None:
    return ReviewEntry.objects.filter(submission=submission).select_related("actor").order_by("-revision").first()


def can_undo(entry: ReviewEntry, actor: User, now: datetime) -> bool:
    return entry.actor_id == actor.pk and entry.kind != Kind.UNDO and now - entry.at <= UNDO


def words_of(entry: ReviewEntry) -> str:
    """The words of an entry's note; empty without one. Raises DecryptionError."""
    if entry.note is None:
        return ""
    return str(encryption.unseal(entry.note, purpose=_purpose(entry))["words"])


def _purpose(entry: ReviewEntry) -> str:
    return f"reviewentry:{entry.uuid}:note"


# Writing -------------------------------------------------------------------------------------------------------------


def _taken(submission: Submission, by: By) -> dict[str, Any]:
    """Whoever works on a submission that nobody has yet, has it."""
    changes: dict[str, Any] = {} if submission.assignee_id else {"assignee_id": by.actor.pk}
    return changes | ({"desk": Desk.IN_REVIEW} if submission.desk == Desk.NEW else {})


def _write(
    submission: Submission,
    by: By,
    kind: str,
    changes: Mapping[str, Any],
    *,
    words: str = "",
    before: Mapping[str, Any] | None = None,
    **fields: Any,
) -> ReviewEntry:
    """Change the row if it is still at the revision the reviewer saw, and add the entry and the audit event."""
    same = Submission.objects.filter(pk=submission.pk, desk_revision=by.revision, state=Submission.State.SUBMITTED)
    if submission.desk_revision != by.revision or not same.update(**changes, desk_revision=by.revision + 1):
        raise Collided(last_entry(submission))
    entry = ReviewEntry(
        uuid=uuid4(),
        submission=submission,
        revision=by.revision + 1,
        at=by.now,
        actor=by.actor,
        kind=kind,
        before={**{name: _plain(getattr(submission, name)) for name in changes}, **(before or {})},
        **fields,
    )
    if words:
        entry.note = encryption.seal({"words": words}, purpose=_purpose(entry))
    entry.save(force_insert=True)
    _record(submission, by, entry)
    return entry


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _words(words: str, *, needed: str = "") -> str:
    words = words.replace("\r\n", "\n").strip()
    if needed and not words:
        raise NotPossible(needed)
    if len(words) > MAXIMUM_NOTE:
        raise NotPossible("too long")
    if any((character < " " and character not in "\n\t") or "\ud800" <= character <= "\udfff" for character in words):
        raise NotPossible("unprintable")
    return words


def _record(submission: Submission, by: By, entry: ReviewEntry) -> None:
    detail: dict[str, str | int] = {
        "flag": entry.flag,
        "opinion": entry.opinion,
        "decision": entry.decision,
        "revision": entry.revision,
    }
    audit.record(
        actor=audit.actor_of(by.actor.pk),
        action=f"review.{entry.kind}",
        object_type="submission",
        object_id=str(submission.uuid),
        now=by.now,
        detail={name: value for name, value in detail.items() if value != ""},
        request_id=by.request_id,
    )
