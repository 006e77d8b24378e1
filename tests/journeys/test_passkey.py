"""A passkey in a real browser: enrolled, used as the second factor, and a recovery code when it is not at
hand."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect
from pytest_django.live_server_helper import LiveServer

from questionnaire.models import Version
from screening.models import AuditEvent
from tests.builders.staff import member
from tests.journeys.desk import sign_in

pytestmark = pytest.mark.browser


def key_of(page: Page) -> tuple[CDPSession, str]:
    """A security key plugged into this machine, with a finger on it."""
    machine = page.context.new_cdp_session(page)
    machine.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "usb", "hasResidentKey": True, "hasUserVerification": True}
    options = {**kind, "isUserVerified": True, "automaticPresenceSimulation": True}
    return machine, machine.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def at_the_queue(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Queue")


def test_a_passkey_lets_its_owner_in_and_a_recovery_code_when_it_is_not_at_hand(
    page: Page, live_server: LiveServer, settings: Any, published: Version
) -> None:
    """Given a passkey, when Sam signs in, then a touch is enough; and without it a recovery code is."""
    settings.REQUIRE_MFA = True
    member("sam")
    machine, key = key_of(page)
    recovery = given_a_passkey_instead_of_an_app(page, live_server.url)
    when_sam_signs_in_again_a_touch_is_enough(page, live_server.url)
    when_sam_is_asked_again_before_a_change_it_answers_too(page, live_server.url)
    machine.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": key})
    key_of(page)
    then_without_it_the_page_says_so_and_a_recovery_code_opens(page, live_server.url, recovery)
    ways = [
        event.detail["with"] for event in AuditEvent.objects.filter(action="account.sign-in").order_by("id")
    ]
    assert ways == [["password"], ["password", "webauthn"], ["password", "recovery_codes"]]


def given_a_passkey_instead_of_an_app(page: Page, server: str) -> str:
    """One of the recovery codes that come with it."""
    sign_in(page, server)
    page.get_by_role("link", name="Use a passkey or security key instead").click()
    page.get_by_label("A name for it").fill("blue key")
    page.get_by_role("button", name="Add this passkey").click()
    recovery = page.locator("code.secret").first.inner_text()
    page.get_by_role("link", name="I have kept them").click()
    at_the_queue(page)
    return recovery


def when_sam_signs_in_again_a_touch_is_enough(page: Page, server: str) -> None:
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, server)
    page.get_by_role("button", name="Use your passkey").click()
    at_the_queue(page)


def when_sam_is_asked_again_before_a_change_it_answers_too(page: Page, server: str) -> None:
    page.goto(f"{server}/accounts/2fa/webauthn/reauthenticate/?next=/accounts/2fa/webauthn/")
    page.get_by_role("button", name="Use your passkey").click()
    expect(page.get_by_role("heading", level=2)).to_have_text("blue key")
    expect(page.locator("main")).to_contain_text("It cannot be taken off")


def then_without_it_the_page_says_so_and_a_recovery_code_opens(
    page: Page, server: str, recovery: str
) -> None:
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, server)
    page.get_by_role("button", name="Use your passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing came from the passkey")
    page.get_by_label("Code").fill(recovery)
    page.get_by_role("button", name="Sign in").click()
    at_the_queue(page)
