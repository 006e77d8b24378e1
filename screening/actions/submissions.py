"""Every write a patient causes: start, save a page, read an interruption, say who they are, submit, leave.

A patient holds an unguessable token; the row holds its keyed hash. All answers of a submission are one encrypted
document, saved page by page with `UPDATE … WHERE revision = n`, once more if somebody else was faster, without a lock.
Saving a page, an identity or "I have read this" records nothing in the audit log: the row's revision and time are
the trace.
"""

from __future__ import annotations

import copy
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from questionnaire.definition import Question
from questionnaire.rules import answers as rule_answers
from questionnaire.rules import assess
from questionnaire.rules.answers import Value, is_blank
from screening.actions import answer_tally, assessment, audit, staff_mail
from screening.core import codes, encryption
from screening.core.actor import PATIENT
from screening.core.response import Response, Typed
from screening.models import RaisedFlag, Submission
from screening.queries import attention, person_index
from screening.queries.submission import LoadedSubmission, load_row, purpose, rows, token_hash

LIFETIME = timedelta(hours=24)
"""How long a form stays open on the patient's device after the last thing they saved."""
_REFERENCE_ATTEMPTS = 8
_PAGES_CARRIED = 5
"""So many pages typed but not continued with are kept, the latest ones: one is usual."""


class AlreadySent(Exception):
    """The form was sent; it cannot be changed any more."""


class Busy(Exception):
    """Two writes in a row met somebody else's. Nothing was saved; the same request may be sent again."""


class Unfinished(Exception):
    """Something is still to be filled in before the form can be sent."""


class Stale(Exception):
    """The saved answers of this page are not those the patient saw, nor those they typed: they must choose."""

    def __init__(self, loaded: LoadedSubmission) -> None:
        self.loaded = loaded
        super().__init__("the page was changed in another tab")


def urgent_with(loaded: LoadedSubmission, values: Mapping[str, Value]) -> frozenset[str]:
    """The urgent flags raised once these answers are added: what decides on an interruption, before anything else."""
    asked = loaded.response.asked | values.keys()
    return assess(loaded.definition, {**loaded.response.answers, **values}, asked=asked).urgent


@transaction.atomic
def start(
    *,
    version_id: int,
    language: str,
    now: datetime,
    request_id: str = "",
    kiosk: bool = False,
    invited: Mapping[str, str] | None = None,
) -> str:
    """Begin a new form and return its token, which is not kept anywhere but on the patient's device."""
    token = secrets.token_urlsafe(32)
    row = Submission(
        version_id=version_id,
        language=language,
        kiosk=kiosk,
        token_hash=token_hash(token),
        token_expires_at=now + LIFETIME,
        started_at=now,
        saved_at=now,
    )
    row.response = Response({}, invited=invited or {}).sealed(purpose(row, "response"))
    row.save(force_insert=True)
    record("start", row, now, request_id)
    return token


def save_page(
    *,
    loaded: LoadedSubmission,
    number: int,
    values: Mapping[str, Value],
    seen: str,
    urgent: frozenset[str],
    now: datetime,
) -> LoadedSubmission:
    """Keep the answers of one page (None for a blank) and note which urgent flags are to be shown.

    `values` holds every question that was open on the page; `seen` is the hash the page carried; `urgent` is what
    `urgent_with` said. Raises Stale, AlreadySent, Busy.
    """

    def change(current: LoadedSubmission) -> Response:
        saved = {link_id: current.response.answers.get(link_id) for link_id in values}
        if saved != dict(values) and not secrets.compare_digest(seen.encode(), current.seen(number).encode()):
            raise Stale(current)
        raised = urgent if current is loaded else urgent_with(current, values)
        merged = {**current.response.answers, **values}
        return replace(
            current.response,
            answers={link_id: value for link_id, value in merged.items() if not is_blank(value)},
            asked=current.response.asked | values.keys(),
            pending=raised - current.response.read,
            typed={page: kept for page, kept in current.response.typed.items() if page != str(number)},
            before=_before(current, values),
            checking=current.response.checking or current.complete,
        )

    return _revise_response(loaded, change, now)


def keep_typed(
    *, loaded: LoadedSubmission, page: str, typed: Typed, urgent: frozenset[str], now: datetime, language: str = ""
) -> LoadedSubmission:
    """Keep a page as it was typed, without taking it as answered: it is shown again just so.

    `urgent` is shown first all the same; with a language, the form speaks it from now on.
    """

    def fields(current: LoadedSubmission) -> tuple[Response, dict[str, Any]]:
        response = current.response
        others = [(name, kept) for name, kept in response.typed.items() if name != page]
        pages = dict([*others, (page, typed)][-_PAGES_CARRIED:])
        pending = response.pending | (urgent - response.read)
        return replace(response, typed=pages, pending=pending), {"language": language} if language else {}

    return revise(loaded, fields, now)


def change_language(*, loaded: LoadedSubmission, language: str, now: datetime) -> LoadedSubmission:
    """The form speaks this language from now on."""
    return revise(loaded, lambda current: (current.response, {"language": language}), now)


def mark_read(*, loaded: LoadedSubmission, now: datetime) -> LoadedSubmission:
    """ "I have read this": the flags of the interruption never interrupt again."""

    def change(current: LoadedSubmission) -> Response:
        response = current.response
        return replace(response, read=response.read | response.pending, pending=frozenset())

    return _revise_response(loaded, change, now)


def save_identity(*, loaded: LoadedSubmission, identity: Mapping[str, str], now: datetime) -> None:
    """Keep who they are: name, phone, email, birth_date, each only if given."""
    blob = encryption.seal(dict(identity), purpose=purpose(loaded.row, "identity"))

    def fields(current: LoadedSubmission) -> tuple[Response, dict[str, Any]]:
        typed = {page: kept for page, kept in current.response.typed.items() if page != "you"}
        return replace(current.response, typed=typed), {"identity": blob}

    revise(loaded, fields, now)


def _before(current: LoadedSubmission, values: Mapping[str, Value]) -> dict[str, Value]:
    """What these answers were when everything had been filled in; those back to what they were are left out."""
    response = current.response
    if not (response.checking or current.complete):
        return {}
    before = dict(response.before)
    for link_id, value in values.items():
        was = before.pop(link_id, response.answers.get(link_id))
        if value != was:
            before[link_id] = was
    return before


def _revise_response(
    loaded: LoadedSubmission, change: Callable[[LoadedSubmission], Response], now: datetime
) -> LoadedSubmission:
    return revise(loaded, lambda current: (change(current), {}), now)


def revise(
    loaded: LoadedSubmission, change: Callable[[LoadedSubmission], tuple[Response, dict[str, Any]]], now: datetime
) -> LoadedSubmission:
    """Write what `change` makes of the row as it is: its document if that differs, and other columns."""
    changed = loaded.response

    def fields(current: LoadedSubmission) -> dict[str, Any]:
        nonlocal changed
        changed, columns = change(current)
        if changed != current.response:
            columns["response"] = changed.sealed(purpose(current.row, "response"))
        return columns

    return replace(_update(loaded, fields, now), response=changed)


def _update(
    loaded: LoadedSubmission, fields: Callable[[LoadedSubmission], dict[str, Any]], now: datetime
) -> LoadedSubmission:
    """One UPDATE of the revision that was read; if somebody else was faster, read again and try once more."""
    for _attempt in range(2):
        if loaded.sent:
            raise AlreadySent
        values = fields(loaded)
        if not values:
            return loaded
        same = Submission.objects.filter(pk=loaded.row.pk, revision=loaded.row.revision, state=Submission.State.DRAFT)
        values |= {"revision": loaded.row.revision + 1, "saved_at": now, "token_expires_at": now + LIFETIME}
        if same.update(**values):
            return _with(loaded, values)
        loaded = load_row(rows().get(pk=loaded.row.pk))
    raise Busy


def _with(loaded: LoadedSubmission, values: Mapping[str, Any]) -> LoadedSubmission:
    """The same form with these columns as they were just written, so that it can be written once more."""
    row = copy.copy(loaded.row)
    for column, value in values.items():
        setattr(row, column, value)
    return replace(loaded, row=row)


@transaction.atomic
def submit(*, loaded: LoadedSubmission, now: datetime, request_id: str = "") -> Submission:
    """Send the form: replay the path, read every answer again, judge, and write the flags, all or nothing.

    A second submit returns the first. If the rules fail the submission is kept and marked "not assessed".
    Raises Unfinished while something is left to fill in.
    """
    row = rows().select_for_update(of=("self",)).get(pk=loaded.row.pk)
    if row.state != Submission.State.DRAFT:
        return row
    current = load_row(row)
    if not current.complete:
        raise Unfinished
    answers = _open_answers(current)
    judged = assessment.assess_answers(current.definition, answers)
    row.response = Response(current.response.answers, current.response.asked, current.response.read).sealed(
        purpose(row, "response")
    )
    row.settings_id = current.newest_settings
    row.name_phone, row.name_birth = person_index.hash_identity(current.identity or {}).values()
    row.state, row.assessment = Submission.State.SUBMITTED, judged.assessment
    row.submitted_at = row.saved_at = now
    row.token_expires_at = now + LIFETIME
    row.revision += 1
    for name, count in judged.counts.items():
        setattr(row, name, count)
    _save_with_reference(row)
    RaisedFlag.objects.bulk_create(RaisedFlag(submission=row, **flag.fields) for flag in judged.flags)
    if judged.assessment == Submission.Assessment.ASSESSED:
        answer_tally.record_tally(definition=current.definition, version_id=row.version_id, answers=answers, now=now)
    if attention.needs_attention(row):
        staff_mail.notify_staff(now=now)
    record("submit", row, now, request_id)
    return row


@transaction.atomic
def leave(*, loaded: LoadedSubmission, now: datetime, request_id: str = "") -> None:
    """Finish on this device: the token opens nothing any more."""
    Submission.objects.filter(pk=loaded.row.pk).update(token_hash=None, token_expires_at=None)
    record("leave", loaded.row, now, request_id)


def _open_answers(current: LoadedSubmission) -> dict[str, Value]:
    """The answers to open questions, each read again by the one validator."""
    opened: tuple[Question, ...] = tuple(q for page in current.walk.pages for q in page.questions)
    raw = {q.link_id: current.response.answers.get(q.link_id) for q in opened}
    try:
        return rule_answers.read_answers(current.definition, raw)
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
    letters = "".join(secrets.choice(codes.LETTERS) for _ in range(6))
    return f"{letters[:3]}-{letters[3:]}"


def record(action: str, row: Submission, now: datetime, request_id: str) -> None:
    """The audit event of something a patient did with their form."""
    audit.record(
        actor=PATIENT,
        action=f"submission.{action}",
        object_type="submission",
        object_id=str(row.uuid),
        now=now,
        request_id=request_id,
    )
