"""The forms of signing in: words that say what to do, and every wrong code on record."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from screening.accounts import sign_in_record
from screening.core import encryption

USED_FOR = 120
"""Seconds for which a used code is remembered: longer than an app's code is good for."""


class SignInForm(LoginForm):
    """User name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].error_messages["required"] = _("Enter your user name")
        self.fields["password"].error_messages["required"] = _("Enter your password")


class RecordsWrongCode:
    """A code that is wrong, or was used before, is refused and recorded."""

    user: Any

    def clean_code(self) -> str:
        """Raises ValidationError for a wrong code, after recording it."""
        try:
            code = str(super().clean_code())  # type: ignore[misc]
            if not _is_first_use(self.user.pk, code):
                raise get_adapter().validation_error("incorrect_code")
            return code
        except ValidationError:
            sign_in_record.record_failure(context.request, "code-failed", user_id=self.user.pk)
            raise


class SecondFactorForm(RecordsWrongCode, AuthenticateForm):
    """The second step of signing in."""


class ConfirmWithCodeForm(RecordsWrongCode, ReauthenticateForm):
    """The same before something that matters is changed."""


def _is_first_use(user_id: int, code: str) -> bool:
    """Whether this person has not used this code in the last two minutes."""
    key = encryption.keyed_hash(f"{user_id}:{normalize_user_code(code)}", purpose="used-code")
    return bool(cache.add(f"used-code:{key}", "y", timeout=USED_FOR))
