"""Staff make a link for one patient, show it once, see what became of it, take it back, and print a
poster."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from questionnaire.models import Version
from screening.actions import clinic_settings, invitations
from screening.core.staff_roles import EDITOR
from screening.models import AuditEvent, Invitation
from screening.queries import clinic
from screening.queries.invitations import MOST_TRIES
from tests.builders.browsing import Paper, Patient, says
from tests.builders.invited import ANA_IN_SPANISH, INVITATIONS_PAGE
from tests.builders.links_on_pages import draw_code_squares, find_link, read_code_squares
from tests.builders.staff import acting, browser_of, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published")]
NOBODY = {"name": "", "birth_date": "", "language": "en"}


@pytest.fixture
def sam(db: None) -> Any:
    return member("sam", first_name="Sam", last_name="Lee")


@pytest.fixture
def desk(sam: Any) -> Client:
    return browser_of(sam)


def told(client: Client, path: str = INVITATIONS_PAGE) -> str:
    return " ".join(Paper(client.get(path).content.decode()).text.split())


def a_link(desk: Client, given: dict[str, str] = NOBODY) -> str:
    response = desk.post(INVITATIONS_PAGE, given)
    assert response.status_code == 200
    return find_link(response.content.decode())


# Making one -------------------------------------------------------------------------------------------------


def test_a_link_is_made_shown_once_and_begins_a_form(published: Version, desk: Client, sam: Any) -> None:
    page = desk.post(INVITATIONS_PAGE, ANA_IN_SPANISH).content.decode()
    link = find_link(page)
    assert link.startswith("http://testserver/i/")
    assert read_code_squares(page) == draw_code_squares(link), "the code on the slip is the link"
    row = Invitation.objects.get()
    assert (row.made_by, row.language, row.questionnaire) == (sam, "es", "ketamine")
    assert row.expires_at - row.made_at == timedelta(days=14)
    assert link.split("/")[4] not in desk.get(INVITATIONS_PAGE).content.decode()
    patient = Patient()
    patient.visit(link.removeprefix("http://testserver"))
    patient.press({"birth_month": "7", "birth_day": "1", "birth_year": "1980"})
    assert patient.address == "/s/1/"
    assert "begun just now" in told(desk)


def test_the_slip_names_nobody_and_nothing_of_what_is_asked(desk: Client) -> None:
    page = desk.post(INVITATIONS_PAGE, ANA_IN_SPANISH).content.decode()
    [slip] = re.findall(r'<section class="sheet".*?</section>', page, re.DOTALL)
    assert 'lang="es"' in slip
    for word in ("Ana", "1980", "ketamin", "Ketamin"):
        assert word not in slip
    assert Paper(page).title == "Before your visit", "browsers print the title"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"birth_date": ""}, "Enter the date of birth too"),
        ({"name": ""}, "Enter the name that goes with this date of birth"),
        ({"birth_date": "last July"}, "Enter a date such as 1980-07-01"),
        ({"birth_date": "2999-01-01"}, "Enter a date of birth between 1900 and today"),
        ({"birth_date": "1899-12-31"}, "Enter a date of birth between 1900 and today"),
        ({"name": "Ana\u200b"}, "Take out the characters that cannot be printed"),
        ({"language": "xx"}, "Choose one of the languages"),
        ({"language": ""}, "Choose one of the languages"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_made(
    desk: Client, changes: dict[str, str], said: str
) -> None:
    response = desk.post(INVITATIONS_PAGE, {**ANA_IN_SPANISH, **changes})
    assert response.status_code == 422
    page = response.content.decode()
    assert said in page
    assert "Ana" not in changes.get("name", "Ana") or 'value="Ana' in page, "what was typed is kept"
    assert not Invitation.objects.exists()


def test_an_empty_post_makes_nothing(desk: Client) -> None:
    assert desk.post(INVITATIONS_PAGE).status_code == 422
    assert not Invitation.objects.exists()


def test_only_languages_of_the_clinic_are_offered(desk: Client) -> None:
    clinic_settings.save(
        values=replace(clinic.current(), languages=("en",)), actor="user:1", now=timezone.now()
    )
    assert desk.post(INVITATIONS_PAGE, ANA_IN_SPANISH).status_code == 422


def test_how_long_a_link_works_is_the_clinics_choice(desk: Client) -> None:
    clinic_settings.save(
        values=replace(clinic.current(), invitation_days=3), actor="user:1", now=timezone.now()
    )
    a_link(desk)
    row = Invitation.objects.get()
    assert row.expires_at - row.made_at == timedelta(days=3)
    assert "It works for 3 days" in told(desk)


# The list ---------------------------------------------------------------------------------------------------


def test_the_list_names_whom_links_were_made_for_and_looking_is_recorded(desk: Client, sam: Any) -> None:
    assert "No link waits for answers." in told(desk)
    a_link(desk, ANA_IN_SPANISH)
    a_link(desk)
    shown = told(desk)
    for words in ("Ana Flores born 1 Jul 1980", "no name given", "by Sam Lee", "not begun"):
        assert words in shown
    [seen] = AuditEvent.objects.filter(action="invitation.view")
    named = Invitation.objects.exclude(identity=None).get()
    assert seen.detail == {"invitations": [str(named.uuid)]}
    assert not says("Ana", str(seen.__dict__))


def test_a_name_that_does_not_open_can_still_be_taken_back(desk: Client) -> None:
    a_link(desk, ANA_IN_SPANISH)
    Invitation.objects.update(identity=b"sealed under a key that is gone")
    path = f"{INVITATIONS_PAGE}{Invitation.objects.get().pk}/revoke/"
    for page in (INVITATIONS_PAGE, path):
        assert "does not open with the present keys" in told(desk, page)
    assert desk.post(path).status_code == 303


def test_a_link_closed_by_wrong_dates_is_told_to_staff(published: Version, desk: Client) -> None:
    link = a_link(desk, ANA_IN_SPANISH)
    for _try in range(MOST_TRIES):
        Client().post(link, {"birth_month": "7", "birth_day": "2", "birth_year": "1980"})
    assert "a wrong date of birth, 10 times: make a new link" in told(desk)


def test_a_long_list_has_pages(desk: Client, sam: Any) -> None:
    for _number in range(51):
        invitations.create_invitation(
            questionnaire="ketamine", language="en", person={}, days=1, actor=acting(sam)
        )
    first, last = Invitation.objects.order_by("-id")[0], Invitation.objects.order_by("id")[0]
    page = desk.get(INVITATIONS_PAGE).content.decode()
    assert f"{INVITATIONS_PAGE}{first.pk}/revoke/" in page
    assert f"{INVITATIONS_PAGE}{last.pk}/revoke/" not in page
    older = Paper(page).link("Older ones")
    assert (
        f"{INVITATIONS_PAGE}{last.pk}/revoke/"
        in desk.get(INVITATIONS_PAGE + older.removeprefix(INVITATIONS_PAGE)).content.decode()
    )
    for nonsense in ("", "x", "9" * 40, "-1", "²"):
        assert desk.get(INVITATIONS_PAGE, {"before": nonsense}).status_code == 200


# Taking one back --------------------------------------------------------------------------------------------


def test_a_link_is_taken_back_after_being_asked_once(published: Version, desk: Client) -> None:
    link = a_link(desk, ANA_IN_SPANISH)
    row = Invitation.objects.get()
    path = f"{INVITATIONS_PAGE}{row.pk}/revoke/"
    assert "Ana Flores" in told(desk, path)
    assert Client().get(link).status_code == 200, "looking takes nothing back"
    response = desk.post(path)
    assert response["Location"] == f"{INVITATIONS_PAGE}?taken-back=yes"
    assert "The link was taken back" in told(desk, response["Location"])
    assert Client().get(link).status_code == 410
    row.refresh_from_db()
    assert row.identity is None, "the name goes at once"
    assert desk.post(path).status_code == 404
    assert AuditEvent.objects.filter(action="invitation.revoke", object_id=str(row.uuid)).count() == 1


@pytest.mark.parametrize("number", [0, 999_999, 2**80])
def test_there_is_no_page_to_take_back_what_is_not_there(desk: Client, number: int) -> None:
    assert desk.get(f"{INVITATIONS_PAGE}{number}/revoke/").status_code == 404


def test_editors_and_strangers_find_nothing(desk: Client) -> None:
    a_link(desk, ANA_IN_SPANISH)
    editor = browser_of(member("ed", EDITOR))
    for path in (
        INVITATIONS_PAGE,
        f"{INVITATIONS_PAGE}poster/",
        f"{INVITATIONS_PAGE}{Invitation.objects.get().pk}/revoke/",
    ):
        assert editor.get(path).status_code == 404
        assert editor.post(path, ANA_IN_SPANISH).status_code == 404
        assert Client().get(path).status_code == 302
    assert Invitation.objects.count() == 1


# The poster -------------------------------------------------------------------------------------------------


def test_the_poster_leads_everybody_to_the_start_page(published: Version, desk: Client) -> None:
    clinic_settings.save(
        values=replace(clinic.current(), name="River Street"), actor="user:1", now=timezone.now()
    )
    page = desk.get(f"{INVITATIONS_PAGE}poster/").content.decode()
    assert read_code_squares(page) == draw_code_squares("http://testserver/")
    [poster] = re.findall(r'<section class="sheet poster".*?</section>', page, re.DOTALL)
    for words in ("River Street", "Before your visit", "Antes de su visita", "http://testserver/", "911"):
        assert words in poster
    for word in ("ketamin", "Ketamin", "mental", "ending your life"):
        assert word not in poster
    assert Paper(page).title == "Before your visit"


@pytest.mark.parametrize(
    ("words", "english", "spanish"), [("en", True, False), ("es", False, True), ("xx", True, True)]
)
def test_the_poster_speaks_one_language_or_all(
    desk: Client, words: str, english: bool, spanish: bool
) -> None:
    page = desk.get(f"{INVITATIONS_PAGE}poster/", {"words": words}).content.decode()
    [poster] = re.findall(r'<section class="sheet poster".*?</section>', page, re.DOTALL)
    assert ('lang="en"' in poster, 'lang="es"' in poster) == (english, spanish)
