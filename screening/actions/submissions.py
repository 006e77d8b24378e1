"""Every write a patient causes: start, save a page, read an interruption, say who they are, submit, leave.

A patient holds an unguessable token; the row holds its keyed hash. All answers of a submission are one
encrypted document, saved page by page with `UPDATE … WHERE revision = n`, once more if somebody else was
faster, without a lock. Saving a page, an identity or "I have read this" records nothing in the audit log: the
row's revision and time are the trace. Unless a writer says otherwise it is called for the patient who holds
the form.
"""

from __future__ import annotations

import copy
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from questionnaire.rules.answers import AnswerError, Value, is_blank, read_answers
from screening.actions import alarms, audit, staff_mail
from screening.actions.answer_tally import record_tally
from screening.actions.assessment import assess_answers
from screening.core import codes, encryption
from screening.core.actor import PATIENT
from screening.core.patient_response import PatientResponse, TypedPage
from screening.models import RaisedFlag, Submission
from screening.queries.person_index import hash_identity
from screening.queries.reachability import can_be_reached
from screening.queries.submission import (
    LoadedSubmission,
    find_urgent_flags,
    hash_token,
    load_submission,
    sealing_purpose,
    select_with_settings,
)

LIFETIME = timedelta(hours=24)
"""How long a form stays open on the patient's device after the last thing they saved."""
_REFERENCE_ATTEMPTS = 8
_MOST_TYPED_PAGES = 5
"""So many pages typed but not continued with are kept, the latest ones: one is usual."""

Change = Callable[[LoadedSubmission], tuple[PatientResponse, dict[str, Any]]]
"""What becomes of a form as it is now: its answers and what goes with them, and other columns of its row."""


class AlreadySentError(Exception):
    """The form was sent; it cannot be changed any more."""


class ConcurrentUpdateError(Exception):
    """Two writes in a row met somebody else's. Nothing was saved; the same request may be sent again."""


class UnfinishedFormError(Exception):
    """Something is still to be filled in before the form can be sent."""


class StalePageError(Exception):
    """The saved answers of this page are not those the patient saw, nor those they typed: they must
    choose."""

    def __init__(self, loaded: LoadedSubmission) -> None:
        self.loaded = loaded
        super().__init__("the page was changed in another tab")


@transaction.atomic
def start_submission(
    *,
    version_id: int,
    language: str,
    now: datetime,
    request_id: str = "",
    kiosk: bool = False,
    invited: Mapping[str, str] | None = None,
) -> str:
    """Begin a new form and return its token, which is not kept anywhere but on the patient's device.

    Called for anybody who opens the start page, a link or the clinic's tablet.
    """
    token = secrets.token_urlsafe(32)
    row = Submission(
        version_id=version_id,
        language=language,
        kiosk=kiosk,
        token_hash=hash_token(token),
        token_expires_at=now + LIFETIME,
        started_at=now,
        saved_at=now,
    )
    row.response = PatientResponse({}, invited=invited or {}).seal(sealing_purpose(row.uuid, "response"))
    row.save(force_insert=True)
    record_patient_event("start", row, now, request_id)
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

    `values` holds every question that was open on the page; `seen` is the hash the page carried; `urgent` is
    what `find_urgent_flags` said. Raises StalePageError, AlreadySentError, ConcurrentUpdateError.
    """

    def change(current: LoadedSubmission) -> tuple[PatientResponse, dict[str, Any]]:
        """Raises StalePageError where another tab saved something else."""
        response = current.response
        saved = {link_id: response.answers.get(link_id) for link_id in values}
        if saved != dict(values) and not secrets.compare_digest(seen.encode(), current.seen(number).encode()):
            raise StalePageError(current)
        raised = urgent if current is loaded else find_urgent_flags(current, values)
        merged = {**response.answers, **values}
        changed = replace(
            response,
            answers={link_id: value for link_id, value in merged.items() if not is_blank(value)},
            asked=response.asked | values.keys(),
            pending=raised - response.read,
            typed=_without_page(response.typed, str(number)),
            before=_note_changes(current, values),
            checking=response.checking or current.complete,
        )
        return changed, {}

    return revise_submission(loaded, change, now)


def save_typed_page(
    *,
    loaded: LoadedSubmission,
    page: str,
    typed: TypedPage,
    urgent: frozenset[str],
    now: datetime,
    language: str = "",
) -> LoadedSubmission:
    """Keep a page as it was typed, without taking it as answered: it is shown again just so.

    `urgent` is shown first all the same; with a language, the form speaks it from now on.
    Raises AlreadySentError, ConcurrentUpdateError.
    """

    def change(current: LoadedSubmission) -> tuple[PatientResponse, dict[str, Any]]:
        response = current.response
        pages = [*_without_page(response.typed, page).items(), (page, typed)]
        pending = response.pending | (urgent - response.read)
        changed = replace(response, typed=dict(pages[-_MOST_TYPED_PAGES:]), pending=pending)
        return changed, {"language": language} if language else {}

    return revise_submission(loaded, change, now)


def change_language(*, loaded: LoadedSubmission, language: str, now: datetime) -> LoadedSubmission:
    """The form speaks this language from now on. Raises AlreadySentError, ConcurrentUpdateError."""
    return revise_submission(loaded, lambda current: (current.response, {"language": language}), now)


def mark_interruption_read(*, loaded: LoadedSubmission, now: datetime) -> LoadedSubmission:
    """ "I have read this": the flags of the interruption never interrupt again.

    Raises AlreadySentError, ConcurrentUpdateError.
    """

    def change(current: LoadedSubmission) -> tuple[PatientResponse, dict[str, Any]]:
        response = current.response
        return replace(response, read=response.read | response.pending, pending=frozenset()), {}

    return revise_submission(loaded, change, now)


def save_identity(*, loaded: LoadedSubmission, identity: Mapping[str, str], now: datetime) -> None:
    """Keep who they are: name, phone, email, birth_date, each only if given.

    Raises AlreadySentError, ConcurrentUpdateError.
    """
    sealed = encryption.seal(dict(identity), purpose=sealing_purpose(loaded.row.uuid, "identity"))

    def change(current: LoadedSubmission) -> tuple[PatientResponse, dict[str, Any]]:
        return replace(current.response, typed=_without_page(current.response.typed, "you")), {
            "identity": sealed
        }

    revise_submission(loaded, change, now)


def _without_page(typed: Mapping[str, TypedPage], page: str) -> dict[str, TypedPage]:
    return {other: typed_page for other, typed_page in typed.items() if other != page}


def _note_changes(current: LoadedSubmission, values: Mapping[str, Value]) -> dict[str, Value]:
    """What these answers were when everything had been filled in; those back to what they were are left
    out."""
    response = current.response
    if not (response.checking or current.complete):
        return {}
    before = dict(response.before)
    for link_id, value in values.items():
        original = before.pop(link_id, response.answers.get(link_id))
        if value != original:
            before[link_id] = original
    return before


def revise_submission(loaded: LoadedSubmission, change: Change, now: datetime) -> LoadedSubmission:
    """Write what `change` makes of the form as it is now, if it makes anything else of it.

    Called by the writers of a patient's form. Raises AlreadySentError, ConcurrentUpdateError, and what
    `change` raises.
    """
    # No lock: `WHERE revision` lets one of two tabs win. The other is read again and tried once more, on top
    # of it.
    # Losing twice means somebody is hammering the form; the page then asks to send it again.
    for _attempt in range(2):
        if loaded.sent:
            raise AlreadySentError
        response, columns = change(loaded)
        if response != loaded.response:
            columns["response"] = response.seal(sealing_purpose(loaded.row.uuid, "response"))
        if not columns:
            return loaded
        unchanged = Submission.objects.filter(
            pk=loaded.row.pk, revision=loaded.row.revision, state=Submission.State.DRAFT
        )
        columns |= {"revision": loaded.row.revision + 1, "saved_at": now, "token_expires_at": now + LIFETIME}
        if unchanged.update(**columns):
            return replace(loaded, row=_replace_columns(loaded.row, columns), response=response)
        loaded = load_submission(select_with_settings().get(pk=loaded.row.pk))
    raise ConcurrentUpdateError


def _replace_columns(row: Submission, columns: Mapping[str, Any]) -> Submission:
    """The same row with these columns as they were just written, so that it can be written once more."""
    written = copy.copy(row)
    for name, value in columns.items():
        setattr(written, name, value)
    return written


@transaction.atomic
def submit(*, loaded: LoadedSubmission, now: datetime, request_id: str = "") -> Submission:
    """Send the form: replay the path, read every answer again, judge, and write the flags, all or nothing.

    A second submit returns the first. If the rules fail the submission is kept and marked "not assessed".
    Called for the patient who holds the form. Raises UnfinishedFormError while something is left to fill in.
    """
    row = select_with_settings().select_for_update(of=("self",)).get(pk=loaded.row.pk)
    if row.state != Submission.State.DRAFT:
        return row
    current = load_submission(row)
    if not current.complete:
        raise UnfinishedFormError
    answers = _read_open_answers(current)
    assessed = assess_answers(current.definition, answers)
    response = PatientResponse(current.response.answers, current.response.asked, current.response.read)
    row.response = response.seal(sealing_purpose(row.uuid, "response"))
    row.settings_id = current.newest_settings
    row.name_phone, row.name_birth = hash_identity(current.identity or {}).values()
    row.state, row.assessment = Submission.State.SUBMITTED, assessed.assessment
    row.reachable = can_be_reached(current.identity or {}, current.response.invited)
    row.alarm, row.priority = alarms.start_alarm(assessed, reachable=row.reachable)
    row.submitted_at = row.saved_at = now
    row.token_expires_at = now + LIFETIME
    row.revision += 1
    for name, count in assessed.counts.items():
        setattr(row, name, count)
    _save_with_reference(row)
    RaisedFlag.objects.bulk_create(RaisedFlag(submission=row, **flag.fields) for flag in assessed.flags)
    if assessed.assessment == Submission.Assessment.ASSESSED:
        record_tally(definition=current.definition, version_id=row.version_id, answers=answers, now=now)
    if row.alarm:
        staff_mail.notify_staff(now=now)
    record_patient_event("submit", row, now, request_id)
    return row


@transaction.atomic
def leave_device(*, loaded: LoadedSubmission, now: datetime, request_id: str = "") -> None:
    """Finish on this device: the token opens nothing any more. Called for the patient who holds the form."""
    Submission.objects.filter(pk=loaded.row.pk).update(token_hash=None, token_expires_at=None)
    record_patient_event("leave", loaded.row, now, request_id)


def _read_open_answers(current: LoadedSubmission) -> dict[str, Value]:
    """The answers to open questions, each read again by the one validator."""
    try:
        return read_answers(current.definition, current.open_answers)
    except AnswerError as error:
        raise UnfinishedFormError from error


def _save_with_reference(row: Submission) -> None:
    """Save the row under a reference that nobody has: drawn, and drawn again if it was taken in the same
    moment."""
    for _attempt in range(_REFERENCE_ATTEMPTS):
        row.reference = draw_reference()
        try:
            with transaction.atomic():
                row.save()
            return
        except IntegrityError:
            if not Submission.objects.filter(reference=row.reference).exists():
                raise
    raise ConcurrentUpdateError


def draw_reference() -> str:
    """Six characters that can be read aloud, for example "K7M-4QX"."""
    letters = "".join(secrets.choice(codes.LETTERS) for _ in range(6))
    return f"{letters[:3]}-{letters[3:]}"


def record_patient_event(action: str, row: Submission, now: datetime, request_id: str) -> None:
    """The audit event of something a patient did with their form. Called by the writers, in their
    transaction."""
    audit.record(
        actor=PATIENT,
        action=f"submission.{action}",
        object_type="submission",
        object_id=str(row.uuid),
        now=now,
        request_id=request_id,
    )
