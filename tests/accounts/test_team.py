"""Administrators invite staff by a link that works once, give roles, and shut accounts; every step is
recorded."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from screening.actions import people
from screening.core.staff_roles import ADMINISTRATOR, EDITOR, REVIEWER
from screening.models import AuditEvent
from screening.queries.accounts import find_role
from tests.builders.browsing import Paper
from tests.builders.staff import acting, browser_of, member

pytestmark = pytest.mark.django_db
TEAM = "/accounts/people/"
NEW = "three unrelated words here"
NEWCOMER = {"username": "robin", "first_name": "Robin", "last_name": "Vale", "role": REVIEWER}


@pytest.fixture
def administrator() -> Client:
    return browser_of(member("ada", ADMINISTRATOR, is_staff=True))


def link_in(response: Any) -> str:
    """The path and query of the one link that is shown."""
    [link] = [words for words in Paper(response.content.decode()).text.split() if "/accounts/join/" in words]
    return f"{urlsplit(link).path}?{urlsplit(link).query}"


def join(link: str, password: str = NEW, again: str | None = None) -> Any:
    path, _, query = link.partition("?")
    data = {
        "key": query.removeprefix("key="),
        "password": password,
        "again": password if again is None else again,
    }
    return Client().post(path, data)


def person(username: str) -> Any:
    return get_user_model().objects.get(username=username)


def test_an_invited_person_chooses_a_password_and_signs_in(administrator: Client) -> None:
    link = link_in(administrator.post(TEAM, NEWCOMER))
    assert "robin" in Client().get(link).content.decode()
    assert join(link).status_code == 303
    client = Client()
    client.post(reverse("account_login"), {"login": "robin", "password": NEW})
    assert client.get("/staff/").status_code == 200
    assert find_role(person("robin")) == REVIEWER
    assert list(AuditEvent.objects.filter(action="account.invite").values_list("detail", flat=True)) == [
        {"role": REVIEWER}
    ]


def test_an_invitation_works_once(administrator: Client) -> None:
    link = link_in(administrator.post(TEAM, NEWCOMER))
    join(link)
    assert Client().get(link).status_code == 404
    assert join(link, "another long password").status_code == 404
    assert person("robin").check_password(NEW)


def test_a_newer_link_ends_the_older_one(administrator: Client) -> None:
    first = link_in(administrator.post(TEAM, NEWCOMER))
    second = link_in(administrator.post(reverse("accounts:renew", args=[person("robin").pk])))
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200


def test_an_invitation_ends_after_three_days(administrator: Client, settings: Any) -> None:
    link = link_in(administrator.post(TEAM, NEWCOMER))
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert Client().get(link).status_code == 404


@pytest.mark.parametrize(
    "key", ["", "x", "MQ.abc", "MQ", "..", "é.é", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5.a", "\x00"]
)
def test_a_made_up_key_opens_nothing(key: str) -> None:
    assert Client().get("/accounts/join/", {"key": key}).status_code == 404
    assert Client().post("/accounts/join/", {"key": key, "password": NEW, "again": NEW}).status_code == 404


@pytest.mark.parametrize(
    ("password", "again", "said"), [("short", "short", "12"), (NEW, "different words here", "not the same")]
)
def test_a_weak_or_mistyped_password_is_refused_with_a_reason(
    administrator: Client, password: str, again: str, said: str
) -> None:
    link = link_in(administrator.post(TEAM, NEWCOMER))
    response = join(link, password, again)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not person("robin").has_usable_password()


@pytest.mark.parametrize(
    "changed",
    [
        {"username": ""},
        {"username": "Robin V"},
        {"username": "ada"},
        {"role": "Owner"},
        {"username": "x" * 200},
    ],
)
def test_a_wrong_invitation_is_refused(administrator: Client, changed: dict[str, str]) -> None:
    response = administrator.post(TEAM, {**NEWCOMER, **changed})
    assert response.status_code == 422
    assert "There is a problem" in response.content.decode()
    assert get_user_model().objects.count() == 1


def test_a_closed_account_is_out_at_once_and_comes_back_only_by_a_new_link(administrator: Client) -> None:
    sam = member("sam")
    inside = browser_of(sam)
    assert administrator.post(reverse("accounts:deactivate", args=[sam.pk])).status_code == 303
    assert inside.get("/staff/").status_code == 302
    link = link_in(administrator.post(reverse("accounts:renew", args=[sam.pk])))
    assert inside.get("/staff/").status_code == 302, "an old session never comes back to life"
    join(link)
    assert person("sam").check_password(NEW)


def test_a_new_role_holds_from_the_next_page_on(administrator: Client) -> None:
    sam = member("sam")
    inside = browser_of(sam)
    administrator.post(reverse("accounts:role", args=[sam.pk]), {"role": EDITOR})
    assert inside.get("/staff/").status_code == 404
    [event] = AuditEvent.objects.filter(action="account.role")
    assert event.detail == {"before": REVIEWER, "role": EDITOR}


def test_nobody_changes_their_own_account(administrator: Client) -> None:
    ada = person("ada")
    for name in ("renew", "deactivate", "role"):
        response = administrator.post(reverse(f"accounts:{name}", args=[ada.pk]), {"role": EDITOR})
        assert response.status_code == 422
        assert "another administrator" in response.content.decode()
    assert find_role(person("ada")) == ADMINISTRATOR


def test_an_administrator_is_no_match_for_a_superuser(administrator: Client) -> None:
    root = get_user_model().objects.create_superuser("root", password=NEW)
    assert administrator.post(reverse("accounts:renew", args=[root.pk])).status_code == 422
    assert person("root").check_password(NEW)


@pytest.mark.parametrize("role", [REVIEWER, EDITOR])
def test_others_find_no_such_page(role: str) -> None:
    client = browser_of(member("sam", role))
    assert client.get(TEAM).status_code == 404
    assert client.post(TEAM, NEWCOMER).status_code == 404


def test_an_unknown_account_is_not_found(administrator: Client) -> None:
    for user_id in (999_999, 10**18):
        assert administrator.post(reverse("accounts:renew", args=[user_id])).status_code == 404


def test_the_page_asks_the_database_the_same_however_many_work_here(
    administrator: Client, django_assert_num_queries: Any
) -> None:
    administrator.get(TEAM)
    with django_assert_num_queries(11):
        administrator.get(TEAM)
    for name in ("kim", "lee", "sam"):
        member(name)
    with django_assert_num_queries(11):
        administrator.get(TEAM)


def test_the_admin_shows_accounts_and_changes_none(administrator: Client) -> None:
    assert administrator.get("/admin/auth/user/").status_code == 200
    ada = person("ada")
    assert administrator.post(f"/admin/auth/user/{ada.pk}/change/", {"is_superuser": "on"}).status_code == 403
    assert administrator.get("/admin/auth/user/add/").status_code == 403


def test_the_admin_is_closed_to_others() -> None:
    client = browser_of(member("sam"))
    response = client.get("/admin/", follow=True)
    assert response.status_code == 404


def test_an_invitation_names_its_actor() -> None:
    ada = member("ada", ADMINISTRATOR)
    people.invite_person(**NEWCOMER, actor=acting(ada, request_id="a-request"))
    event = AuditEvent.objects.get(action="account.invite")
    assert (event.actor, event.request_id) == (f"user:{ada.pk}", "a-request")
