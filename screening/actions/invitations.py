"""A link for one patient: staff make it, hand it over once, and can take it back. Every write to it is here.

The link itself is kept nowhere, only a keyed hash of it. Looking at it changes nothing; beginning with it
makes a new form on that device, and shows nothing of a form begun elsewhere. It works again and again until
answers were sent. Where it was made for somebody by name, the person who opens it has to type that patient's
date of birth first.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils.crypto import constant_time_compare

from screening.actions import audit
from screening.actions.submissions import start_submission
from screening.core import encryption
from screening.core.actor import PATIENT, SYSTEM, Actor
from screening.models import Invitation, Submission
from screening.queries.invitations import (
    MOST_TRIES,
    NOT_SENT,
    hash_invitation_key,
    identity_purpose,
    list_current_invitations,
    read_invited_person,
)
from screening.queries.submission import hash_token


class InvitationClosedError(Exception):
    """The link can no longer be used, whatever the reason."""


class WrongBirthDateError(Exception):
    """The date of birth is not that of the person the link was made for. The try was counted."""


@transaction.atomic
def create_invitation(
    *, questionnaire: str, language: str, person: Mapping[str, str], days: int, actor: Actor
) -> tuple[Invitation, str]:
    """A new invitation and the key that stands in its link.

    `person` is name, birth date and perhaps a phone number, or nothing.

    Called for staff who may work on submissions. The key is not kept: the page shows it once.
    """
    key = secrets.token_urlsafe(32)
    invitation = Invitation(
        token_hash=hash_invitation_key(key),
        questionnaire=questionnaire,
        language=language,
        made_at=actor.now,
        made_by=actor.user,
        expires_at=actor.now + timedelta(days=days),
    )
    if person:
        identity = {name: person[name] for name in ("name", "birth_date", "phone") if person.get(name)}
        invitation.identity = encryption.seal(identity, purpose=identity_purpose(invitation))
    invitation.save(force_insert=True)
    _record_by_staff(invitation, "make", actor)
    return invitation, key


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, actor: Actor) -> None:
    """Take a link back for good; twice is once. A form that was begun with it stays with the patient.

    Called for staff who may work on submissions.
    """
    unrevoked = Invitation.objects.filter(pk=invitation.pk, revoked_at=None)
    if unrevoked.update(revoked_at=actor.now, identity=None):
        _record_by_staff(invitation, "revoke", actor)


@transaction.atomic
def view_invited_persons(*, invitations: Sequence[Invitation], actor: Actor) -> list[dict[str, str] | None]:
    """For whom these links were made, in their order, and a record that somebody looked. None: cannot be
    decrypted.

    Called for staff who may read submissions.
    """
    persons = [_read_person_if_possible(invitation) for invitation in invitations]
    seen = [str(row.uuid) for row, person in zip(invitations, persons, strict=True) if person]
    if seen:
        audit.record(
            actor=actor.code,
            action="invitation.view",
            object_type="invitations",
            object_id="",
            now=actor.now,
            detail={"invitations": seen},
            request_id=actor.request_id,
        )
    return persons


def start_invited_submission(
    *,
    invitation: Invitation,
    birth_date: str,
    version_id: int,
    language: str,
    now: datetime,
    request_id: str = "",
) -> str:
    """A new form under this invitation: its token. A form begun with it before goes on where it was begun.

    Called for anybody who holds the link. Raises InvitationClosedError, or WrongBirthDateError.
    """
    person = read_invited_person(invitation)
    if person:
        _count_try(invitation)
        if not constant_time_compare(birth_date, person["birth_date"]):
            _record_wrong_birth_date(invitation, now, request_id)
            raise WrongBirthDateError
    return _start(invitation, person, version_id, language, now, request_id)


def _count_try(invitation: Invitation) -> None:
    """Counted before the dates are compared, so that many tries at once are as many as one after the
    other."""
    if not Invitation.objects.filter(pk=invitation.pk, tries__lt=MOST_TRIES).update(tries=F("tries") + 1):
        raise InvitationClosedError


@transaction.atomic
def _record_wrong_birth_date(invitation: Invitation, now: datetime, request_id: str) -> None:
    _record(invitation, PATIENT, "refuse", now, request_id)


@transaction.atomic
def _start(
    invitation: Invitation,
    person: Mapping[str, str],
    version_id: int,
    language: str,
    now: datetime,
    request_id: str,
) -> str:
    # Locked and read again: it may have been taken back, or answered on another device, since the page was
    # shown.
    usable = list_current_invitations(now).filter(pk=invitation.pk).filter(NOT_SENT)
    locked = usable.select_for_update(of=("self",)).first()
    if locked is None:
        raise InvitationClosedError
    token = start_submission(
        version_id=version_id, language=language, now=now, request_id=request_id, invited=person
    )
    locked.submission = Submission.objects.get(token_hash=hash_token(token))
    locked.opened_at = locked.opened_at or now
    locked.tries = 0
    locked.save(update_fields=["submission", "opened_at", "tries"])
    _record(locked, PATIENT, "open", now, request_id)
    return token


@transaction.atomic
def purge_invitations(*, now: datetime) -> int:
    """Destroy invitations that can no longer be used, and the names in those that became a submission.

    The others go with their submission. Called by `purge_expired`. Returns how many were destroyed.
    """
    ended = Q(expires_at__lte=now) | Q(revoked_at__isnull=False)
    deleted, _ = Invitation.objects.filter(ended, submission=None).delete()
    emptied = Invitation.objects.filter(ended | ~NOT_SENT, identity__isnull=False).update(identity=None)
    if deleted or emptied:
        audit.record(
            actor=SYSTEM,
            action="invitation.purge",
            object_type="invitations",
            object_id="all",
            now=now,
            detail={"number": deleted, "names": emptied},
        )
    return deleted


def _read_person_if_possible(invitation: Invitation) -> dict[str, str] | None:
    try:
        return read_invited_person(invitation)
    except encryption.DecryptionError:
        return None


def _record_by_staff(invitation: Invitation, action: str, actor: Actor) -> None:
    _record(invitation, actor.code, action, actor.now, actor.request_id)


def _record(invitation: Invitation, actor_code: str, action: str, now: datetime, request_id: str) -> None:
    audit.record(
        actor=actor_code,
        action=f"invitation.{action}",
        object_type="invitation",
        object_id=str(invitation.uuid),
        now=now,
        request_id=request_id,
    )
