"""Creating the roles, and the accounts of a demo. What each role may do is in core/staff_roles.py."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils import timezone

from screening.actions import audit
from screening.core.actor import SYSTEM
from screening.core.staff_roles import ADMINISTRATOR, EDITOR, REVIEWER, ROLES

_DEMO = {
    "reviewer": REVIEWER,
    "editor": EDITOR,
    "editor2": EDITOR,
    "administrator": ADMINISTRATOR,
}


@dataclass(frozen=True)
class DemoAccount:
    """A demo account as it is printed once."""

    username: str
    password: str
    role: str


@transaction.atomic
def create_roles() -> None:
    """Create the roles, or bring their permissions up to date. Safe to run again. Called by `bootstrap`."""
    for role, permissions in ROLES.items():
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.set(_find_permissions(permissions))


def _find_permissions(names: tuple[str, ...]) -> list[Permission]:
    wanted = {tuple(name.split(".")) for name in names}
    candidates = Permission.objects.select_related("content_type").filter(
        codename__in=[code for _, code in wanted]
    )
    return [row for row in candidates if (row.content_type.app_label, row.codename) in wanted]


@transaction.atomic
def create_demo_accounts() -> list[DemoAccount]:
    """The demo accounts that are not there yet, each with a random password that is not kept anywhere.

    Called by `bootstrap --demo`, which refuses to run where real patients are.
    """
    return [account for name, role in _DEMO.items() if (account := _create_demo_account(name, role))]


def _create_demo_account(username: str, role: str) -> DemoAccount | None:
    users = get_user_model().objects
    if users.filter(username=username).exists():
        return None
    password = secrets.token_urlsafe(12)
    user = users.create_user(username=username, password=password, is_staff=role == ADMINISTRATOR)
    user.groups.add(Group.objects.get(name=role))
    audit.record(
        actor=SYSTEM,
        action="account.create",
        object_type="account",
        object_id=str(user.pk),
        now=timezone.now(),
        detail={"role": role},
    )
    return DemoAccount(username, password, role)
