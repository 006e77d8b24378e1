"""A link for one patient: staff make it, hand it over once, and can take it back. Every write to it is here.

The link itself is kept nowhere, only a keyed hash of it. Looking at it changes nothing; beginning with it makes a new
form on that device, and shows nothing of a form begun elsewhere. It works again and again until answers were sent.
Where it was made for somebody by name, whoever opens it has to type that person's date of birth first.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.crypto import constant_time_compare

from screening.actions import audit, submissions
from screening.core import encryption
from screening.core.actor import PATIENT, SYSTEM, account_code
from screening.models import Invitation, Submission
from screening.queries.submission import token_hash

MOST_TRIES = 10
"""So many wrong dates of birth in a row close the link for good: whoever has it is not whom it was made for."""
_NOT_SENT = Q(submission=None) | Q(submission__state=Submission.State.DRAFT)


class Closed(Exception):
    """The link can no longer be used, whatever the reason."""


class NotThem(Exception):
    """The date of birth is not that of the person the link was made for. The try was counted."""


@transaction.atomic
def make(
    *,
    questionnaire: str,
    language: str,
    person: Mapping[str, str],
    days: int,
    by: User,
    now: datetime,
    request_id: str = "",
) -> tuple[Invitation, str]:
    """A new invitation and the key that stands in its link. `person` is name and birth date, or nothing."""
    key = secrets.token_urlsafe(32)
    row = Invitation(
        token_hash=_hash(key),
        questionnaire=questionnaire,
        language=language,
        made_at=now,
        made_by=by,
        expires_at=now + timedelta(days=days),
    )
    if person:
        plain = {"name": person["name"], "birth_date": person["birth_date"]}
        row.identity = encryption.seal(plain, purpose=_purpose(row))
    row.save(force_insert=True)
    _record(row, account_code(by.pk), "make", now, request_id)
    return row, key


@transaction.atomic
def revoke(*, row: Invitation, by: User, now: datetime, request_id: str = "") -> None:
    """Take a link back for good. A form that was begun with it stays with whoever began it. Twice is once."""
    same = Invitation.objects.filter(pk=row.pk, revoked_at=None)
    if same.update(revoked_at=now, identity=None):
        _record(row, account_code(by.pk), "revoke", now, request_id)


@transaction.atomic
def names(*, rows: Sequence[Invitation], by: User, now: datetime, request_id: str = "") -> list[dict[str, str] | None]:
    """For whom these links were made, in their order, and a record that somebody looked. None: it does not open."""
    found = [_readable(row) for row in rows]
    seen = [str(row.uuid) for row, person in zip(rows, found, strict=True) if person]
    if seen:
        audit.record(
            actor=account_code(by.pk),
            action="invitation.view",
            object_type="invitations",
            object_id="",
            now=now,
            detail={"invitations": seen},
            request_id=request_id,
        )
    return found


def begin(
    *, row: Invitation, birth_date: str, version_id: int, language: str, now: datetime, request_id: str = ""
) -> str:
    """A new form under this invitation: its token. Raises Closed, or NotThem for another date of birth.

    A form begun with it before goes on as any other where it was begun; the invitation belongs to the newest.
    """
    person = person_of(row)
    if person:
        _count_try(row)
        if not constant_time_compare(birth_date, person["birth_date"]):
            _refuse(row, now, request_id)
            raise NotThem
    return _begin(row, person, version_id, language, now, request_id)


def _count_try(row: Invitation) -> None:
    """Counted before the dates are compared, so that many tries at once are as many as one after the other."""
    if not Invitation.objects.filter(pk=row.pk, tries__lt=MOST_TRIES).update(tries=F("tries") + 1):
        raise Closed


@transaction.atomic
def _refuse(row: Invitation, now: datetime, request_id: str) -> None:
    _record(row, PATIENT, "refuse", now, request_id)


@transaction.atomic
def _begin(
    found: Invitation, person: Mapping[str, str], version_id: int, language: str, now: datetime, request_id: str
) -> str:
    rows = _not_over(now).filter(pk=found.pk).filter(_NOT_SENT)
    row = rows.select_for_update(of=("self",)).first()
    if row is None:
        raise Closed
    token = submissions.start(version_id=version_id, language=language, now=now, request_id=request_id, invited=person)
    row.submission = Submission.objects.get(token_hash=token_hash(token))
    row.opened_at = row.opened_at or now
    row.tries = 0
    row.save(update_fields=["submission", "opened_at", "tries"])
    _record(row, PATIENT, "open", now, request_id)
    return token


@transaction.atomic
def purge(*, now: datetime) -> int:
    """Destroy invitations that can no longer be used, and the names in those that became a submission.

    The others go with their submission. Returns how many were destroyed.
    """
    over = Q(expires_at__lte=now) | Q(revoked_at__isnull=False)
    gone, _ = Invitation.objects.filter(over, submission=None).delete()
    emptied = Invitation.objects.filter(over | ~_NOT_SENT, identity__isnull=False).update(identity=None)
    if gone or emptied:
        audit.record(
            actor=SYSTEM,
            action="invitation.purge",
            object_type="invitations",
            object_id="all",
            now=now,
            detail={"number": gone, "names": emptied},
        )
    return gone


# Reading -------------------------------------------------------------------------------------------------------------


def find(key: str, *, now: datetime) -> Invitation | None:
    """The invitation this link belongs to, as long as it can be used. One that cannot be used never was."""
    rows = _not_over(now).filter(_NOT_SENT, tries__lt=MOST_TRIES).select_related("submission")
    return rows.filter(token_hash=_hash(key)).first()


def waiting(*, now: datetime) -> QuerySet[Invitation]:
    """Those whose answers have not come yet, the newest first; also those that too many wrong dates have closed."""
    return _not_over(now).filter(_NOT_SENT).select_related("made_by", "submission").order_by("-id")


def person_of(row: Invitation) -> dict[str, str]:
    """Name and birth date it was made for; empty where it was made for nobody by name."""
    return encryption.unseal(row.identity, purpose=_purpose(row)) if row.identity is not None else {}


def _readable(row: Invitation) -> dict[str, str] | None:
    try:
        return person_of(row)
    except encryption.DecryptionError:
        return None


def _not_over(now: datetime) -> QuerySet[Invitation]:
    return Invitation.objects.filter(revoked_at=None, expires_at__gt=now)


def _purpose(row: Invitation) -> str:
    return f"invitation:{row.uuid}:identity"


def _hash(key: str) -> str:
    return encryption.keyed_hash(key, purpose="invitation")


def _record(row: Invitation, actor: str, action: str, now: datetime, request_id: str) -> None:
    audit.record(
        actor=actor,
        action=f"invitation.{action}",
        object_type="invitation",
        object_id=str(row.uuid),
        now=now,
        request_id=request_id,
    )
