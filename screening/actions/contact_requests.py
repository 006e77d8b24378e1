"""A patient asks to be called: written down at once, apart from any form, and the people on duty are
notified.

Every write to it is here. Who asked is encrypted; the record says that somebody asked, and nothing of why.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from screening.actions import audit, staff_mail
from screening.actions.reviews import read_words
from screening.core import encryption
from screening.core.actor import PATIENT, SYSTEM, Actor
from screening.core.not_possible import NotPossibleError, NotPossibleKind
from screening.models import ContactRequest
from screening.queries import person_index
from screening.queries.contact_requests import list_waiting_contacts

KEPT_ONCE_DONE = timedelta(days=7)
"""How long a request that was dealt with can still be opened, before it is destroyed."""


@transaction.atomic
def ask_to_be_contacted(
    *, name: str, phone: str, language: str, now: datetime, birth_date: str = "", request_id: str = ""
) -> None:
    """Put this person first on the desk and notify the people on duty; once, however often they ask
    meanwhile.

    Called for any patient. With the birth date by which the clinic invited them, they may leave out the phone
    number.
    """
    person = person_index.hash_person(name, phone=phone, birth_date=birth_date)
    if list_waiting_contacts().filter(person=person).exists():
        return
    contact = ContactRequest(asked_at=now, language=language, person=person)
    invited = {"birth_date": birth_date} if birth_date else {}
    contact.identity = encryption.seal({"name": name, "phone": phone, **invited}, purpose=_purpose(contact))
    contact.save(force_insert=True)
    staff_mail.notify_staff(now=now)
    _record(contact, PATIENT, "ask", now, request_id)


@transaction.atomic
def view_contact(*, contact: ContactRequest, actor: Actor) -> dict[str, str]:
    """Name and phone of the person who asked, and a record that somebody looked.

    Called for staff who may read submissions. Raises encryption.DecryptionError.
    """
    _record(contact, actor.code, "view", actor.now, actor.request_id)
    return encryption.unseal(contact.identity, purpose=_purpose(contact))


@transaction.atomic
def settle_contact(*, contact: ContactRequest, outcome: str, words: str, actor: Actor) -> None:
    """Close it with how it ended, and what is to be said about that, encrypted. Twice is once.

    Called for staff who may work on submissions. Raises NotPossibleError for an outcome that does not exist.
    """
    if outcome not in ContactRequest.Outcome.values:
        raise NotPossibleError(NotPossibleKind.UNKNOWN_OUTCOME)
    note = read_words(words)
    sealed = encryption.seal({"words": note}, purpose=_note_purpose(contact)) if note else None
    waiting = ContactRequest.objects.filter(pk=contact.pk, done_at=None)
    if waiting.update(outcome=outcome, note=sealed, done_at=actor.now, done_by=actor.user):
        _record(contact, actor.code, "done", actor.now, actor.request_id, {"outcome": outcome})


@transaction.atomic
def reopen_contact(*, contact: ContactRequest, actor: Actor) -> None:
    """It still has to be done: its alarm stands again. Twice is once. Called for staff who may work on
    submissions."""
    closed = ContactRequest.objects.filter(pk=contact.pk, done_at__isnull=False)
    if closed.update(outcome="", note=None, done_at=None, done_by=None):
        _record(contact, actor.code, "reopen", actor.now, actor.request_id)


def read_outcome_note(contact: ContactRequest) -> str:
    """What was written when it was closed; empty without. Raises encryption.DecryptionError."""
    if contact.note is None:
        return ""
    return str(encryption.unseal(contact.note, purpose=_note_purpose(contact))["words"])


@transaction.atomic
def purge_contacts(*, now: datetime) -> int:
    """Destroy the requests that were dealt with long enough ago. Called by `purge_expired`. Returns how
    many."""
    deleted, _ = ContactRequest.objects.filter(done_at__lte=now - KEPT_ONCE_DONE).delete()
    if deleted:
        audit.record(
            actor=SYSTEM,
            action="contact.purge",
            object_type="contact",
            object_id="all",
            now=now,
            detail={"number": deleted},
        )
    return deleted


def _purpose(contact: ContactRequest) -> str:
    return f"contactrequest:{contact.uuid}:identity"


def _note_purpose(contact: ContactRequest) -> str:
    return f"contactrequest:{contact.uuid}:note"


def _record(
    contact: ContactRequest,
    actor_code: str,
    action: str,
    now: datetime,
    request_id: str,
    detail: dict[str, str] | None = None,
) -> None:
    audit.record(
        actor=actor_code,
        action=f"contact.{action}",
        object_type="contact",
        object_id=str(contact.uuid),
        now=now,
        detail=detail,
        request_id=request_id,
    )
