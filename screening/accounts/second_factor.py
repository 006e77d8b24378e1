"""Setting up, renewing and giving up a second factor, on record. The session that sets one up has thereby
passed it."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.base.views import AuthenticateView, IndexView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from screening.accounts import sign_in_record


def list_factor_types(user: Any) -> list[str]:
    """The second factors this person has set up, one entry each; recovery codes only stand in for one."""
    strong = Authenticator.objects.filter(user_id=user.pk).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return list(strong.values_list("type", flat=True))


def must_keep_factor(user: Any) -> bool:
    """Whether this person has one second factor only and may not be without."""
    return bool(settings.REQUIRE_MFA) and len(list_factor_types(user)) < 2


class RecordsSuccess:
    """A form of django-allauth whose success is an event of the record, in one transaction."""

    request: HttpRequest
    action = ""
    kind = ""

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        detail = {"kind": self.kind} if self.kind else None
        sign_in_record.record_event(self.request, self.action, self.request.user.pk, detail)
        return response


class SetsUpFactor(RecordsSuccess):
    """Setting one up."""

    action = "second-factor"

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        record_authentication(self.request, self.request.user, "mfa", type=self.kind)
        return response


class ActivateAppView(SetsUpFactor, ActivateTOTPView):
    """An authenticator app."""

    kind = "totp"


class DeactivateAppView(RecordsSuccess, DeactivateTOTPView):
    """No authenticator app any more; the adapter refuses the last factor while one is needed."""

    action, kind = "second-factor-removed", "totp"


class NewRecoveryCodesView(RecordsSuccess, GenerateRecoveryCodesView):
    """Ten new recovery codes; the old ones end."""

    action = "recovery-codes"


class ListFactorsView(IndexView):
    """What one has set up, and what can be taken off."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"only": must_keep_factor(self.request.user)}


class AskSecondFactorView(AuthenticateView):
    """The second step of signing in: the way this person set up comes first."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"kinds": list_factor_types(self.stage.login.user)}

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)
        response.status_code = 422
        return response
