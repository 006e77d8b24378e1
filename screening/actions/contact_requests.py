"""A patient asks to be called: written down at once, apart from any form, and the people on duty are notified.

Every write to it is here. Who asked is encrypted; the record says that somebody asked, and nothing of why.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from screening.actions import audit, staff_mail
from screening.core import encryption
from screening.core.actor import PATIENT, SYSTEM, Actor
from screening.models import ContactRequest
from screening.queries import person_index
from screening.queries.contact_requests import list_waiting_contacts

KEPT_ONCE_DONE = timedelta(days=7)
"""How long a request that was dealt with can still be opened, before it is destroyed."""


@transaction.atomic
def ask_to_be_contacted(
    *, name: str, phone: str, language: str, now: datetime, birth_date: str = "", request_id: str = ""
) -> None:
    """Put this person first on the desk and notify the people on duty; once, however often they ask meanwhile.

    Called for any patient. With the birth date by which the clinic invited them, they may leave out the phone number.
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
def settle_contact(*, contact: ContactRequest, done: bool, actor: Actor) -> None:
    """Mark it as done or, if that was a slip, as waiting again. Twice is once.

    Called for staff who may work on submissions.
    """
    unchanged = ContactRequest.objects.filter(pk=contact.pk, done_at__isnull=done)
    if unchanged.update(done_at=actor.now if done else None, done_by=actor.user if done else None):
        _record(contact, actor.code, "done" if done else "reopen", actor.now, actor.request_id)


@transaction.atomic
def purge_contacts(*, now: datetime) -> int:
    """Destroy the requests that were dealt with long enough ago. Called by `purge_expired`. Returns how many."""
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


def _record(contact: ContactRequest, actor_code: str, action: str, now: datetime, request_id: str) -> None:
    audit.record(
        actor=actor_code,
        action=f"contact.{action}",
        object_type="contact",
        object_id=str(contact.uuid),
        now=now,
        request_id=request_id,
    )
