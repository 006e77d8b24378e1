"""Every write a patient causes: start, save a page, read an interruption, say who they are, submit, leave.

A patient holds an unguessable token; the row holds its keyed hash. All answers of a submission are one encrypted
document, saved page by page with `UPDATE … WHERE revision = n`, once more if somebody else was faster, without a lock.
Saving a page, an identity or "I have read this" records nothing in the audit log: the row's revision and time are
the trace.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet, Subquery

from questionnaire import publishing
from questionnaire.definition import Definition, Question
from questionnaire.rules import answers as rule_answers
from questionnaire.rules import assess
from questionnaire.rules.answers import Value, as_stored, is_blank
from questionnaire.rules.path import Walk, walk
from screening import audit, encryption, finding, judging, outbox, tally
from screening.models import ClinicSettings, RaisedFlag, Submission

LIFETIME = timedelta(hours=24)
"""How long a form stays open on the patient's device after the last thing they saved."""
REFERENCE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0/O and 1/I/L, which are mistaken for each other when read aloud."""
_REFERENCE_ATTEMPTS = 8


class NoSuchForm(Exception):
    """No form belongs to this token: it was never given out, or the form has been cleared."""


class Expired(NoSuchForm):
    """The form was open on this device too long ago."""


class AlreadySent(Exception):
    """The form was sent; it cannot be changed any more."""


class Busy(Exception):
    """Two writes in a row met somebody else's. Nothing was saved; the same request may be sent again."""


class Unfinished(Exception):
    """Something is still to be filled in before the form can be sent."""


class Stale(Exception):
    """The saved answers of this page are not those the patient saw, nor those they typed: they must choose."""

    def __init__(self, opened: Opened) -> None:
        self.opened = opened
        super().__init__("the page was changed in another tab")


@dataclass(frozen=True)
class Response:
    """What a submission's encrypted document holds."""

    answers: Mapping[str, Value]
    asked: frozenset[str] = frozenset()
    """Link ids of the questions that were shown and saved."""
    read: frozenset[str] = frozenset()
    """Urgent flags whose interruption was read."""
    pending: frozenset[str] = frozenset()
    """Urgent flags whose interruption is still to be read."""

    def sealed(self, purpose: str) -> bytes:
        plain: dict[str, Any] = {"answers": {link_id: as_stored(value) for link_id, value in self.answers.items()}}
        plain |= {name: sorted(getattr(self, name)) for name in ("asked", "read", "pending")}
        return encryption.seal(plain, purpose=purpose)

    @classmethod
    def unsealed(cls, blob: bytes | memoryview, purpose: str) -> Response:
        plain = encryption.unseal(blob, purpose=purpose)
        answers = {key: tuple(value) if isinstance(value, list) else value for key, value in plain["answers"].items()}
        return cls(answers, *(frozenset(plain.get(name, ())) for name in ("asked", "read", "pending")))


@dataclass(frozen=True)
class Opened:
    """A submission as its patient holds it: the row, its answers, and the newest clinic settings' id."""

    row: Submission
    response: Response
    newest_settings: int | None

    @cached_property
    def definition(self) -> Definition:
        """The pinned version, retired or not."""
        return publishing.definition_of(self.row.version_id)

    @cached_property
    def walk(self) -> Walk:
        return walk(self.definition, self.response.answers, self.response.asked)

    @cached_property
    def identity(self) -> dict[str, str] | None:
        """Who they are; None while they were not asked."""
        blob = self.row.identity
        return None if blob is None else encryption.unseal(blob, purpose=_purpose(self.row, "identity"))

    @property
    def sent(self) -> bool:
        return self.row.state != Submission.State.DRAFT

    @property
    def complete(self) -> bool:
        """Nothing is left but to check and send."""
        return self.walk.complete and self.row.identity is not None and not self.response.pending

    def seen(self, number: int) -> str:
        """A keyed hash of this page's saved answers: the page carries it, so that a stale page is noticed."""
        questions = self.definition.pages[number - 1].questions
        saved = [as_stored(self.response.answers.get(q.link_id)) for q in questions]
        return encryption.keyed_hash(repr(saved), purpose=f"page {self.row.uuid} {number}")

    @property
    def seen_all(self) -> str:
        """The same of everything that is about to be sent."""
        return encryption.keyed_hash(str(self.row.revision), purpose=f"check {self.row.uuid}")


# Reading -------------------------------------------------------------------------------------------------------------


def open_with(token: str, *, now: datetime) -> Opened:
    """The submission of this token, in one SELECT. Raises NoSuchForm, or Expired."""
    row = _rows().filter(token_hash=_token_hash(token)).first() if token else None
    if row is None:
        raise NoSuchForm
    if row.token_expires_at is None or row.token_expires_at <= now:
        raise Expired
    return _opened(row)


def opened(row: Submission) -> Opened:
    """A submission that was sent, opened for the clinic's staff. Raises encryption.DecryptionError."""
    return _opened(row)


def urgent_with(opened: Opened, values: Mapping[str, Value]) -> frozenset[str]:
    """The urgent flags raised once these answers are added: what decides on an interruption, before anything else."""
    asked = opened.response.asked | values.keys()
    return assess(opened.definition, {**opened.response.answers, **values}, asked=asked).urgent


def _rows() -> QuerySet[Submission]:
    newest = ClinicSettings.objects.order_by("-id").values("id")[:1]
    return Submission.objects.annotate(newest_settings=Subquery(newest))


def _opened(row: Submission) -> Opened:
    response = Response.unsealed(row.response, _purpose(row, "response"))
    return Opened(row, response, getattr(row, "newest_settings", None))


def _purpose(row: Submission, column: str) -> str:
    return f"submission:{row.uuid}:{column}"


def _token_hash(token: str) -> str:
    return encryption.keyed_hash(token, purpose="submission token")


# Writing -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def start(*, version_id: int, language: str, now: datetime, request_id: str = "") -> str:
    """Begin a new form and return its token, which is not kept anywhere but on the patient's device."""
    token = secrets.token_urlsafe(32)
    row = Submission(
        version_id=version_id,
        language=language,
        token_hash=_token_hash(token),
        token_expires_at=now + LIFETIME,
        started_at=now,
        saved_at=now,
    )
    row.response = Response({}).sealed(_purpose(row, "response"))
    row.save(force_insert=True)
    _record("start", row, now, request_id)
    return token


def save_page(
    *, opened: Opened, number: int, values: Mapping[str, Value], seen: str, urgent: frozenset[str], now: datetime
) -> Opened:
    """Keep the answers of one page (None for a blank) and note which urgent flags are to be shown.

    `values` holds every question that was open on the page; `seen` is the hash the page carried; `urgent` is what
    `urgent_with` said. Raises Stale, AlreadySent, Busy.
    """

    def change(current: Opened) -> Response:
        saved = {link_id: current.response.answers.get(link_id) for link_id in values}
        if saved != dict(values) and not secrets.compare_digest(seen.encode(), current.seen(number).encode()):
            raise Stale(current)
        raised = urgent if current is opened else urgent_with(current, values)
        merged = {**current.response.answers, **values}
        return replace(
            current.response,
            answers={link_id: value for link_id, value in merged.items() if not is_blank(value)},
            asked=current.response.asked | values.keys(),
            pending=raised - current.response.read,
        )

    return _save_response(opened, change, now)


def mark_read(*, opened: Opened, now: datetime) -> Opened:
    """ "I have read this": the flags of the interruption never interrupt again."""

    def change(current: Opened) -> Response:
        response = current.response
        return replace(response, read=response.read | response.pending, pending=frozenset())

    return _save_response(opened, change, now)


def save_identity(*, opened: Opened, identity: Mapping[str, str], now: datetime) -> None:
    """Keep who they are: name, phone, email, birth_date, each only if given."""
    blob = encryption.seal(dict(identity), purpose=_purpose(opened.row, "identity"))
    _update(opened, lambda current: {"identity": blob}, now)


def _save_response(opened: Opened, change: Callable[[Opened], Response], now: datetime) -> Opened:
    changed = opened.response

    def fields(current: Opened) -> dict[str, Any]:
        nonlocal changed
        changed = change(current)
        return {} if changed == current.response else {"response": changed.sealed(_purpose(current.row, "response"))}

    return replace(_update(opened, fields, now), response=changed)


def _update(opened: Opened, fields: Callable[[Opened], dict[str, Any]], now: datetime) -> Opened:
    """One UPDATE of the revision that was read; if somebody else was faster, read again and try once more."""
    for _attempt in range(2):
        if opened.sent:
            raise AlreadySent
        values = fields(opened)
        if not values:
            return opened
        same = Submission.objects.filter(pk=opened.row.pk, revision=opened.row.revision, state=Submission.State.DRAFT)
        if same.update(**values, revision=opened.row.revision + 1, saved_at=now, token_expires_at=now + LIFETIME):
            return opened
        opened = _opened(_rows().get(pk=opened.row.pk))
    raise Busy


@transaction.atomic
def submit(*, opened: Opened, now: datetime, request_id: str = "") -> Submission:
    """Send the form: replay the path, read every answer again, judge, and write the flags, all or nothing.

    A second submit returns the first. If the rules fail the submission is kept and marked "not assessed".
    Raises Unfinished while something is left to fill in.
    """
    row = _rows().select_for_update(of=("self",)).get(pk=opened.row.pk)
    if row.state != Submission.State.DRAFT:
        return row
    current = _opened(row)
    if not current.complete:
        raise Unfinished
    answers = _open_answers(current)
    judged = judging.judge(current.definition, answers)
    row.settings_id = current.newest_settings
    row.name_phone, row.name_birth = finding.hashes(current.identity or {}).values()
    row.state, row.assessment = Submission.State.SUBMITTED, judged.assessment
    row.submitted_at = row.saved_at = now
    row.token_expires_at = now + LIFETIME
    row.revision += 1
    for name, count in judged.counts.items():
        setattr(row, name, count)
    _save_with_reference(row)
    RaisedFlag.objects.bulk_create(RaisedFlag(submission=row, **flag.fields) for flag in judged.flags)
    if judged.assessment == Submission.Assessment.ASSESSED:
        tally.count(definition=current.definition, version_id=row.version_id, answers=answers, now=now)
    if outbox.needs_attention(row):
        outbox.tell_staff(now=now)
    _record("submit", row, now, request_id)
    return row


@transaction.atomic
def leave(*, opened: Opened, now: datetime, request_id: str = "") -> None:
    """Finish on this device: the token opens nothing any more."""
    Submission.objects.filter(pk=opened.row.pk).update(token_hash=None, token_expires_at=None)
    _record("leave", opened.row, now, request_id)


def _open_answers(current: Opened) -> dict[str, Value]:
    """The answers to open questions, each read again by the one validator."""
    opened: tuple[Question, ...] = tuple(q for page in current.walk.pages for q in page.questions)
    raw = {q.link_id: current.response.answers.get(q.link_id) for q in opened}
    try:
        return rule_answers.read_all(current.definition, raw)
    except rule_answers.AnswerError as error:
        raise Unfinished from error


def _save_with_reference(row: Submission) -> None:
    for _attempt in range(_REFERENCE_ATTEMPTS):
        row.reference = new_reference()
        try:
            with transaction.atomic():
                row.save()
            return
        except IntegrityError:
            if not Submission.objects.filter(reference=row.reference).exists():
                raise
    raise Busy


def new_reference() -> str:
    """Six characters that can be read aloud, for example "K7M-4QX"."""
    letters = "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(6))
    return f"{letters[:3]}-{letters[3:]}"


def _record(action: str, row: Submission, now: datetime, request_id: str) -> None:
    audit.record(
        actor="patient",
        action=f"submission.{action}",
        object_type="submission",
        object_id=str(row.uuid),
        now=now,
        request_id=request_id,
    )
