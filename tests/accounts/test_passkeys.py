"""Passkeys without a browser: the last factor stays, names are sensible, and made-up answers open nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from screening.models import AuditEvent
from tests.builders.browsing import Paper
from tests.builders.sign_in import NO_KEY, add_passkey, enrolled, sign_in_as

pytestmark = pytest.mark.django_db
MADE_UP = {
    "nothing": "",
    "no JSON": "key",
    "a list": "[1]",
    "a number": "7",
    "an id that is a number": json.dumps({"id": 1}),
    "no answer in it": json.dumps({"id": "a", "rawId": "a", "response": {}}),
    "an answer that is a list": json.dumps({**NO_KEY, "response": []}),
    "wrong kinds": json.dumps({**NO_KEY, "response": {"clientDataJSON": 7, "attestationObject": []}}),
    "letters for an attestation": json.dumps(
        {**NO_KEY, "response": {"clientDataJSON": "AA", "attestationObject": "AA"}}
    ),
    "letters for a signature": json.dumps(
        {**NO_KEY, "response": {"clientDataJSON": "AA", "authenticatorData": "AA", "signature": "AA"}}
    ),
    "very deep": "[" * 5_000,
}


@pytest.fixture(autouse=True)
def _second_factor_needed(settings: Any) -> None:
    settings.REQUIRE_MFA = True


def words(client: Client, name: str, *args: Any) -> str:
    return " ".join(Paper(client.get(reverse(name, args=args)).content.decode()).text.split())


@pytest.mark.parametrize("answer", MADE_UP.values(), ids=MADE_UP)
def test_a_made_up_passkey_opens_nothing_adds_nothing_and_breaks_nothing(answer: str) -> None:
    inside, _ = enrolled()
    outside, _ = sign_in_as("sam")
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
    add_passkey(client)
    outside, _ = sign_in_as("sam")
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
    add_passkey(client)
    assert "Take it off" in words(client, "mfa_index")
    assert "Keep it" in words(client, "mfa_deactivate_totp")


def test_of_two_second_factors_one_goes_and_the_other_stays() -> None:
    client, _ = enrolled()
    key = add_passkey(client)
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
    key = add_passkey(client)
    address = reverse("mfa_edit_webauthn", args=[key.pk])
    for name, kept in (("<b>ward</b>", "<b>ward</b>"), ("", "<b>ward</b>"), ("x" * 61, "<b>ward</b>")):
        client.post(address, {"name": name})
        key.refresh_from_db()
        assert key.wrap().name == kept
    assert "&lt;b&gt;ward" in client.get(reverse("mfa_list_webauthn")).content.decode()


def test_somebody_elses_passkey_cannot_be_named_or_taken_off() -> None:
    sam, _ = enrolled("sam")
    alex, _ = enrolled("alex")
    key = add_passkey(sam)
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        assert alex.get(reverse(name, args=[key.pk])).status_code == 404
        assert alex.post(reverse(name, args=[key.pk]), {"name": "mine"}).status_code == 404
    key.refresh_from_db()
    assert key.wrap().name == "blue key"


@pytest.mark.parametrize(("app", "passkey"), [(True, False), (True, True), (False, True)])
def test_the_second_step_offers_what_this_person_set_up(app: bool, passkey: bool) -> None:
    client, _ = enrolled()
    if passkey:
        add_passkey(client)
    if not app:
        Authenticator.objects.filter(type="totp").delete()
    waiting, _ = sign_in_as("sam")
    page = waiting.get(reverse("mfa_authenticate")).content.decode()
    assert ("Use your passkey" in page) == passkey
    assert ("your authenticator app shows" in page) == app
    assert "recovery codes" in page
