"""Who works here: inviting people, giving roles, deactivating. Every write is recorded with who did it.

All but `join_team` are called for administrators, by the page of the team. How an invitation works without
being stored is in queries/accounts.py.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from screening.actions import alarms, audit
from screening.core.actor import Actor
from screening.core.not_possible import NotPossibleError, NotPossibleKind
from screening.core.staff_roles import ADMINISTRATOR, ROLES, may_review
from screening.queries.accounts import build_invitation_key, find_invited_user, find_role


@transaction.atomic
def invite_person(
    *, username: str, first_name: str, last_name: str, role: str, actor: Actor
) -> tuple[User, str]:
    """A new account without a password, and the key of the link that lets its owner choose one.

    Raises NotPossibleError for an unknown role, or a user name that somebody has.
    """
    if role not in ROLES:
        raise NotPossibleError(NotPossibleKind.UNKNOWN_ROLE)
    users = get_user_model().objects
    if users.filter(username__iexact=username).exists():
        raise NotPossibleError(NotPossibleKind.NAME_TAKEN)
    user = users.create_user(username=username, first_name=first_name, last_name=last_name)
    _put_in_role(user, role)
    _record("account.invite", user, actor, {"role": role})
    return user, build_invitation_key(user)


@transaction.atomic
def renew_account(*, user: User, actor: Actor) -> str:
    """Start over: password and second factor are gone, every session ends, and the new key lets its owner
    back in.

    Raises NotPossibleError for the actor's own account, and for a superuser's.
    """
    refuse_own_account(user, actor)
    _remove_ways_in(user)
    user.is_active = True
    user.save(update_fields=["password", "is_active"])
    _record("account.renew", user, actor)
    return build_invitation_key(user)


@transaction.atomic
def give_role(*, user: User, role: str, actor: Actor) -> int:
    """Put somebody into this role and no other. It holds from their next page on.

    In a role that works on no submissions their open work returns to the queue. Returns how many submissions
    did. Raises NotPossibleError for an unknown role, for the actor's own account, and for a superuser's.
    """
    refuse_own_account(user, actor)
    if role not in ROLES:
        raise NotPossibleError(NotPossibleKind.UNKNOWN_ROLE)
    before = find_role(user)
    if before != role:
        _put_in_role(user, role)
        _record("account.role", user, actor, {"before": before, "role": role})
    return 0 if may_review(role) else alarms.return_open_work(user=user, actor=actor)


@transaction.atomic
def deactivate_account(*, user: User, actor: Actor) -> int:
    """Shut somebody out at once; their open work returns to the queue. Returns how many submissions did.

    What they did stays on record under their name.
    Raises NotPossibleError for the actor's own account, and for a superuser's.
    """
    refuse_own_account(user, actor)
    _remove_ways_in(user)
    user.is_active = False
    user.save(update_fields=["password", "is_active"])
    _record("account.deactivate", user, actor)
    return alarms.return_open_work(user=user, actor=actor)


@transaction.atomic
def join_team(*, key: str, password: str, now: datetime, request_id: str = "") -> User:
    """Choose a password with an invitation's key, once. Called for anybody who holds such a link.

    Raises NotPossibleError for a link that no longer works, or ValidationError for a weak password.
    """
    user = find_invited_user(key)
    if user is None:
        raise NotPossibleError(NotPossibleKind.UNKNOWN_INVITATION)
    validate_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    _record("account.join", user, Actor(user, now, request_id))
    return user


def _remove_ways_in(user: User) -> None:
    """No password and no second factor any more. A session is bound to the password, so each ends with it."""
    user.set_unusable_password()
    Authenticator.objects.filter(user=user).delete()


def _put_in_role(user: User, role: str) -> None:
    user.groups.set([Group.objects.get(name=role)])
    user.is_staff = role == ADMINISTRATOR
    user.save(update_fields=["is_staff"])


def refuse_own_account(user: User, actor: Actor) -> None:
    """Nobody locks themselves out or changes their own rights; only superusers touch the account of another.

    Raises NotPossibleError.
    """
    if user.pk == actor.user.pk:
        raise NotPossibleError(NotPossibleKind.OWN_ACCOUNT)
    if user.is_superuser and not actor.user.is_superuser:
        raise NotPossibleError(NotPossibleKind.SUPERUSER_ACCOUNT)


def _record(action: str, user: User, actor: Actor, detail: dict[str, Any] | None = None) -> None:
    audit.record(
        actor=actor.code,
        action=action,
        object_type="account",
        object_id=str(user.pk),
        now=actor.now,
        detail=detail,
        request_id=actor.request_id,
    )
