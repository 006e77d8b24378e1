"""Every page of the desk in a real browser, clean, empty and with errors: axe with all its rules, in light, dark and
forced colours, at phone and desk width, and no sideways scroll."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from questionnaire.models import Version
from screening import accounts, reviews
from screening.models import Submission
from tests.journeys.desk import desk_of
from tests.journeys.looking import axe
from tests.staff.people import SEVERAL, URGENT, by, member, sent_ago

pytestmark = pytest.mark.browser
LOOKS: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 320, "height": 800}},
    "desk": {"viewport": {"width": 1280, "height": 800}},
    "phone-dark": {"viewport": {"width": 320, "height": 800}, "color_scheme": "dark"},
    "desk-dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    "forced-colours": {"viewport": {"width": 1280, "height": 800}, "forced_colors": "active"},
}
_SMALL = """() => [...document.querySelectorAll('button, input:not([type=hidden]), select, textarea, summary, nav a')]
.filter(e => {
  const box = (e.closest('label.option, label.choice') || e).getBoundingClientRect();
  return box.width > 0 && (box.width < 43.5 || box.height < 43.5);
}).map(e => e.outerHTML)"""


def worked_on(row: Submission, user: Any) -> None:
    flag = row.flags.filter(verdict="raised").first()
    assert flag
    reviews.note(submission=row, words="Asked the pharmacy.\nCall back.", by=by(user, row))
    reviews.judge_flag(
        submission=row, code=flag.code, opinion="not-relevant", reason="Taken after stairs", by=by(user, row)
    )
    reviews.decide(submission=row, decision="needs-records", words="", by=by(user, row))


def open_all(page: Page) -> None:
    page.evaluate("() => document.querySelectorAll('details').forEach(d => d.open = true)")


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
    for look, options in LOOKS.items():
        context = desk_of(browser, live_server.url, administrator, **options)
        page = context.new_page()
        page.goto(live_server.url + path.format(urgent=urgent.reference, worked=worked.reference))
        for act in acts:
            act(page)
        assert page.locator("h1").count() == 1
        violations = axe(page)
        assert not violations, f"{look}: {json.dumps(violations, indent=1)[:4000]}"
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{look}: the page scrolls sideways"
        assert not page.evaluate(_SMALL), f"{look}: a control is smaller than 44 px"
        context.close()
