"""Staff accounts and what each role may do: least privilege, by named permissions.

- Reviewer: reads submissions and works on them.
- Editor: edits questionnaires; reads no submission.
- Administrator: accounts, clinic settings, and the second signature on a weakened rule; reads submissions too.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils import timezone

from screening.actions import audit

REVIEWER, EDITOR, ADMINISTRATOR = "Reviewer", "Editor", "Administrator"

_REVIEW = ("screening.view_submission", "screening.review_submission", "screening.export_submission")
_EDIT = (
    *("questionnaire.view_questionnaire", "questionnaire.view_version", "questionnaire.change_version"),
    *("questionnaire.publish_version",),
)
_ADMINISTER = (
    *("auth.view_user", "auth.add_user", "auth.change_user", "auth.view_group"),
    *("screening.view_clinicsettings", "screening.add_clinicsettings", "screening.view_auditevent"),
    *("questionnaire.approve_weakening", "questionnaire.view_questionnaire", "questionnaire.view_version"),
)
ROLES: dict[str, tuple[str, ...]] = {
    REVIEWER: _REVIEW,
    EDITOR: _EDIT,
    ADMINISTRATOR: (*_ADMINISTER, *_REVIEW),
}

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
    """Create the roles, or bring their permissions up to date. Safe to run again."""
    for role, names in ROLES.items():
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.set(_permissions(names))


def _permissions(names: tuple[str, ...]) -> list[Permission]:
    wanted = {tuple(name.split(".")) for name in names}
    found = Permission.objects.select_related("content_type").filter(codename__in=[code for _, code in wanted])
    return [p for p in found if (p.content_type.app_label, p.codename) in wanted]


@transaction.atomic
def create_demo_accounts() -> list[DemoAccount]:
    """The demo accounts that are not there yet, each with a random password that is not kept anywhere."""
    return [account for name, role in _DEMO.items() if (account := _demo_account(name, role))]


def _demo_account(username: str, role: str) -> DemoAccount | None:
    users = get_user_model().objects
    if users.filter(username=username).exists():
        return None
    password = secrets.token_urlsafe(12)
    user = users.create_user(username=username, password=password, is_staff=role == ADMINISTRATOR)
    user.groups.add(Group.objects.get(name=role))
    audit.record(
        actor=audit.SYSTEM,
        action="account.create",
        object_type="account",
        object_id=str(user.pk),
        now=timezone.now(),
        detail={"role": role},
    )
    return DemoAccount(username, password, role)
