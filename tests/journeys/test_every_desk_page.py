"""Every page of the desk in a real browser, clean, empty and with errors: axe with all its rules, in light, dark and
forced colours, at phone and desk width, and no sideways scroll."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from questionnaire.models import Version
from screening import accounts, reviews
from screening.models import Submission
from tests.journeys.desk import desk_of
from tests.journeys.desk_looks import PHONE, looks_right, open_all
from tests.staff.people import SEVERAL, URGENT, by, member, sent_ago

pytestmark = pytest.mark.browser


def worked_on(row: Submission, user: Any) -> None:
    flag = row.flags.filter(verdict="raised").first()
    assert flag
    reviews.note(submission=row, words="Asked the pharmacy.\nCall back.", by=by(user, row))
    reviews.judge_flag(
        submission=row, code=flag.code, opinion="not-relevant", reason="Taken after stairs", by=by(user, row)
    )
    reviews.decide(submission=row, decision="needs-records", words="", by=by(user, row))


def search_badly(page: Page) -> None:
    page.get_by_label("Reference").first.fill("K7")
    page.get_by_role("button", name="Find", exact=True).click()


def settle_badly(page: Page) -> None:
    page.get_by_label("Minutes until the desk shows a banner").fill("soon")
    page.get_by_role("button", name="Save the settings").click()


Act = Callable[[Page], None]
PAGES: dict[str, tuple[str, tuple[Act, ...]]] = {
    "queue": ("/staff/", (open_all,)),
    "queue-found": ("/staff/?severity=high", ()),
    "queue-empty": ("/staff/?state=done&flag=age-under-18", ()),
    "queue-bad-filter": ("/staff/?state=nonsense&since=yesterday", ()),
    "queue-bad-search": ("/staff/", (search_badly,)),
    "submission-urgent": ("/staff/{urgent}/", (open_all,)),
    "submission-worked-on": ("/staff/{worked}/", (open_all,)),
    "overview": ("/staff/overview/", (open_all,)),
    "summary": ("/staff/{worked}/summary/", ()),
    "settings": ("/staff/settings/", ()),
    "settings-error": ("/staff/settings/", (settle_badly,)),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_desk_has_no_faults(
    name: str, browser: Browser, live_server: LiveServer, published: Version
) -> None:
    administrator = member("root", accounts.ADMINISTRATOR)
    urgent, worked = sent_ago(published, 42, {**SEVERAL, **URGENT}), sent_ago(published, 90, SEVERAL)
    worked_on(worked, administrator)
    path, acts = PAGES[name]
    with desk_of(browser, live_server.url, administrator, viewport=PHONE) as context:
        page = context.new_page()
        page.goto(live_server.url + path.format(urgent=urgent.reference, worked=worked.reference))
        for act in acts:
            act(page)
        looks_right(page)
