"""An administrator sets up the clinic: a row is added, what held before stays, and nobody else finds the
page."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest
from django.test import Client

from screening.core.staff_roles import ADMINISTRATOR, EDITOR, REVIEWER
from screening.models import AuditEvent, ClinicSettings
from screening.queries import clinic
from tests.builders.browsing import Paper
from tests.builders.staff import browser_of, member

pytestmark = pytest.mark.django_db
ADDRESS = "/staff/settings/"


@pytest.fixture
def office() -> Client:
    return browser_of(member("root", ADMINISTRATOR))


def save(client: Client, **changes: str) -> Any:
    """Fill in the form as it stands, with these changes, and send it."""
    return client.post(ADDRESS, {**filled_in(client), **changes})


def filled_in(client: Client) -> dict[str, str]:
    """What a browser would send if nothing were touched."""
    [form] = [form for form in Paper(client.get(ADDRESS).content.decode()).forms if form.named("newest")]
    ticked = {control.name for control in form.controls if control.kind == "checkbox"}
    return {name: "on" if name in ticked else value for name, value in form.filled()}


def test_what_is_saved_holds_from_now_on(office: Client) -> None:
    response = save(office, name="River Street", phone="555 0100", on_duty="a@example.com\nb@example.com")
    assert (response.status_code, response["Location"]) == (303, "/staff/settings/?saved=yes")
    now = clinic.current()
    assert (now.name, now.phone, now.on_duty) == (
        "River Street",
        "555 0100",
        ("a@example.com", "b@example.com"),
    )
    assert "Settings saved." in office.get(response["Location"]).content.decode()
    assert AuditEvent.objects.get(action="clinic.change").detail == {"changed": ["name", "on_duty", "phone"]}


def test_what_the_page_does_not_show_stays_as_it_is(office: Client) -> None:
    before = asdict(clinic.current())
    save(office, name="River Street")
    assert {**before, "name": "River Street"} == asdict(clinic.current())


def test_every_change_is_a_new_row(office: Client) -> None:
    save(office, name="First")
    save(office, name="Second")
    assert [row.values["name"] for row in ClinicSettings.objects.order_by("id")] == ["First", "Second"]


def test_two_administrators_do_not_overwrite_each_other(office: Client) -> None:
    page = filled_in(office)
    save(browser_of(member("boss", ADMINISTRATOR)), name="Theirs")
    response = office.post(ADDRESS, {**page, "name": "Mine"})
    assert response.status_code == 409
    assert "Mine" in response.content.decode()
    assert clinic.current().name == "Theirs"


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("escalation_minutes", "soon", "Enter a whole number"),
        ("escalation_minutes", "0", "greater than or equal to 1"),
        ("idle_minutes", "9" * 40, "less than or equal to 240"),
        ("emergency_number", "", "Fill this in: Emergency number"),
        ("on_duty", "not an address", "Enter one e-mail address on each line"),
        ("name", "x" * 201, "at most 200 characters"),
        ("name", "a\x00b", "Null characters are not allowed"),
        ("decision_closed", "Eligible for treatment", "never what a patient may have"),
    ],
)
def test_a_value_that_cannot_be_is_refused_and_kept_on_the_page(
    office: Client, field: str, typed: str, said: str
) -> None:
    response = save(office, **{field: typed})
    html = response.content.decode()
    assert response.status_code == 422
    assert said in html
    assert "There is a problem" in html
    assert not ClinicSettings.objects.exists()


@pytest.mark.parametrize("role", [REVIEWER, EDITOR])
def test_nobody_else_finds_the_page(role: str) -> None:
    client = browser_of(member("someone", role))
    assert client.get(ADDRESS).status_code == 404
    assert client.post(ADDRESS, {"name": "Mine"}).status_code == 404
    assert Client().get(ADDRESS).status_code == 302
    assert not ClinicSettings.objects.exists()
