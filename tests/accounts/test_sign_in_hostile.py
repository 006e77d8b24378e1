"""Somebody who wants in: with a stolen password, an old session, a guessed code, a crafted link."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.core.cache import caches
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from screening import settings as house
from screening.actions import people
from screening.core.staff_roles import ADMINISTRATOR, EDITOR, REVIEWER
from screening.models import AuditEvent, StaffSession
from screening.templatetags.accounts import name_browser
from tests.builders.sign_in import PASSWORD, app_code, enrolled, sign_in_as
from tests.builders.staff import acting, browser_of, member

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _second_factor_needed(settings: Settings) -> None:
    settings.REQUIRE_MFA = True


def step_in(name: str, secret: str) -> Client:
    """Password and code."""
    client, response = sign_in_as(name)
    assert response["Location"].startswith(reverse("mfa_authenticate"))
    client.post(reverse("mfa_authenticate"), {"code": app_code(secret)})
    return client


def events(action: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action=action))


def test_a_session_from_before_the_second_factor_was_set_up_does_not_outlive_it() -> None:
    member("sam")
    thief, _ = sign_in_as("sam")
    owner, _ = sign_in_as("sam")
    owner.get(reverse("mfa_activate_totp"))
    owner.post(reverse("mfa_activate_totp"), {"code": app_code(owner.session["mfa.totp.secret"])})
    assert owner.get("/staff/").status_code == 200
    assert thief.get("/staff/")["Location"].startswith("/accounts/")
    for name in ("mfa_view_recovery_codes", "mfa_download_recovery_codes", "mfa_index", "usersessions_list"):
        assert thief.get(reverse(name)).status_code in {302, 404}, name


@pytest.mark.parametrize(
    "next_page",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:evil.example",
    ],
)
def test_a_crafted_link_to_the_sign_in_page_leads_nowhere_else(next_page: str, settings: Settings) -> None:
    settings.REQUIRE_MFA = False
    member("sam")
    client = Client()
    response = client.post(
        reverse("account_login"), {"login": "sam", "password": PASSWORD, "next": next_page}
    )
    assert response["Location"] == "/staff/"


@pytest.mark.parametrize(
    ("role", "page"),
    [(REVIEWER, "/staff/"), (ADMINISTRATOR, "/staff/"), (EDITOR, "/editor/")],
)
def test_everybody_arrives_where_their_work_is(role: str, page: str, settings: Settings) -> None:
    settings.REQUIRE_MFA = False
    member("sam", role)
    assert sign_in_as("sam")[1]["Location"] == page


def test_a_closed_account_gets_the_same_words_as_a_wrong_password() -> None:
    boss, sam = member("boss", ADMINISTRATOR), member("sam")
    people.deactivate_account(user=sam, actor=acting(boss))
    closed = sign_in_as("sam")[1].content.decode()
    unknown = sign_in_as("nobody")[1].content.decode()
    assert error_in(closed) == error_in(unknown) != ""


def error_in(html: str) -> str:
    """The words of the error summary."""
    found = re.search(r'class="errors".*?</div>', html, re.DOTALL)
    return re.sub(r"<[^>]+>|\s+", " ", found[0]).strip() if found else ""


def test_guessing_a_password_stops_after_five_even_for_the_right_one() -> None:
    member("sam")
    for attempt in range(5):
        sign_in_as("sam", f"wrong {attempt} password")
    _, response = sign_in_as("sam")
    assert response.status_code == 200
    assert "too many" in response.content.decode().lower()
    assert len(events("account.sign-in-failed")) >= 5


def test_a_flood_of_addresses_does_not_push_out_what_was_counted(settings: Settings) -> None:
    settings.CACHES = {"default": {**house.CACHES["default"], "LOCATION": "flooded"}}
    call_command("createcachetable")
    caches["default"].set("10.0.0.0-tried", 4)
    for address in range(500):
        caches["default"].set(f"10.0.1.{address}", 1)
    assert caches["default"].get("10.0.0.0-tried") == 4


def test_guessing_a_code_stops_after_five_even_for_the_right_one() -> None:
    _, secret = enrolled()
    client, _ = sign_in_as("sam")
    for guess in range(5):
        client.post(reverse("mfa_authenticate"), {"code": f"{guess:06}"})
    response = client.post(reverse("mfa_authenticate"), {"code": app_code(secret)})
    assert response.status_code == 422
    assert client.get("/staff/")["Location"].startswith("/accounts/login/")
    assert len(events("account.code-failed")) >= 5


def test_a_code_works_once() -> None:
    _, secret = enrolled()
    code = app_code(secret)
    for works in (True, False):
        client, _ = sign_in_as("sam")
        client.post(reverse("mfa_authenticate"), {"code": code})
        assert (client.get("/staff/").status_code == 200) is works


def test_a_code_seen_over_the_shoulder_is_no_good_while_it_would_still_be_accepted(monkeypatch: Any) -> None:
    """A code is accepted a little early and a little late; used once, it is used."""
    _, secret = enrolled()
    client, _ = sign_in_as("sam")
    code, real = app_code(secret), time.time
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert client.get("/staff/").status_code == 200
    monkeypatch.setattr(time, "time", lambda: real() + 31)
    thief, _ = sign_in_as("sam")
    thief.post(reverse("mfa_authenticate"), {"code": code})
    assert thief.get("/staff/").status_code == 302


def test_an_empty_form_says_what_to_enter() -> None:
    words = Client().post(reverse("account_login"), {}).content.decode()
    assert "Enter your user name" in words
    assert "Enter your password" in words


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36", "Chrome, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/156.0 Safari/537.36 Edg/156.0", "Edge, Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1",
            "Safari, iPhone",
        ),
        ("curl/8.1", "A browser"),
        ("", "A browser"),
    ],
)
def test_a_session_is_named_as_its_owner_would(user_agent: str, words: str) -> None:
    assert name_browser(user_agent) == words


def test_a_recovery_code_works_once() -> None:
    enrolled()
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    for works in (True, False):
        client, _ = sign_in_as("sam")
        client.post(reverse("mfa_authenticate"), {"code": codes[0]})
        assert (client.get("/staff/").status_code == 200) is works


def test_nothing_of_a_second_factor_lies_in_the_database_in_clear() -> None:
    _, secret = enrolled()
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    kept = stored + str(list(StaffSession.objects.values_list("session_data", flat=True)))
    assert secret not in kept
    assert not any(code in kept for code in codes)


def test_the_last_second_factor_stays_while_one_is_needed() -> None:
    client, _ = enrolled()
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(type="totp").exists()


def test_setting_up_using_up_and_renewing_a_second_factor_are_on_record() -> None:
    client, _ = enrolled()
    [added] = events("account.second-factor")
    client.post(reverse("mfa_generate_recovery_codes"))
    [renewed] = events("account.recovery-codes")
    assert {added.actor, renewed.actor} == {f"user:{get_user_model().objects.get().pk}"}
    assert added.request_id and renewed.request_id


def test_the_last_passkey_stays_while_a_second_factor_is_needed() -> None:
    client, _ = enrolled()
    key = Authenticator.objects.create(
        user=get_user_model().objects.get(), type="webauthn", data={"name": "Key", "credential": {}}
    )
    client.post(reverse("mfa_deactivate_totp"))
    [removed] = events("account.second-factor-removed")
    assert removed.detail == {"kind": "totp"}
    client.post(reverse("mfa_remove_webauthn", args=[key.pk]))
    assert Authenticator.objects.filter(type="webauthn").exists()
    assert len(events("account.second-factor-removed")) == 1


def test_signing_in_with_a_recovery_code_says_so_on_record() -> None:
    enrolled()
    [code, *_] = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    client, _ = sign_in_as("sam")
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert "recovery_codes" in events("account.sign-in")[-1].detail["with"]


def test_every_way_out_is_on_record(settings: Settings) -> None:
    settings.REQUIRE_MFA = False
    for address in ("/accounts/logout/", "/admin/logout/"):
        name = address.split("/")[1]
        client = browser_of(member(name, ADMINISTRATOR, is_staff=True))
        client.post(address)
        assert [event.object_id for event in events("account.sign-out")].count(
            str(get_user_model().objects.get(username=name).pk)
        ) == 1, address


def test_a_new_password_is_on_record_wherever_it_is_set(settings: Settings) -> None:
    settings.REQUIRE_MFA = False
    sam = member("sam", ADMINISTRATOR, is_staff=True)
    fresh = "entirely other words 9"
    client, _ = sign_in_as("sam")
    client.post(
        "/admin/password_change/", {"old_password": PASSWORD, "new_password1": fresh, "new_password2": fresh}
    )
    sam.refresh_from_db()
    assert sam.check_password(PASSWORD) or events("account.password")


def test_a_new_password_ends_every_other_session(settings: Settings) -> None:
    settings.REQUIRE_MFA = False
    sam = member("sam")
    other, _ = sign_in_as("sam")
    client, _ = sign_in_as("sam")
    fresh = "entirely other words 9"
    client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh}
    )
    sam.refresh_from_db()
    assert sam.check_password(fresh)
    assert client.get("/staff/").status_code == 200
    assert other.get("/staff/")["Location"].startswith("/accounts/login/")
    assert events("account.password")


def test_signing_out_everywhere_ends_the_other_sessions() -> None:
    client, secret = enrolled()
    other = step_in("sam", secret)
    assert other.get("/staff/").status_code == 200
    client.post(reverse("usersessions_list"))
    assert other.get("/staff/")["Location"].startswith("/accounts/login/")
    assert client.get("/staff/").status_code == 200


def test_an_account_closed_between_password_and_code_does_not_get_in() -> None:
    boss = member("boss", ADMINISTRATOR)
    _, secret = enrolled()
    client, _ = sign_in_as("sam")
    sam = get_user_model().objects.get(username="sam")
    people.deactivate_account(user=sam, actor=acting(boss))
    client.post(reverse("mfa_authenticate"), {"code": app_code(secret)})
    assert client.get("/staff/")["Location"].startswith("/accounts/login/")
    assert not AuditEvent.objects.filter(
        action="account.sign-in", at__gt=sam.date_joined, object_id=str(sam.pk)
    )[1:]


def test_a_role_taken_away_shuts_its_pages_at_once() -> None:
    boss = member("boss", ADMINISTRATOR)
    client, _ = enrolled()
    sam = get_user_model().objects.get(username="sam")
    people.give_role(user=sam, role=EDITOR, actor=acting(boss))
    assert client.get("/staff/").status_code == 404


@pytest.mark.parametrize("forged", [{"is_superuser": "on"}, {"groups": "3"}, {"role": ADMINISTRATOR}])
def test_nobody_raises_their_own_rights(forged: dict[str, str], settings: Settings) -> None:
    """By the admin's form, by the people page, by anything a browser can send."""
    settings.REQUIRE_MFA = False
    boss = member("boss", ADMINISTRATOR, is_staff=True)
    sam = member("sam")
    before = rights_of(sam), rights_of(boss)
    for user in (sam, boss):
        client = browser_of(user)
        client.post(f"/admin/auth/user/{user.pk}/change/", {"username": user.username, **forged})
        client.post(f"/accounts/people/{user.pk}/role/", forged)
    assert (rights_of(sam), rights_of(boss)) == before


def rights_of(user: Any) -> tuple[bool, bool, list[str]]:
    fresh = get_user_model().objects.get(pk=user.pk)
    return fresh.is_superuser, fresh.is_staff, list(fresh.groups.values_list("name", flat=True))


def test_what_was_being_written_is_kept_for_half_an_hour_only(settings: Settings, monkeypatch: Any) -> None:
    settings.REQUIRE_MFA = False
    member("sam")
    client, _ = sign_in_as("sam")
    real, passed = time.time, 0.0
    monkeypatch.setattr(time, "time", lambda: real() + passed)
    client.get("/staff/")
    passed = 16 * 60
    client.post("/staff/K7M-4QX/note/", {"words": "Called back, no answer"})
    passed += 31 * 60
    client.post(reverse("account_login"), {"login": "sam", "password": PASSWORD})
    assert "Called back" not in client.get(reverse("accounts:kept"), follow=True).content.decode()
