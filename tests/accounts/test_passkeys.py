"""Passkeys without a browser: the last factor stays, names are sensible, and made-up answers open nothing."""

from __future__ import annotations

import json
from functools import cache as cache_once
from hashlib import sha256
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from django.urls import reverse
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from screening.models import AuditEvent
from tests.accounts.test_sign_in import enrolled, signing_in
from tests.builders.browsing import Paper

pytestmark = pytest.mark.django_db
HELD = {"id": "AA", "rawId": "AA", "type": "public-key"}
MADE_UP = {
    "nothing": "",
    "no JSON": "key",
    "a list": "[1]",
    "a number": "7",
    "an id that is a number": json.dumps({"id": 1}),
    "no answer in it": json.dumps({"id": "a", "rawId": "a", "response": {}}),
    "an answer that is a list": json.dumps({**HELD, "response": []}),
    "wrong kinds": json.dumps({**HELD, "response": {"clientDataJSON": 7, "attestationObject": []}}),
    "letters for an attestation": json.dumps({**HELD, "response": {"clientDataJSON": "AA", "attestationObject": "AA"}}),
    "letters for a signature": json.dumps(
        {**HELD, "response": {"clientDataJSON": "AA", "authenticatorData": "AA", "signature": "AA"}}
    ),
    "very deep": "[" * 5_000,
}


@pytest.fixture(autouse=True)
def _second_factor_needed(settings: Any) -> None:
    settings.REQUIRE_MFA = True


@cache_once
def registered() -> dict[str, Any]:
    """What a browser sends for a new passkey, made here instead of in one."""
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    made = AttestedCredentialData.create(Aaguid.NONE, b"blue", public)
    held = AuthenticatorData.create(sha256(b"testserver").digest(), AuthenticatorData.FLAG.AT, 0, made)
    client = CollectedClientData.create(CollectedClientData.TYPE.CREATE, b"challenge", "https://testserver")
    response = {
        "clientDataJSON": websafe_encode(client),
        "attestationObject": websafe_encode(AttestationObject.create("none", held, {})),
    }
    return {**HELD, "id": websafe_encode(b"blue"), "rawId": websafe_encode(b"blue"), "response": response}


def with_passkey(client: Client, name: str = "blue key") -> Authenticator:
    data = {"name": name, "credential": registered()}
    return Authenticator.objects.create(user_id=client.session["_auth_user_id"], type="webauthn", data=data)


def words(client: Client, name: str, *args: Any) -> str:
    return " ".join(Paper(client.get(reverse(name, args=args)).content.decode()).text.split())


@pytest.mark.parametrize("answer", MADE_UP.values(), ids=MADE_UP)
def test_a_made_up_passkey_opens_nothing_adds_nothing_and_breaks_nothing(answer: str) -> None:
    inside, _ = enrolled()
    outside, _ = signing_in("sam")
    for client, name in (
        (outside, "mfa_authenticate"),
        (inside, "mfa_reauthenticate_webauthn"),
        (inside, "mfa_add_webauthn"),
    ):
        client.get(reverse(name))
        assert client.post(reverse(name), {"credential": answer}).status_code in {200, 302, 422}, name
    assert outside.get("/staff/").status_code == 302
    assert not Authenticator.objects.filter(type="webauthn").exists()


def test_a_wrong_passkey_is_refused_and_recorded_like_a_wrong_code() -> None:
    client, _ = enrolled()
    with_passkey(client)
    outside, _ = signing_in("sam")
    for browser, name in ((outside, "mfa_authenticate"), (client, "mfa_reauthenticate_webauthn")):
        response = browser.post(reverse(name), {"credential": MADE_UP["a list"]})
        assert response.status_code == 422
        assert "That passkey did not open this account" in response.content.decode()
    assert AuditEvent.objects.filter(action="account.code-failed").count() == 2


def test_the_only_second_factor_has_no_button_to_take_it_off() -> None:
    client, _ = enrolled()
    assert "It cannot be taken off" in words(client, "mfa_index")
    assert "Take it off" not in words(client, "mfa_index")
    assert "Keep it" not in words(client, "mfa_deactivate_totp")
    with_passkey(client)
    assert "Take it off" in words(client, "mfa_index")
    assert "Keep it" in words(client, "mfa_deactivate_totp")


def test_of_two_second_factors_one_goes_and_the_other_stays() -> None:
    client, _ = enrolled()
    key = with_passkey(client)
    assert "Take it off: blue key" in words(client, "mfa_list_webauthn")
    client.post(reverse("mfa_deactivate_totp"))
    assert list(Authenticator.objects.exclude(type="recovery_codes")) == [key]
    assert "It cannot be taken off" in words(client, "mfa_remove_webauthn", key.pk)
    client.post(reverse("mfa_remove_webauthn", args=[key.pk]))
    assert Authenticator.objects.filter(pk=key.pk).exists()
    assert "Take it off: blue key" not in words(client, "mfa_list_webauthn")


def test_where_none_is_needed_the_last_one_may_go(settings: Any) -> None:
    settings.REQUIRE_MFA = False
    client, _ = enrolled()
    assert "Take it off" in words(client, "mfa_index")
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.exists()


def test_a_passkey_can_be_named_in_sixty_letters() -> None:
    client, _ = enrolled()
    key = with_passkey(client)
    address = reverse("mfa_edit_webauthn", args=[key.pk])
    for name, kept in (("<b>ward</b>", "<b>ward</b>"), ("", "<b>ward</b>"), ("x" * 61, "<b>ward</b>")):
        client.post(address, {"name": name})
        key.refresh_from_db()
        assert key.wrap().name == kept
    assert "&lt;b&gt;ward" in client.get(reverse("mfa_list_webauthn")).content.decode()


def test_somebody_elses_passkey_cannot_be_named_or_taken_off() -> None:
    sam, _ = enrolled("sam")
    alex, _ = enrolled("alex")
    key = with_passkey(sam)
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        assert alex.get(reverse(name, args=[key.pk])).status_code == 404
        assert alex.post(reverse(name, args=[key.pk]), {"name": "mine"}).status_code == 404
    key.refresh_from_db()
    assert key.wrap().name == "blue key"


@pytest.mark.parametrize(("app", "passkey"), [(True, False), (True, True), (False, True)])
def test_the_second_step_offers_what_this_person_set_up(app: bool, passkey: bool) -> None:
    client, _ = enrolled()
    if passkey:
        with_passkey(client)
    if not app:
        Authenticator.objects.filter(type="totp").delete()
    waiting, _ = signing_in("sam")
    page = waiting.get(reverse("mfa_authenticate")).content.decode()
    assert ("Use your passkey" in page) == passkey
    assert ("your authenticator app shows" in page) == app
    assert "recovery codes" in page
