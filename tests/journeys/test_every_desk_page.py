"""Every page of the desk in a real browser, clean, empty and refused: axe with all its rules, in light, dark
and forced colours, at phone and desk width, and no sideways scroll. The way in is in test_accounts.py,
invitations in test_invitations.py, what editors see in test_editor_pages.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from questionnaire.models import Version
from screening.actions import clinic_settings, contact_requests, reviews
from screening.core.staff_roles import ADMINISTRATOR
from screening.models import Submission
from screening.queries import clinic
from tests.builders.staff import SEVERAL, URGENT, member, reviewing, sent_ago
from tests.journeys.desk import open_desk
from tests.journeys.looks import PHONE, SHORT, check_looks, open_all_details

pytestmark = pytest.mark.browser


def worked_on(row: Submission, user: Any) -> None:
    flag = row.flags.filter(verdict="raised").first()
    assert flag
    reviews.add_note(submission=row, words="Asked the pharmacy.\nCall back.", actor=reviewing(user, row))
    reviews.judge_flag(
        submission=row,
        code=flag.code,
        opinion="not-relevant",
        reason="Taken after stairs",
        actor=reviewing(user, row),
    )
    reviews.decide_submission(submission=row, decision="needs-records", words="", actor=reviewing(user, row))


def search_badly(page: Page) -> None:
    page.get_by_label("Reference").first.fill("K7")
    page.get_by_role("button", name="Find", exact=True).click()


def settle_badly(page: Page) -> None:
    page.get_by_label("Alert after (minutes)").fill("soon")
    page.get_by_role("button", name="Save the settings").click()


Act = Callable[[Page], None]
PAGES: dict[str, tuple[str, tuple[Act, ...]]] = {
    "queue": ("/staff/", (open_all_details,)),
    "queue-found": ("/staff/?severity=high", ()),
    "queue-empty": ("/staff/?state=done&flag=age-under-18", ()),
    "queue-bad-filter": ("/staff/?state=nonsense&since=yesterday", ()),
    "queue-bad-search": ("/staff/", (search_badly,)),
    "submission-urgent": ("/staff/{urgent}/", (open_all_details,)),
    "submission-worked-on": ("/staff/{worked}/", ()),
    "overview": ("/staff/overview/", (open_all_details,)),
    "summary": ("/staff/{worked}/summary/", ()),
    "settings": ("/staff/settings/", ()),
    "settings-error": ("/staff/settings/", (settle_badly,)),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_desk_has_no_faults(
    name: str, browser: Browser, live_server: LiveServer, published: Version
) -> None:
    administrator = member("root", ADMINISTRATOR)
    urgent, worked = sent_ago(published, 42, {**SEVERAL, **URGENT}), sent_ago(published, 90, SEVERAL)
    worked_on(worked, administrator)
    path, acts = PAGES[name]
    with open_desk(browser, live_server.url, administrator, viewport=PHONE) as context:
        page = context.new_page()
        page.goto(live_server.url + path.format(urgent=urgent.reference, worked=worked.reference))
        for act in acts:
            act(page)
        check_looks(page)


@dataclass(frozen=True)
class Desk:
    """Somebody signed in at a browser, and two submissions to work on."""

    page: Page
    server: str
    urgent: Submission
    worked: Submission

    def go(self, path: str) -> Page:
        self.page.goto(self.server + path)
        return self.page

    def press(self, words: str) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=words).first.click()


@pytest.fixture
def desk(browser: Browser, live_server: LiveServer, published: Version) -> Iterator[Desk]:
    urgent, worked = sent_ago(published, 42, {**SEVERAL, **URGENT}), sent_ago(published, 90, SEVERAL)
    with open_desk(browser, live_server.url, member("root", ADMINISTRATOR), viewport=PHONE) as context:
        yield Desk(context.new_page(), live_server.url, urgent, worked)


def test_pages_beside_the_queue_have_no_faults(desk: Desk) -> None:
    clinic_settings.save(values=replace(clinic.current(), kiosk=True), actor="user:1", now=timezone.now())
    contact_requests.ask_to_be_contacted(
        name="Ana Flores", phone="555 010 4477", language="es", now=timezone.now() - timedelta(minutes=42)
    )
    page = desk.go("/staff/")
    page.get_by_role("link", name="View contact details").first.click()
    check_looks(page, "whom to call", SHORT)
    desk.press("Close request")
    check_looks(page, "closed without an outcome", SHORT)
    page.get_by_label("Reached", exact=True).check()
    desk.press("Close request")
    check_looks(page, "was called", SHORT)
    desk.go("/staff/kiosk/")
    desk.press("Make a code")
    check_looks(page, "a code for the tablet", SHORT)
    desk.go(f"/staff/{desk.worked.reference}/")
    desk.press("Agree")
    page.evaluate("document.getElementById('idle').showModal()")
    check_looks(page, "are you still there", SHORT)
    colleague = member("alex")
    for name in ("deactivate", "link"):
        desk.go(f"/accounts/people/{colleague.pk}/{name}/")
        check_looks(page, f"asked before {name}", SHORT)


def test_an_empty_desk_has_no_faults(browser: Browser, live_server: LiveServer, published: Version) -> None:
    with open_desk(browser, live_server.url, member("sam"), viewport=PHONE) as context:
        page = context.new_page()
        for path in ("/staff/", "/staff/overview/", "/staff/kiosk/"):
            page.goto(live_server.url + path)
            check_looks(page, path, SHORT)


def test_what_could_not_be_done_or_shown_has_no_faults(desk: Desk) -> None:
    page, address = desk.go("/staff/?severity=high"), f"/staff/{desk.worked.reference}/"
    open_all_details(page)
    desk.press("Save")
    check_looks(page, "a view without a name", SHORT)
    desk.go(address)
    reviews.claim_submission(submission=desk.worked, actor=reviewing(member("alex"), desk.worked))
    desk.press("Assign to me")
    check_looks(page, "somebody was faster", SHORT)
    page.locator("summary", has_text="Write a note").click()
    page.get_by_label("Note").fill("She will bring the letter")
    page.context.clear_cookies(name=settings.CSRF_COOKIE_NAME)
    desk.press("Save the note")
    check_looks(page, "a page open too long", SHORT)
    desk.go(f"/staff/{desk.urgent.reference}/")
    page.locator("summary", has_text="Set outcome").click()
    page.get_by_label("Closed").check()
    page.locator(".panel[open]").get_by_role("button", name="Set outcome").click()
    check_looks(page, "urgent flags without an opinion", SHORT)
    desk.go("/staff/AAA-AAA/")
    check_looks(page, "no such page", SHORT)
    Submission.objects.filter(pk=desk.worked.pk).update(response=b"damaged")
    desk.go(address)
    check_looks(page, "does not open", SHORT)
    Submission.objects.filter(pk=desk.worked.pk).update(state="withdrawn", withdrawn_at=timezone.now())
    desk.go(address)
    check_looks(page, "withdrawn", SHORT)
