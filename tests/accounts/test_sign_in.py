"""Staff sign in: a password, then a second factor; a stranger never gets in, and nobody signs up."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import NoReverseMatch, reverse

from screening.actions import key_rotation
from screening.core import keys
from screening.models import AuditEvent
from tests.builders.browsing import Paper
from tests.builders.sign_in import PASSWORD, app_code, enrolled, sign_in_as
from tests.builders.staff import browser_of, member

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _second_factor_needed(settings: Any) -> None:
    settings.REQUIRE_MFA = True


def test_signing_out_is_confirmed_where_one_can_sign_in_again() -> None:
    client = browser_of(member("sam"))
    page = client.post(reverse("account_logout"), follow=True).content.decode()
    assert "You are signed out." in page and "Staff sign in" in page
    assert client.get("/staff/").status_code == 302


def recorded(action: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action=action))


def test_a_newcomer_must_set_up_a_second_factor_before_seeing_anything() -> None:
    member("sam")
    client, response = sign_in_as("sam")
    assert response["Location"] == "/staff/"
    assert client.get("/staff/")["Location"] == reverse("mfa_activate_totp")
    page = Paper(client.get(reverse("mfa_activate_totp")).content.decode())
    assert page.h1 == ["Set up a second factor"]


def test_after_setting_it_up_the_desk_opens_and_recovery_codes_are_shown() -> None:
    client, _ = enrolled()
    assert client.get("/staff/").status_code == 200
    page = client.get(reverse("mfa_view_recovery_codes"))
    assert page.content.count(b'<code class="secret">') == 10
    assert [event.detail for event in recorded("account.second-factor")] == [{"kind": "totp"}]


def test_the_next_sign_in_asks_for_the_code() -> None:
    _, secret = enrolled()
    client, response = sign_in_as("sam")
    assert response["Location"] == reverse("mfa_authenticate")
    assert client.get("/staff/").status_code == 302, "the password alone opens nothing"
    response = client.post(reverse("mfa_authenticate"), {"code": app_code(secret, 1 - 1)})
    assert response.status_code == 302
    assert client.get("/staff/").status_code == 200
    assert recorded("account.sign-in")[-1].detail == {"with": ["password", "totp"]}


def test_a_session_from_before_the_second_factor_never_gets_in_by_it() -> None:
    """Somebody who knew only the password and waited at the door must show the factor too."""
    member("sam")
    waiting, _ = sign_in_as("sam")
    mine, _ = sign_in_as("sam")
    mine.get(reverse("mfa_activate_totp"))
    mine.post(reverse("mfa_activate_totp"), {"code": app_code(mine.session["mfa.totp.secret"])})
    assert waiting.get("/staff/")["Location"].startswith(reverse("account_login"))
    assert mine.get("/staff/").status_code == 200


def test_a_wrong_password_is_refused_and_recorded_without_what_was_typed() -> None:
    user = member("sam")
    _, response = sign_in_as("sam", "hunter2")
    assert response.status_code == 200
    assert "There is a problem" in response.content.decode()
    _, response = sign_in_as("my secret password")
    known, unknown = recorded("account.sign-in-failed")
    assert (known.object_id, unknown.object_id) == (str(user.pk), "")
    assert "secret" not in str([event.__dict__ for event in (known, unknown)])


def test_a_wrong_code_is_refused_and_recorded() -> None:
    enrolled()
    client, _ = sign_in_as("sam")
    response = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "That code is wrong" in response.content.decode()
    assert len(recorded("account.code-failed")) == 1


def test_after_five_wrong_passwords_even_the_right_one_waits() -> None:
    member("sam")
    for _ in range(5):
        sign_in_as("sam", "wrong")
    client, response = sign_in_as("sam")
    assert "Too many" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_secrets_of_second_factors_are_sealed_and_follow_a_new_key(settings: Any) -> None:
    _, secret = enrolled()
    row = Authenticator.objects.get(type="totp")
    assert secret not in str(row.data)
    settings.ANSWER_KEYS = keys.with_new_primary(settings.ANSWER_KEYS)
    assert key_rotation._reseal_second_factors() == 2, "the app's secret and the recovery codes' seed"
    settings.ANSWER_KEYS = keys.only_primary(settings.ANSWER_KEYS)
    client, _ = sign_in_as("sam")
    client.post(reverse("mfa_authenticate"), {"code": app_code(secret)})
    assert client.get("/staff/").status_code == 200


def test_a_recovery_code_opens_once() -> None:
    client, _ = enrolled()
    code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    for expected in (200, 302):
        client, _ = sign_in_as("sam")
        client.post(reverse("mfa_authenticate"), {"code": code})
        assert client.get("/staff/").status_code == expected


def test_the_last_second_factor_cannot_be_taken_off() -> None:
    client, _ = enrolled()
    response = client.post(reverse("mfa_deactivate_totp"))
    assert "It cannot be taken off" in response.content.decode()
    assert Authenticator.objects.filter(type="totp").exists()


def test_nobody_signs_up_or_resets_by_mail() -> None:
    for name in ("account_signup", "account_reset_password", "account_email"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
    assert Client().get("/accounts/signup/").status_code == 404


@pytest.mark.parametrize(
    "path", ["/staff/", "/accounts/people/", "/admin/", "/accounts/2fa/", "/accounts/sessions/"]
)
def test_the_signed_out_are_asked_to_sign_in(path: str) -> None:
    response = Client().get(path)
    assert response.status_code == 302
    assert response["Location"].startswith((reverse("account_login"), "/admin/login/"))


def test_the_admin_has_no_way_in_of_its_own() -> None:
    response = Client().post("/admin/login/", {"username": "sam", "password": PASSWORD})
    assert response["Location"].startswith(reverse("account_login"))


def test_a_closed_account_is_out_at_once() -> None:
    client, _ = enrolled()
    get_user_model().objects.filter(username="sam").update(is_active=False)
    assert client.get("/staff/")["Location"].startswith(reverse("account_login"))


def test_every_session_is_listed_and_the_others_can_be_ended() -> None:
    first, secret = enrolled()
    second, _ = sign_in_as("sam")
    second.post(reverse("mfa_authenticate"), {"code": app_code(secret)})
    page = Paper(second.get(reverse("usersessions_list")).content.decode())
    assert "this device" in page.text
    second.post(reverse("usersessions_list"))
    assert first.get("/staff/").status_code == 302
    assert second.get("/staff/").status_code == 200


def test_a_demo_may_leave_the_second_factor_out(settings: Any) -> None:
    settings.REQUIRE_MFA = False
    assert browser_of(member("sam")).get("/staff/").status_code == 200
