"""Every address × everybody × GET and POST: people it is not for get "no such page" or the sign-in page,
never data.

The addresses come from the URLconf. One without an entry in `FOR` fails: somebody has to say whom it is for.
"""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from pytest_django import Settings

from questionnaire.actions import publishing
from questionnaire.models import Version
from screening.actions import contact_requests, invitations, people, saved_views
from screening.core import logs, staff_roles
from screening.models import AuditEvent, ContactRequest, StaffSession, Submission
from screening.preview.links import write_shared_address
from tests.builders.shipped import shipped
from tests.builders.staff import acting, browser_of, member
from tests.builders.submissions import answered, holding, sent, started

pytestmark = pytest.mark.django_db

SECRET = "Zanzibarium 77 mg"
NAME = "Quillonia Planted"
PHONE = "555 0199 4471"
INVITED = {"name": "Tamsin Bidden", "birth_date": "1971-03-04"}

# Who there is, and whom each address is for -----------------------------------------------------------------

NOBODY, PATIENT, CLOSED = "a stranger", "another patient", "a closed account"
REVIEWER, EDITOR, ADMINISTRATOR = staff_roles.REVIEWER, staff_roles.EDITOR, staff_roles.ADMINISTRATOR
EVERYBODY = frozenset({NOBODY, PATIENT, CLOSED, REVIEWER, EDITOR, ADMINISTRATOR})
STAFF = frozenset({REVIEWER, EDITOR, ADMINISTRATOR})
DESK = frozenset({REVIEWER, ADMINISTRATOR})
EDITORS, ADMINISTRATORS = frozenset({EDITOR}), frozenset({ADMINISTRATOR})
EDITING = EDITORS | ADMINISTRATORS

FOR: dict[str, frozenset[str]] = {
    "patient:*": EVERYBODY,
    "staff:*": DESK,
    "staff:settings": ADMINISTRATORS,
    "staff:test-mail": ADMINISTRATORS,
    "staff:impact": EDITING,
    "staff:specification-pdf": EDITING,
    "editor:*": EDITING,
    "preview:*": EDITING,
    "preview:shared": EVERYBODY,
    "editor:draft": EDITORS,
    "editor:undo": EDITORS,
    "editor:move": EDITORS,
    "editor:remove": EDITORS,
    "editor:successors": EDITORS,
    "editor:stories-answer": EDITORS,
    "editor:stories-silence": EDITORS,
    "editor:stories-missing": EDITORS,
    "editor:vignette-change": EDITORS,
    "editor:vignette-expect": EDITORS,
    "editor:new-question": EDITORS,
    "editor:new-flag": EDITORS,
    "accounts:home": STAFF,
    "accounts:join": EVERYBODY,
    "accounts:stay": STAFF,
    "accounts:idle": STAFF,
    "accounts:kept": STAFF,
    "accounts:team": ADMINISTRATORS,
    "accounts:renew": ADMINISTRATORS,
    "accounts:role": ADMINISTRATORS,
    "accounts:deactivate": ADMINISTRATORS,
    "account_login": EVERYBODY,
    "account_logout": EVERYBODY,
    "account_inactive": EVERYBODY,
    "account_reauthenticate": STAFF,
    "account_change_password": STAFF,
    "mfa_index": STAFF,
    "mfa_activate_totp": STAFF,
    "mfa_deactivate_totp": STAFF,
    "mfa_add_webauthn": STAFF,
    "mfa_list_webauthn": STAFF,
    "mfa_edit_webauthn": STAFF,
    "mfa_remove_webauthn": STAFF,
    "mfa_reauthenticate": STAFF,
    "mfa_reauthenticate_webauthn": STAFF,
    "mfa_authenticate": STAFF,
    "mfa_view_recovery_codes": STAFF,
    "mfa_generate_recovery_codes": STAFF,
    "mfa_download_recovery_codes": STAFF,
    "usersessions_list": STAFF,
    "admin:*": ADMINISTRATORS,
    "admin:login": ADMINISTRATORS,
    "admin:logout": EVERYBODY,
}
"""By name, or by namespace."""

NOT_THERE_YET = frozenset(
    {
        *("mfa_deactivate_totp", "mfa_edit_webauthn", "mfa_remove_webauthn"),
        *("mfa_view_recovery_codes", "mfa_download_recovery_codes"),
        *("accounts:join", "accounts:idle", "account_logout"),
        *("editor:undo", "editor:tell", "editor:reviewed", "editor:successors"),
    }
)
"""404 also for the right people while there is nothing of the kind; or they end at the sign-in page."""
FREE = frozenset(
    {
        *(
            "patient:*",
            "preview:shared",
            "accounts:join",
            "accounts:stay",
            "accounts:idle",
            "account_login",
            "account_logout",
        ),
        *("account_inactive", "account_reauthenticate", "mfa_activate_totp", "mfa_add_webauthn"),
        *("mfa_authenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"),
    }
)
"""What somebody who has given a password, and no second factor, may ask for."""


@dataclass(frozen=True)
class Address:
    name: str
    route: str
    """As in the URLconf, places for values included."""

    @property
    def key(self) -> str:
        """The entry of FOR."""
        namespace = f"{self.name.rpartition(':')[0]}:*"
        return self.name if self.name in FOR else namespace


def addresses(patterns: list[Any], before: str = "", names: tuple[str, ...] = ()) -> Iterator[Address]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inside = (*names, pattern.namespace) if pattern.namespace else names
            yield from addresses(pattern.url_patterns, route, inside)
        else:
            assert isinstance(pattern, URLPattern)
            yield Address(":".join((*names, pattern.name or "")), route)


IDS = {
    "flag": "self-harm-now",
    "section": "right-now",
    "topic": "right-now",
    "score": "phq9",
    "vignette": shipped().vignettes[0].name,
    "question": "symptoms-now",
    "text": "result-medicines",
}
"""One of each kind in the shipped questionnaire."""
EDITED = {"slug": "ketamine", "number": 2, "other": 1}
"""A draft, in the editor's addresses; version 1 is published."""
EVERY = list(dict.fromkeys(addresses(get_resolver().url_patterns)))


# The clinic of the test -------------------------------------------------------------------------------------


@dataclass
class Clinic:
    """A submission full of secrets, a person of each kind with a browser, and real values for every
    address."""

    row: Submission
    browsers: dict[str, Client]
    values: dict[str, object]

    def path(self, address: Address) -> str:
        """With a real value in each place. A KeyError names the one that `values` lacks."""
        values = self.values | EDITED if "<slug:slug>" in address.route else self.values
        part = next((kind for kind in IDS if f"/{kind}/" in address.route), "question")
        values = {**values, "kind": part, "id": IDS[part]}
        route = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda place: str(values[place[1]]), address.route)
        return "/" + re.sub(r"<\w+:(\w+)>", lambda place: str(values[place[1]]), route).translate(
            {94: None, 36: None}
        )


@pytest.fixture
def clinic(published: Version) -> Clinic:
    publishing.create_draft(definition=shipped(), actor="user:1", now=timezone.now())
    row = sent(
        published, {"med-classes": ["other"], "med-list": SECRET}, identity={"name": NAME, "phone": PHONE}
    )
    token, loaded = started(published)
    answered(loaded, {}, until="phq9-1")
    staff = {role: member(role.lower(), role) for role in STAFF}
    staff[ADMINISTRATOR].is_staff = True
    staff[ADMINISTRATOR].save()
    closed, other = member("closed"), member("other")
    browsers = {NOBODY: Client(), PATIENT: holding(token), CLOSED: browser_of(closed)}
    browsers |= {role: browser_of(user) for role, user in staff.items()}
    people.deactivate_account(user=closed, actor=acting(staff[ADMINISTRATOR]))
    view = saved_views.save_view(owner=staff[REVIEWER], name="mine", query="state=new")
    contact_requests.ask_to_be_contacted(
        name="Somebody Else", phone="555 010 9999", language="en", now=timezone.now()
    )
    asked = ContactRequest.objects.get()
    invited, key = invitations.create_invitation(
        questionnaire="ketamine", language="en", person=INVITED, days=14, actor=acting(staff[REVIEWER])
    )
    values = {
        "reference": row.reference,
        "number": 1,
        "view_id": view.pk,
        "contact_id": asked.pk,
        "invitation_id": invited.pk,
        "link": key,
        "user_id": other.pk,
        "object_id": other.pk,
        "content_type_id": 1,
        "pk": 1,
        "app_label": "auth",
        "url": "nowhere",
        "token": write_shared_address(published).rstrip("/").rpartition("/")[2],
    }
    return Clinic(row, browsers, values)


def knocked(clinic: Clinic, who: str, method: str, path: str) -> HttpResponse:
    """The answer, and everything as it was before."""
    browser = clinic.browsers[who]
    cookies = browser.cookies.copy()
    with transaction.atomic():
        browser.raise_request_exception = False
        response: HttpResponse = getattr(browser, method.lower())(path)
        if response.streaming:  # read it while the rows it streams are still there
            whole = HttpResponse(b"".join(response), status=response.status_code)  # type: ignore[arg-type]
            for name, value in response.items():
                whole[name] = value
            response = whole
        transaction.set_rollback(True)
    browser.cookies = cookies
    return response


def is_turned_away(response: HttpResponse) -> bool:
    """No such page, or please sign in."""
    if response.status_code in {302, 303}:
        return response["Location"].startswith(("/accounts/login/", "/admin/login/"))
    return response.status_code == 404


def is_empty_refusal(response: HttpResponse) -> bool:
    return response.status_code in {401, 403, 405} and not response.content


def shows_secrets(response: HttpResponse) -> bool:
    """Whether it says anything that the patient of the test wrote, or that there is such a submission."""
    text = response.content.decode("utf-8", "replace") + str(response.headers)
    return any(secret in text for secret in (SECRET, NAME, PHONE))


# The table --------------------------------------------------------------------------------------------------


def test_every_address_says_whom_it_is_for() -> None:
    missing = sorted({address.name or address.route for address in EVERY if address.key not in FOR})
    assert not missing, "say in FOR whom these are for"


def test_the_table_names_no_address_that_is_gone() -> None:
    assert set(FOR) <= {address.key for address in EVERY} | {"mfa_authenticate"}


@pytest.mark.parametrize("part", sorted({address.route.partition("/")[0] for address in EVERY}))
def test_outsiders_find_nothing_and_insiders_find_their_page(part: str, clinic: Clinic) -> None:
    wrong = []
    for address in (address for address in EVERY if address.route.partition("/")[0] == part):
        path = clinic.path(address)
        for who in sorted(EVERYBODY):
            for method in ("GET", "POST"):
                response = knocked(clinic, who, method, path)
                if fault := fault_of(address, who, response):
                    wrong.append(f"{method} {path} by {who}: {response.status_code} {fault}")
    assert not wrong, "\n".join(wrong)


def fault_of(address: Address, who: str, response: HttpResponse) -> str:
    invited = who in FOR[address.key]
    if response.status_code >= 500:
        return "failed"
    if shows_secrets(response) and not (invited and who in DESK and "<reference:" in address.route):
        return "shows what the patient wrote"
    if INVITED["name"] in response.content.decode("utf-8", "replace") and not (invited and who in DESK):
        return "shows who was invited"
    if not invited and not is_turned_away(response) and not is_empty_refusal(response):
        return "is let in"
    if invited and who in STAFF and is_turned_away(response) and not may_be_missing(address, who):
        return "is turned away"
    return ""


def may_be_missing(address: Address, who: str) -> bool:
    """Patients' pages have no form for staff, the admin has pages for nobody, administrators only read
    questions."""
    only_read = address.name.startswith("editor:") and who == ADMINISTRATOR
    return only_read or address.name.startswith(("patient:", "admin:")) or address.name in NOT_THERE_YET


def test_a_password_alone_opens_nothing(clinic: Clinic, settings: Settings) -> None:
    """Staff who have not passed a second factor: sent to set one up, whatever they ask for."""
    settings.REQUIRE_MFA = True
    for address in EVERY:
        for method in ("GET", "POST"):
            response = knocked(clinic, ADMINISTRATOR, method, clinic.path(address))
            assert response.status_code < 500
            assert not shows_secrets(response)
            if address.key not in FREE:
                place = f"{method} {address}: {response.status_code}"
                asked_by_a_script = address.name == "staff:counts" and response.status_code == 401
                assert asked_by_a_script or response.headers.get("Location", "").startswith("/accounts/"), (
                    place
                )


# Nothing leaks sideways -------------------------------------------------------------------------------------


def test_no_secret_is_in_an_address_a_log_line_a_session_or_the_record(clinic: Clinic) -> None:
    """After everybody has knocked at every door, and the reviewer has read the answers and searched by
    name."""
    lines = io.StringIO()
    listener = logging.StreamHandler(lines)
    listener.setFormatter(logs.JsonFormatter())
    logging.getLogger().addHandler(listener)
    reviewer = clinic.browsers[REVIEWER]
    try:
        found = reviewer.post("/staff/search/", {"name": NAME, "phone": PHONE})
        page = reviewer.get(f"/staff/{clinic.row.reference}/")
        for address in EVERY:
            for who in sorted(EVERYBODY):
                knocked(clinic, who, "GET", clinic.path(address))
    finally:
        logging.getLogger().removeHandler(listener)
    assert SECRET in page.content.decode()
    assert str(clinic.values["link"]) not in lines.getvalue()
    addresses = [clinic.path(address) for address in EVERY] + [found.headers.get("Location", "")]
    events = json.dumps(list(AuditEvent.objects.values()), default=str)
    sessions = json.dumps([stored(row) for row in StaffSession.objects.all()], default=str)
    for secret in (SECRET, NAME, PHONE, PHONE.replace(" ", ""), INVITED["name"]):
        assert secret not in lines.getvalue()
        assert secret not in "".join(addresses)
        assert secret not in events
        assert secret not in sessions
    assert AuditEvent.objects.filter(action="submissions.search").exists()
    assert '"path"' in lines.getvalue()


def stored(row: StaffSession) -> tuple[str, dict[str, Any]]:
    """A session as it lies in the database, and opened."""
    store: SessionBase = StaffSession.get_session_store_class()(row.session_key)
    return row.session_data, dict(store.items())


def test_a_session_in_the_database_cannot_be_read_without_the_keys(clinic: Clinic) -> None:
    [row] = StaffSession.objects.filter(user=get_user_model().objects.get(username="reviewer"))
    sealed, loaded = stored(row)
    assert loaded["_auth_user_id"] == str(row.user_id)
    assert "_auth_user" not in sealed


def test_a_session_moved_to_another_row_does_not_open(clinic: Clinic) -> None:
    one, other = StaffSession.objects.exclude(user=None).order_by("pk")[:2]
    StaffSession.objects.filter(pk=one.pk).update(session_data=other.session_data)
    assert stored(StaffSession.objects.get(pk=one.pk))[1] == {}
