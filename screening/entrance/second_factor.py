"""Setting up a second factor: the session that does it has thereby passed it."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.http import HttpRequest, HttpResponse

from screening.entrance import record


def _passed(request: HttpRequest, kind: str) -> None:
    record.happened(request, "second-factor", request.user.pk, {"kind": kind})
    record_authentication(request, request.user, "mfa", type=kind)


class Activate(ActivateTOTPView):
    """An authenticator app."""

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        _passed(self.request, "totp")
        return response


class AddKey(AddWebAuthnView):
    """A passkey or security key."""

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        _passed(self.request, "webauthn")
        return response
