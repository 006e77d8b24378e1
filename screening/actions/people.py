"""Who works here: inviting people, giving roles, deactivating. Every write is recorded with who did it.

An invitation is a link that works once and for some days: it is signed with the account's present (unusable) password,
so setting a password, or making a newer link, ends it. Nothing about it is stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.utils.encoding import force_bytes, force_str
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from screening.actions import audit, roles


class _Invitations(PasswordResetTokenGenerator):
    key_salt = "beforehand.invitation"


_invitations = _Invitations()


class NotPossible(Exception):
    """It cannot be done, and `kind` says why. Nothing was written."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(kind)


@dataclass(frozen=True)
class By:
    """Who does it and when."""

    actor: User
    now: datetime
    request_id: str = ""


@transaction.atomic
def invite(*, username: str, first_name: str, last_name: str, role: str, by: By) -> tuple[User, str]:
    """A new account without a password, and the key of the link that lets its owner choose one."""
    if role not in roles.ROLES:
        raise NotPossible("no such role")
    users = get_user_model().objects
    if users.filter(username__iexact=username).exists():
        raise NotPossible("name taken")
    user = users.create_user(username=username, first_name=first_name, last_name=last_name)
    _put_in_role(user, role)
    _record("account.invite", user, by, {"role": role})
    return user, key_of(user)


@transaction.atomic
def renew(*, user: User, by: By) -> str:
    """Start over: password and second factor are gone, every session ends, and the new key lets its owner back in."""
    _not_oneself(user, by)
    _shut(user)
    user.is_active = True
    user.save(update_fields=["password", "is_active"])
    _record("account.renew", user, by)
    return key_of(user)


@transaction.atomic
def give_role(*, user: User, role: str, by: By) -> None:
    """Put somebody into this role and no other. It holds from their next page on."""
    _not_oneself(user, by)
    if role not in roles.ROLES:
        raise NotPossible("no such role")
    before = role_of(user)
    if before != role:
        _put_in_role(user, role)
        _record("account.role", user, by, {"before": before, "role": role})


@transaction.atomic
def deactivate(*, user: User, by: By) -> None:
    """Shut somebody out at once. What they did stays on record under their name."""
    _not_oneself(user, by)
    _shut(user)
    user.is_active = False
    user.save(update_fields=["password", "is_active"])
    _record("account.deactivate", user, by)


@transaction.atomic
def join(*, key: str, password: str, now: datetime, request_id: str = "") -> User:
    """Choose a password with an invitation's key, once. Raises NotPossible, or ValidationError for a weak password."""
    user = invited(key)
    if user is None:
        raise NotPossible("no such invitation")
    validate_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    _record("account.join", user, By(user, now, request_id))
    return user


# Reading -------------------------------------------------------------------------------------------------------------


def key_of(user: User) -> str:
    """What stands in the link of an invitation."""
    return f"{urlsafe_base64_encode(force_bytes(user.pk))}.{_invitations.make_token(user)}"


def invited(key: str) -> User | None:
    """Whose invitation this is; None for one that is used, too old, replaced or made up."""
    identity, _, token = key.partition(".")
    try:
        user = get_user_model().objects.filter(pk=int(force_str(urlsafe_base64_decode(identity)))).first()
    except (ValueError, OverflowError, UnicodeDecodeError):
        return None
    if user is None or not user.is_active or user.has_usable_password() or not _invitations.check_token(user, token):
        return None
    return user


def role_of(user: User) -> str:
    """The name of their role; empty without one."""
    names = {group.name for group in user.groups.all()}
    return next((role for role in roles.ROLES if role in names), "")


# Writing -------------------------------------------------------------------------------------------------------------


def _shut(user: User) -> None:
    """No password and no second factor any more. A session is bound to the password, so each ends with it."""
    user.set_unusable_password()
    Authenticator.objects.filter(user=user).delete()


def _put_in_role(user: User, role: str) -> None:
    user.groups.set([Group.objects.get(name=role)])
    user.is_staff = role == roles.ADMINISTRATOR
    user.save(update_fields=["is_staff"])


def _not_oneself(user: User, by: By) -> None:
    """Nobody locks themselves out or changes their own rights."""
    if user.pk == by.actor.pk:
        raise NotPossible("oneself")
    if user.is_superuser and not by.actor.is_superuser:
        raise NotPossible("above")


def _record(action: str, user: User, by: By, detail: dict[str, Any] | None = None) -> None:
    audit.record(
        actor=audit.actor_of(by.actor.pk),
        action=action,
        object_type="account",
        object_id=str(user.pk),
        now=by.now,
        detail=detail,
        request_id=by.request_id,
    )
