"""A patient asks to be called: written down at once, apart from any form, and told to the people on duty.

Every write to it is here. Who asked is encrypted; the record says that somebody asked, and nothing of why.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from screening.actions import audit, staff_mail
from screening.core import encryption
from screening.core.actor import PATIENT, SYSTEM, account_code
from screening.models import ContactRequest
from screening.queries import person_index
from screening.queries.contact_requests import waiting

KEPT_ONCE_DONE = timedelta(days=7)
"""How long a request that was dealt with can still be opened, before it is destroyed."""
MOST_SHOWN = 50


@transaction.atomic
def ask(*, name: str, phone: str, language: str, now: datetime, birth_date: str = "", request_id: str = "") -> None:
    """Put this person under "Needs a person now" and tell staff by e-mail; once, however often they ask meanwhile.

    With the birth date by which the clinic invited them, they may leave out the phone number.
    """
    person = person_index.person(name, phone=phone, birth_date=birth_date)
    if waiting().filter(person=person).exists():
        return
    row = ContactRequest(asked_at=now, language=language, person=person)
    known = {"birth_date": birth_date} if birth_date else {}
    row.identity = encryption.seal({"name": name, "phone": phone, **known}, purpose=_purpose(row))
    row.save(force_insert=True)
    staff_mail.tell_staff(now=now)
    _record(row, PATIENT, "ask", now, request_id)


@transaction.atomic
def look_at(*, row: ContactRequest, by: User, now: datetime, request_id: str = "") -> dict[str, str]:
    """Name and phone of who asked, and a record that somebody looked."""
    _record(row, account_code(by.pk), "view", now, request_id)
    return encryption.unseal(row.identity, purpose=_purpose(row))


@transaction.atomic
def settle(*, row: ContactRequest, done: bool, by: User, now: datetime, request_id: str = "") -> None:
    """Mark it as done or, if that was a slip, as waiting again. Twice is once."""
    changed = ContactRequest.objects.filter(pk=row.pk, done_at__isnull=done)
    if changed.update(done_at=now if done else None, done_by=by if done else None):
        _record(row, account_code(by.pk), "done" if done else "reopen", now, request_id)


@transaction.atomic
def purge(*, now: datetime) -> int:
    """Destroy the requests that were dealt with long enough ago. Returns how many."""
    gone, _ = ContactRequest.objects.filter(done_at__lte=now - KEPT_ONCE_DONE).delete()
    if gone:
        detail = {"number": gone}
        audit.record(
            actor=SYSTEM, action="contact.purge", object_type="contact", object_id="all", now=now, detail=detail
        )
    return gone


def _purpose(row: ContactRequest) -> str:
    return f"contactrequest:{row.uuid}:identity"


def _record(row: ContactRequest, actor: str, action: str, now: datetime, request_id: str) -> None:
    audit.record(
        actor=actor,
        action=f"contact.{action}",
        object_type="contact",
        object_id=str(row.uuid),
        now=now,
        request_id=request_id,
    )
