"""Passkeys and security keys: adding, naming, using and taking off. What a browser sends for one may be
anything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.adapter import get_adapter as account_adapter
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    ListWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy

from screening.accounts import sign_in_record
from screening.accounts.second_factor import RecordsSuccess, SetsUpFactor, must_keep_factor

_LONGEST_NAME = 60


class CredentialField(forms.JSONField):
    """What a passkey answered, as the browser's script passes it on."""

    widget = forms.HiddenInput
    default_error_messages = {
        "required": gettext_lazy("Nothing came from the passkey. Try again, or use a code"),
        "invalid": gettext_lazy("Nothing came from the passkey. Try again, or use a code"),
    }

    def to_python(self, value: Any) -> Any:
        """Raises ValidationError for anything but a JSON object."""
        try:
            return super().to_python(value)
        except RecursionError:
            raise ValidationError(self.error_messages["invalid"]) from None

    def bound_data(self, data: Any, initial: Any) -> str:
        """Never shown again: each answer is good for one question."""
        return ""

    def prepare_value(self, value: Any) -> str:
        return ""


@contextmanager
def refuse_malformed() -> Iterator[None]:
    """Whatever the library trips over in a made-up answer is a refusal: its parsers raise what they like.

    Raises ValidationError where the browser sent something else.
    """
    try:
        yield
    except DatabaseError:
        raise
    except Exception as fault:
        if isinstance(fault, ValidationError) and getattr(fault, "code", "") != "incorrect_code":
            raise
        raise get_adapter().validation_error("wrong_key") from fault


class RecordsWrongPasskey:
    """A passkey that does not open is refused and recorded, as a wrong code is."""

    user: Any

    def clean_credential(self) -> Authenticator:
        try:
            with refuse_malformed():
                return super().clean_credential()  # type: ignore[misc]
        except ValidationError:
            sign_in_record.record_failure(context.request, "code-failed", user_id=self.user.pk)
            raise


class PasskeyForm(RecordsWrongPasskey, AuthenticateWebAuthnForm):
    """A passkey as the second step of signing in."""

    credential = CredentialField()


class ConfirmWithPasskeyForm(RecordsWrongPasskey, ReauthenticateWebAuthnForm):
    """The same before something that matters is changed."""

    credential = CredentialField()


class NewPasskeyForm(AddWebAuthnForm):
    """A passkey and the name its owner gives it."""

    use_required_attribute = False
    name = forms.CharField(
        required=False,
        max_length=_LONGEST_NAME,
        label=gettext_lazy("A name for it"),
        help_text=gettext_lazy("So that you can tell it from others: “front desk computer”, “blue key”."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    credential = CredentialField()

    def clean(self) -> dict[str, Any]:
        with refuse_malformed():
            return dict(super().clean())


class RenamePasskeyForm(EditWebAuthnForm):
    """Another name."""

    use_required_attribute = False
    name = forms.CharField(
        max_length=_LONGEST_NAME,
        label=gettext_lazy("Name"),
        error_messages={"required": gettext_lazy("Enter a name")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class AddPasskeyView(SetsUpFactor, AddWebAuthnView):
    """One more passkey or security key."""

    kind = "webauthn"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | kwargs  # else a refused form would be read a second time


class ListPasskeysView(ListWebAuthnView):
    """One's passkeys."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"only": must_keep_factor(self.request.user)}


class ConfirmWithPasskeyView(ReauthenticateWebAuthnView):
    """ "Is it you?", answered by a passkey; a wrong one is asked for again here."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | kwargs

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class RemovePasskeyView(RecordsSuccess, RemoveWebAuthnView):
    """One passkey less, unless it is the last factor while one is needed."""

    action, kind = "second-factor-removed", "webauthn"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"only": must_keep_factor(self.request.user)}

    def form_valid(self, form: Any) -> HttpResponse:
        adapter = get_adapter()
        if adapter.can_delete_authenticator(self.get_object()):
            return super().form_valid(form)
        refusal = str(adapter.error_messages["cannot_delete_authenticator"])
        account_adapter().add_message(self.request, messages.ERROR, message=refusal)
        return redirect("mfa_index")
