"""People who sign in, for tests: with a password, then with the code of an authenticator app or a passkey."""

from __future__ import annotations

import time
from functools import cache as cache_once
from hashlib import sha256
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from django.urls import reverse
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from screening.core.staff_roles import REVIEWER
from tests.builders.browsing import Paper
from tests.builders.staff import member

PASSWORD = "correct horse battery"


def app_code(secret: str, step: int = 0) -> str:
    """What the app on the phone shows now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step)))


def sign_in_as(name: str, password: str = PASSWORD, client: Client | None = None) -> tuple[Client, Any]:
    client = client or Client()
    return client, client.post(reverse("account_login"), {"login": name, "password": password})


def enrolled(name: str = "sam", role: str = REVIEWER) -> tuple[Client, str]:
    """Somebody who set up a second factor: their browser and the app's secret."""
    member(name, role)
    client, _ = sign_in_as(name)
    client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    response = client.post(reverse("mfa_activate_totp"), {"code": app_code(secret)})
    assert response.status_code == 302, Paper(response.content.decode()).text
    return client, secret


NO_KEY = {"id": "AA", "rawId": "AA", "type": "public-key"}


@cache_once
def build_credential() -> dict[str, Any]:
    """What a browser sends for a new passkey, made here instead of in one."""
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    made = AttestedCredentialData.create(Aaguid.NONE, b"blue", public)
    held = AuthenticatorData.create(sha256(b"testserver").digest(), AuthenticatorData.FLAG.AT, 0, made)
    client = CollectedClientData.create(CollectedClientData.TYPE.CREATE, b"challenge", "https://testserver")
    response = {
        "clientDataJSON": websafe_encode(client),
        "attestationObject": websafe_encode(AttestationObject.create("none", held, {})),
    }
    return {**NO_KEY, "id": websafe_encode(b"blue"), "rawId": websafe_encode(b"blue"), "response": response}


def add_passkey(client: Client, name: str = "blue key") -> Authenticator:
    data = {"name": name, "credential": build_credential()}
    return Authenticator.objects.create(user_id=client.session["_auth_user_id"], type="webauthn", data=data)
