"""Setting up, renewing and giving up a second factor, on record. The session that sets one up has thereby passed it."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter as account_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import get_adapter
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from screening.entrance import record


class Recorded:
    """A form of django-allauth whose success is an event of the record, in one transaction."""

    request: HttpRequest
    action = ""
    kind = ""

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        detail = {"kind": self.kind} if self.kind else None
        record.happened(self.request, self.action, self.request.user.pk, detail)
        return response


class Passed(Recorded):
    """Setting one up."""

    action = "second-factor"

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        record_authentication(self.request, self.request.user, "mfa", type=self.kind)
        return response


class Activate(Passed, ActivateTOTPView):
    """An authenticator app."""

    kind = "totp"


class AddKey(Passed, AddWebAuthnView):
    """A passkey or security key."""

    kind = "webauthn"


class Deactivate(Recorded, DeactivateTOTPView):
    """No authenticator app any more; the adapter refuses the last factor while one is needed."""

    action, kind = "second-factor-removed", "totp"


class RemoveKey(Recorded, RemoveWebAuthnView):
    """One passkey less, unless it is the last factor while one is needed."""

    action, kind = "second-factor-removed", "webauthn"

    def form_valid(self, form: Any) -> HttpResponse:
        adapter = get_adapter()
        if adapter.can_delete_authenticator(self.get_object()):
            return super().form_valid(form)
        refusal = str(adapter.error_messages["cannot_delete_authenticator"])
        account_adapter().add_message(self.request, messages.ERROR, message=refusal)
        return redirect("mfa_index")


class NewCodes(Recorded, GenerateRecoveryCodesView):
    """Ten new recovery codes; the old ones end."""

    action = "recovery-codes"
