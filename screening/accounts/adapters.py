"""How django-allauth behaves here: nobody signs up, every way in and out is recorded, secrets are sealed."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from screening.accounts import sign_in_record
from screening.core import access, authenticator_secrets

RECENTLY = 300
"""Seconds after signing in during which nobody is asked for the password again."""
_PLAIN_ANYWAY = {
    *("account/messages/logged_in.txt", "account/messages/logged_out.txt"),
    *("mfa/messages/totp_activated.txt", "mfa/messages/recovery_codes_generated.txt"),
}


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in with a user name; accounts are made by invitation only."""

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where one's work is: the desk, or the questions for those who read no submission."""
        return reverse("staff:queue" if request.user.has_perm(access.READ) else "editor:questionnaires")

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    @transaction.atomic
    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        super().login(request, user)
        used = [entry.get("type", entry["method"]) for entry in get_authentication_records(request, user)]
        sign_in_record.record_event(request, "sign-in", user.pk, {"with": used})

    @transaction.atomic
    def logout(self, request: HttpRequest) -> None:
        sign_in_record.record_event(request, "sign-out", request.user.pk)
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        sign_in_record.record_failure(request, "sign-in-failed", str(credentials.get("username", ""))[:150])

    def is_reauthentication_required(self, *, app: str) -> bool:
        entries = get_authentication_records(context.request, context.request.user)
        return not any(time.time() - entry["at"] < RECENTLY for entry in entries)

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        with transaction.atomic():
            super().set_password(user, password)
            sign_in_record.record_event(context.request, "password", user.pk)

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """Only what is not plain from the page itself."""
        if message_template not in _PLAIN_ANYWAY:
            super().add_message(request, level, message_template, *args, **kwargs)

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """No mail: accounts have no addresses. The record of events says what changed."""


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of second factors are sealed like answers; the last factor stays while one is needed."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy(
            "That code is wrong or was used before. Enter the one your app shows now"
        ),
        "wrong_key": gettext_lazy("That passkey did not open this account. Try again, or use a code"),
        "cannot_delete_authenticator": gettext_lazy(
            "This is your only second factor. Set up another one first, then take this one off"
        ),
    }

    def get_totp_issuer(self) -> str:
        return "Beforehand"

    def encrypt(self, text: str) -> str:
        return authenticator_secrets.seal_secret(text)

    def decrypt(self, encrypted_text: str) -> str:
        return authenticator_secrets.unseal_secret(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        if not settings.REQUIRE_MFA or authenticator.type == Authenticator.Type.RECOVERY_CODES:
            return True
        others = Authenticator.objects.filter(user_id=authenticator.user_id).exclude(pk=authenticator.pk)
        return others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()

    def generate_authenticator_name(self, user: AbstractBaseUser, type: str) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("Passkey") if number == 1 else _("Passkey %(number)s") % {"number": number}
