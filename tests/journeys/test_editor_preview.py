"""Preview, impact and specification in a real browser: every rule of axe, five looks, no sideways scroll."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django_tasks_db.models import DBTaskResult
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from questionnaire.actions import drafts, publishing
from questionnaire.definition import Definition
from questionnaire.document import compute_fingerprint
from questionnaire.models import Version
from screening.actions import impact
from screening.core.staff_roles import ADMINISTRATOR, EDITOR
from screening.preview.preview_patient import PreviewPatient
from screening.queries.impact import judge_past_submissions
from screening.queries.impact_runs import find_latest_run
from tests.builders.previews import write_preview_address as address
from tests.builders.shipped import shipped
from tests.builders.staff import SEVERAL, URGENT, acting, member
from tests.builders.submissions import calm_answer, sent
from tests.journeys.desk import open_desk
from tests.journeys.looks import PHONE, check_looks, open_all_details

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def narrowed() -> Definition:
    flags = tuple(
        replace(flag, condition="bp-systolic >= 170") if flag.code == "bp-at-or-above-140-90" else flag
        for flag in shipped().flags
    )
    return replace(shipped(), flags=flags)


@pytest.fixture
def draft(published: Version) -> Version:
    """A draft that says less about blood pressure than the published version does."""
    return publishing.create_draft(definition=narrowed(), actor="user:1", now=published.created_at)


def person(**answers: object) -> PreviewPatient:
    everything = {q.link_id: calm_answer(q) for q in shipped().questions.values()}
    return PreviewPatient.of(shipped(), {**everything, **SEVERAL, **answers})


def of(draft: Version, name: str) -> str:
    """The address of one page of this file."""
    base = f"/editor/ketamine/{draft.number}"
    return {
        "first": f"{base}/preview/",
        "you": address(draft, replace(person(), met=False)),
        "middle": address(draft, person(), page=3),
        "interruption": address(draft, replace(person(**URGENT), read=frozenset())),
        "check": address(draft, person(**URGENT)),
        "end": address(draft, person(**URGENT), sent=True),
        "impact": f"/staff/impact/ketamine/{draft.number}/",
        "specification": f"{base}/specification/",
    }[name]


def judge_the_past(draft: Version) -> None:
    """As the worker does it."""
    impact.start_impact_run(version=draft, actor=acting())
    definition = drafts.read_draft(draft)
    DBTaskResult.objects.update(
        status="SUCCESSFUL",
        return_value=judge_past_submissions(draft, definition),
        finished_at=draft.created_at,
    )
    run = find_latest_run(draft, compute_fingerprint(definition))
    assert run and run.state == "done"


@pytest.mark.parametrize(
    "name", ["first", "you", "middle", "interruption", "check", "end", "impact", "specification"]
)
def test_a_page_has_no_faults(name: str, browser: Browser, live_server: LiveServer, draft: Version) -> None:
    root = member("root", ADMINISTRATOR)
    published = publishing.find_published("ketamine")
    assert published
    if name == "impact":
        sent(published, SEVERAL)
        judge_the_past(draft)
    with open_desk(browser, live_server.url, root, viewport=PHONE) as context:
        page = context.new_page()
        page.goto(live_server.url + of(draft, name))
        open_all_details(page)
        check_looks(page)


def test_an_editor_walks_through_by_keyboard_alone_and_shares_where_they_are(
    browser: Browser, live_server: LiveServer, draft: Version
) -> None:
    """Without JavaScript: tick with Space, send with Enter; the link opens the same page for somebody signed
    out."""
    context = open_desk(browser, live_server.url, member("edith", EDITOR), java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url + of(draft, "first"))
    page.get_by_role("button", name="Start a new form").focus()
    page.keyboard.press("Enter")
    _tick(page, "None of these")
    expect(page.get_by_text("1 answer so far")).to_be_visible()
    heading = page.locator("h1").inner_text()
    link = page.get_by_label("Link to this preview, for somebody without an account").input_value()
    stranger = browser.new_context().new_page()
    stranger.goto(link)
    expect(stranger.locator("h1")).to_have_text(heading)
    expect(stranger.get_by_text("Back to the editor")).to_have_count(0)
    context.close()


def _tick(page: Page, label: str) -> None:
    box = page.get_by_label(label).first
    box.focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Continue").focus()
    page.keyboard.press("Enter")
