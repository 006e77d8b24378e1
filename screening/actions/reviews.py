"""Every write a reviewer causes: claim, assign, note, an opinion on a flag, decide, reopen, undo.

What else ends an alarm is in alarms.py.

Each is called by a page of the desk for somebody who may review submissions. Each adds one entry to an
append-only history and one audit event, in one transaction, and says which revision of the work it was
decided on: if a colleague was faster, StaleReviewError is raised and nothing is written. Notes and reasons
are encrypted like answers. No decision says what a patient may or may not have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.dateparse import parse_datetime

from screening.actions import audit
from screening.core import encryption
from screening.core.actor import Actor
from screening.core.not_possible import NotPossibleError, NotPossibleKind
from screening.models import RaisedFlag, ReviewEntry, Submission
from screening.queries.attention import list_unjudged_flags
from screening.queries.reviews import find_last_entry, may_undo, note_purpose

Assessment, Desk, Kind = Submission.Assessment, Submission.Desk, ReviewEntry.Kind

DECISIONS: dict[str, str] = {
    "discussed": Desk.DONE,
    "needs-records": Desk.WAITING,
    "needs-call": Desk.WAITING,
    "closed": Desk.DONE,
}
"""Every decision, and where it moves the submission. The clinic may have its own words
(queries/clinic.py)."""
LONGEST_NOTE = 4_000
"""Characters in a note or a reason."""


class StaleReviewError(Exception):
    """Somebody else was faster. `entry` is the last thing that was done; nothing of ours was written."""

    def __init__(self, entry: ReviewEntry | None) -> None:
        self.entry = entry
        super().__init__("somebody else changed this submission")


@dataclass(frozen=True)
class Reviewer(Actor):
    """A member of staff who works on a submission, and which revision of the work they saw."""

    revision: int = field(kw_only=True)


@transaction.atomic
def claim_submission(*, submission: Submission, actor: Reviewer) -> ReviewEntry:
    """The reviewer takes it, and it is in review. Raises StaleReviewError."""
    return write_step(
        submission, actor, Kind.CLAIM, {**build_claim(submission, actor), "assignee_id": actor.user.pk}
    )


@transaction.atomic
def assign_submission(*, submission: Submission, to: User | None, actor: Reviewer) -> ReviewEntry:
    """Hand it to a colleague, or to nobody. It stays where it is until they take it. Raises
    StaleReviewError."""
    return write_step(submission, actor, Kind.ASSIGN, {"assignee_id": to.pk if to else None}, assignee=to)


@transaction.atomic
def add_note(*, submission: Submission, words: str, actor: Reviewer) -> ReviewEntry:
    """Write a note, encrypted. Raises StaleReviewError, or NotPossibleError for a note that is empty or too
    long."""
    note = read_words(words, missing=NotPossibleKind.EMPTY_NOTE)
    return write_step(submission, actor, Kind.NOTE, {}, words=note)


@transaction.atomic
def judge_flag(
    *, submission: Submission, code: str, opinion: str, reason: str, actor: Reviewer
) -> ReviewEntry:
    """Say of one flag that it stands, that it is not relevant and why, or that the patient is to be asked.

    With an opinion on every urgent flag the alarm of an urgent submission ends, once somebody opened it.
    Raises StaleReviewError, or NotPossibleError for an unknown flag or opinion, and for a reason that is
    missing.
    """
    if opinion not in RaisedFlag.Opinion.values:
        raise NotPossibleError(NotPossibleKind.UNKNOWN_OPINION)
    flag = RaisedFlag.objects.filter(submission=submission, code=code).first()
    if flag is None:
        raise NotPossibleError(NotPossibleKind.UNKNOWN_FLAG)
    ends = {"alarm": False} if _is_last_unjudged(submission, flag) else {}
    needs_reason = opinion == RaisedFlag.Opinion.NOT_RELEVANT
    entry = write_step(
        submission,
        actor,
        Kind.OPINION,
        {**build_claim(submission, actor), **ends},
        words=read_words(reason, missing=NotPossibleKind.NO_REASON if needs_reason else None),
        before={"opinion": flag.opinion},
        flag=code,
        opinion=opinion,
    )
    RaisedFlag.objects.filter(pk=flag.pk).update(opinion=opinion)
    return entry


@transaction.atomic
def decide_submission(
    *, submission: Submission, decision: str, words: str, actor: Reviewer, unjudged: str = ""
) -> ReviewEntry:
    """Say what happens next: one of `DECISIONS`, none of which is a verdict on the patient.

    `unjudged`: why, while urgent flags have no opinion; it is kept. An alarm ends where the work is done.
    Raises StaleReviewError, or NotPossibleError for an unknown decision, for urgent flags without an opinion
    or a reason, and for closing what was neither assessed nor read.
    """
    if decision not in DECISIONS:
        raise NotPossibleError(NotPossibleKind.UNKNOWN_DECISION)
    reason = _read_reason(submission, unjudged)
    changes = {
        **build_claim(submission, actor),
        "desk": DECISIONS[decision],
        "decision": decision,
        "decided_at": actor.now,
        **_end_alarm_when_done(submission, decision),
    }
    note = {"words": read_words(words), "unjudged": reason}
    return write_step(submission, actor, Kind.DECIDE, changes, note=note, decision=decision)


@transaction.atomic
def reopen_submission(*, submission: Submission, words: str, actor: Reviewer) -> ReviewEntry:
    """Take up again what was decided: it is in review, with the person who reopens it.

    An alarm that only closing had ended stands again.
    Raises StaleReviewError, or NotPossibleError while nothing is decided.
    """
    if submission.desk not in {Desk.DONE, Desk.WAITING}:
        raise NotPossibleError(NotPossibleKind.NOT_DECIDED)
    changes = {"desk": Desk.IN_REVIEW, "decision": "", "decided_at": None, "assignee_id": actor.user.pk}
    if _was_closed_unjudged(submission):
        changes["alarm"] = True
    return write_step(submission, actor, Kind.REOPEN, changes, words=read_words(words))


@transaction.atomic
def undo_last_step(*, submission: Submission, actor: Reviewer) -> ReviewEntry:
    """Undo the last entry: only by its author, only for some seconds. The entry stays, marked as undone.

    An alarm that the step had ended stands again.
    Raises StaleReviewError, or NotPossibleError where it is too late.
    """
    last = find_last_entry(submission)
    if last is None or not may_undo(last, actor.user, actor.now):
        raise NotPossibleError(NotPossibleKind.TOO_LATE_TO_UNDO)
    before = dict(last.before)
    opinion = before.pop("opinion", None)
    if "decided_at" in before:
        before["decided_at"] = parse_datetime(before["decided_at"] or "")
    entry = write_step(submission, actor, Kind.UNDO, before, undoes=last, flag=last.flag)
    if opinion is not None:
        RaisedFlag.objects.filter(submission=submission, code=last.flag).update(opinion=opinion)
    return entry


def mark_opened(*, submission: Submission, now: datetime) -> None:
    """Somebody at the clinic has this submission on the screen for the first time. Called by
    read_record.py."""
    Submission.objects.filter(pk=submission.pk, opened_at=None).update(opened_at=now)


def _is_last_unjudged(submission: Submission, flag: RaisedFlag) -> bool:
    """Whether an opinion on this flag leaves no urgent one without. Only who opened it can have seen them
    all."""
    if (
        not submission.alarm
        or submission.assessment == Assessment.NOT_ASSESSED
        or submission.opened_at is None
    ):
        return False
    return not list_unjudged_flags(submission).exclude(pk=flag.pk).exists()


def _read_reason(submission: Submission, typed: str) -> str:
    """Why an outcome is set while urgent flags have no opinion; empty where each has one."""
    if not list_unjudged_flags(submission).exists():
        return ""
    return read_words(typed, missing=NotPossibleKind.UNJUDGED_FLAGS)


def _end_alarm_when_done(submission: Submission, decision: str) -> dict[str, bool]:
    if DECISIONS[decision] != Desk.DONE:
        return {}
    if submission.alarm and submission.assessment == Assessment.NOT_ASSESSED:
        raise NotPossibleError(NotPossibleKind.NOT_ASSESSED)
    return {"alarm": False}


def _was_closed_unjudged(submission: Submission) -> bool:
    """Whether nothing but closing it ended its alarm: no opinion on every urgent flag, nobody reached."""
    reached = ReviewEntry.objects.filter(submission=submission, kind=Kind.REACHED, undone_by=None)
    return list_unjudged_flags(submission).exists() and not reached.exists()


def build_claim(submission: Submission, actor: Reviewer) -> dict[str, Any]:
    """The changes by which a reviewer who works on a submission that nobody has also takes it."""
    changes: dict[str, Any] = {} if submission.assignee_id else {"assignee_id": actor.user.pk}
    return changes | ({"desk": Desk.IN_REVIEW} if submission.desk == Desk.NEW else {})


def write_step(
    submission: Submission,
    actor: Reviewer,
    kind: str,
    changes: Mapping[str, Any],
    *,
    words: str = "",
    note: Mapping[str, str] | None = None,
    before: Mapping[str, Any] | None = None,
    **fields: Any,
) -> ReviewEntry:
    """Change the row, and add the entry and the audit event. Called by the steps here and in alarms.py.

    Raises StaleReviewError.
    """
    before = {**{name: _as_json(getattr(submission, name)) for name in changes}, **(before or {})}
    _update_if_unchanged(submission, actor, changes)
    entry = ReviewEntry(
        uuid=uuid4(),
        submission=submission,
        revision=actor.revision + 1,
        at=actor.now,
        actor=actor.user,
        kind=kind,
        before=before,
        **fields,
    )
    sealed = {name: text for name, text in (note or {"words": words}).items() if text}
    if sealed:
        entry.note = encryption.seal({"words": "", **sealed}, purpose=note_purpose(entry))
    entry.save(force_insert=True)
    _record(submission, actor, entry)
    return entry


def _update_if_unchanged(submission: Submission, actor: Reviewer, changes: Mapping[str, Any]) -> None:
    """Change the row if it is still at the revision the reviewer saw."""
    # The UPDATE itself compares the revision: after a check before it, two reviewers could both go on.
    # The row in memory is compared as well, because what an undo brings back is read from it.
    unchanged = Submission.objects.filter(
        pk=submission.pk, desk_revision=actor.revision, state=Submission.State.SUBMITTED
    )
    is_current = submission.desk_revision == actor.revision
    if not is_current or not unchanged.update(**changes, desk_revision=actor.revision + 1):
        raise StaleReviewError(find_last_entry(submission))


def _as_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def read_words(typed: str, *, missing: NotPossibleKind | None = None) -> str:
    """What was typed, tidied up. `missing` is the refusal of an empty text where one is needed.

    Raises NotPossibleError where words are needed and there are none.
    """
    words = typed.replace("\r\n", "\n").strip()
    if missing and not words:
        raise NotPossibleError(missing)
    if len(words) > LONGEST_NOTE:
        raise NotPossibleError(NotPossibleKind.TOO_LONG)
    if any((letter < " " and letter not in "\n\t") or "\ud800" <= letter <= "\udfff" for letter in words):
        raise NotPossibleError(NotPossibleKind.UNPRINTABLE)
    return words


def _record(submission: Submission, actor: Reviewer, entry: ReviewEntry) -> None:
    detail: dict[str, str | int] = {
        "flag": entry.flag,
        "opinion": entry.opinion,
        "decision": entry.decision,
        "revision": entry.revision,
    }
    audit.record(
        actor=actor.code,
        action=f"review.{entry.kind}",
        object_type="submission",
        object_id=str(submission.uuid),
        now=actor.now,
        detail={name: value for name, value in detail.items() if value != ""},
        request_id=actor.request_id,
    )
