"""The accounts of people who work here, as pages read them: their role, and whose invitation a link is.

An invitation is a link that works once and for some days: it is signed with the account's present (unusable)
password, so setting a password, or making a newer link, ends it. Nothing about it is stored.
"""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils.encoding import force_bytes, force_str
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from screening.core.staff_roles import ROLES
from screening.models import Submission


class _InvitationTokens(PasswordResetTokenGenerator):
    key_salt = "beforehand.invitation"


_tokens = _InvitationTokens()


def find_role(user: User) -> str:
    """The name of this person's role; empty without one."""
    names = {group.name for group in user.groups.all()}
    return next((role for role in ROLES if role in names), "")


def build_invitation_key(user: User) -> str:
    """What stands in the link that invites this person."""
    return f"{urlsafe_base64_encode(force_bytes(user.pk))}.{_tokens.make_token(user)}"


def find_invited_user(key: str) -> User | None:
    """Whose invitation this is; None for one that is used, too old, replaced or made up."""
    identity, _, token = key.partition(".")
    try:
        user = get_user_model().objects.filter(pk=int(force_str(urlsafe_base64_decode(identity)))).first()
    except (ValueError, OverflowError, UnicodeDecodeError):
        return None
    if (
        user is None
        or not user.is_active
        or user.has_usable_password()
        or not _tokens.check_token(user, token)
    ):
        return None
    return user


def count_open_work(user: User) -> int:
    """How many submissions this person has that are not done."""
    mine = Submission.objects.filter(assignee=user, state=Submission.State.SUBMITTED)
    return mine.exclude(desk=Submission.Desk.DONE).count()
