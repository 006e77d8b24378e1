"""The clinic's own tablet: begun by staff, cleared when nobody is there, and nothing of the last patient is
left."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from questionnaire.models import Version
from screening.actions import clinic_settings, kiosk_codes, submissions
from screening.models import AuditEvent, Submission
from screening.patient.device import cookie_name
from screening.queries import clinic
from screening.queries.submission import load_with_token
from tests.builders.browsing import Patient
from tests.builders.invited import invited
from tests.builders.outage import StoppedDatabase
from tests.builders.staff import acting, browser_of, member
from tests.builders.submissions import answered, holding

pytestmark = pytest.mark.django_db
URGENT = {"symptoms-now": ["chest-pain"]}


@pytest.fixture(autouse=True)
def _switched_on(db: None) -> None:
    clinic_settings.save(values=replace(clinic.current(), kiosk=True), actor="user:1", now=timezone.now())


def a_code() -> str:
    return kiosk_codes.create_kiosk_code(actor=acting())


def on_tablet(version: Version) -> Patient:
    patient = Patient()
    patient.visit("/kiosk/")
    patient.press({"code": a_code()})
    return patient


def test_staff_make_a_code_and_a_patient_begins_with_it(published: Version) -> None:
    page = browser_of(member("sam")).post("/staff/kiosk/").content.decode()
    [code] = re.findall(r'<div class="code">(\w{3} \w{3})</div>', page)
    patient = Patient()
    patient.visit("/kiosk/")
    patient.press({"code": f" {code.lower()} "})
    assert patient.address == "/kiosk/welcome/"
    assert "tell the staff now" in patient.page.text
    assert "24 hours" not in patient.page.text
    patient.press()
    assert patient.address == "/s/1/"
    assert Submission.objects.get().kiosk
    events = json.dumps(list(AuditEvent.objects.values()), default=str)
    assert AuditEvent.objects.filter(action="kiosk.code").count() == 1
    assert code.replace(" ", "") not in events


def test_a_code_works_once_and_a_wrong_one_never(published: Version) -> None:
    code = a_code()
    for typed, status in ((code, 200), (code, 422), ("", 422), ("AAAAAA", 422)):
        patient = Patient()
        patient.visit("/kiosk/")
        patient.press({"code": typed})
        assert patient.status == status
    assert Submission.objects.count() == 1


def test_no_code_is_no_try(published: Version) -> None:
    for _ in range(21):
        response = Client().post("/kiosk/", {"code": " "})
    assert "Enter the code that the staff gave you." in response.content.decode()
    assert Client().post("/kiosk/", {"code": a_code()}).status_code == 303


def test_a_code_that_is_too_old_does_not_work(published: Version) -> None:
    code = a_code()
    cache.touch(kiosk_codes._cache_key(code), 0)
    assert not kiosk_codes.use_kiosk_code(code)
    assert kiosk_codes.LIFETIME_SECONDS == 600


def test_somebody_who_tries_many_codes_is_stopped(published: Version) -> None:
    for _ in range(20):
        Client().post("/kiosk/", {"code": "222222"})
    assert Client().post("/kiosk/", {"code": a_code()}).status_code == 429


def test_where_it_is_switched_off_there_is_no_such_page(published: Version) -> None:
    clinic_settings.save(values=replace(clinic.current(), kiosk=False), actor="user:1", now=timezone.now())
    assert Client().get("/kiosk/").status_code == 404
    assert Client().get("/kiosk/blank/").status_code == 200, (
        "a form that was begun before is cleared all the same"
    )
    assert "switched off" in browser_of(member("sam")).post("/staff/kiosk/").content.decode()


def test_every_page_clears_itself_without_javascript_and_is_kept_nowhere(published: Version) -> None:
    patient = on_tablet(published)
    patient.press()
    response = patient.client.get("/s/1/")
    assert BLANKS in response.content.decode()
    assert response["Cache-Control"] == "no-store"
    ordinary = Patient()
    ordinary.visit("/")
    ordinary.press()
    assert "kiosk" not in ordinary.html


BLANKS = 'content="120; url=/kiosk/blank/"'


@pytest.mark.parametrize(
    "path", ["/help-now/", "/nowhere/", "/s/999/", "/s/submit/", "/resume/", "/s/deleted/"]
)
def test_pages_that_know_no_form_clear_themselves_on_the_tablet_too(published: Version, path: str) -> None:
    patient = on_tablet(published)
    patient.visit(path)
    assert BLANKS in patient.html
    assert "data-blank" in patient.html
    assert patient.response["Cache-Control"] == "no-store"
    assert BLANKS not in Client().get(path).content.decode(), "and nowhere else"


def test_a_failure_and_the_help_page_say_to_tell_the_staff_and_clear_themselves(published: Version) -> None:
    patient = on_tablet(published)
    with connection.execute_wrapper(StoppedDatabase()):
        for path, status in (("/s/1/", 503), ("/help-now/", 200)):
            patient.visit(path)
            assert patient.status == status
            assert BLANKS in patient.html
            assert "Tell the staff now." in patient.page.text


def test_hiding_the_page_clears_the_tablet_and_leaves_no_form_behind_the_next_page(
    published: Version,
) -> None:
    """Given quick exit, then its link goes nowhere else: the next person would press Back and read the
    answers."""
    clinic_settings.save(
        values=replace(clinic.current(), quick_exit=True), actor="user:1", now=timezone.now()
    )
    patient = on_tablet(published)
    for _page in ("welcome", "a question"):
        assert clinic.NEUTRAL_SITE not in patient.html
        assert "Leave this site" not in patient.page.text
        assert patient.page.link("Clear now") == "/kiosk/blank/"
        patient.press()
    patient.visit(patient.page.link("Clear now"))
    assert clinic.NEUTRAL_SITE not in patient.html
    assert patient.visit("/s/1/").h1 == ["Your form is no longer open here"]


def test_the_services_own_start_page_begins_no_form_on_a_tablet(published: Version) -> None:
    patient = on_tablet(published)
    patient.visit("/")
    assert patient.address == "/kiosk/welcome/"
    patient.client.cookies.pop(cookie_name())
    assert patient.client.post("/")["Location"] == "/kiosk/"
    assert Submission.objects.count() == 1
    patient.visit("/kiosk/blank/")
    patient.visit("/")
    assert patient.address == "/kiosk/", "once it is cleared it is still the clinic's tablet"


@pytest.mark.parametrize("last", ["/kiosk/end/", "/kiosk/blank/"])
def test_after_a_form_no_address_opens_an_ordinary_one_or_shows_the_first_patient(
    published: Version, last: str
) -> None:
    patient = on_tablet(published)
    patient.press()
    patient.press({"symptoms-now": ["none"]})
    patient.visit(last)
    link = invited(member("sam"))
    for path in ("/", "/resume/", link):
        patient.visit(path)
        assert patient.address == "/kiosk/", path
    assert patient.client.post("/")["Location"] == "/kiosk/"
    assert patient.client.post(link)["Location"] == "/kiosk/"
    page = patient.visit("/s/5/")
    assert patient.status == 403
    assert not [form for form in page.forms if form.questions], "nothing of the first patient"
    patient.visit(page.link("Start") if any("Start" in words for _, words in page.links) else "/")
    assert patient.address == "/kiosk/"
    assert Submission.objects.count() == 1


def test_staff_make_the_tablet_an_ordinary_device_again_with_a_code(published: Version) -> None:
    patient = on_tablet(published)
    patient.visit("/kiosk/blank/")
    patient.visit("/kiosk/")
    ordinary = "Stop using this device as the clinic’s tablet"
    patient.press({"code": "AAAAAA"}, button=ordinary)
    assert patient.visit("/").h1 == ["Start on this tablet"], "not without a code"
    patient.press({"code": a_code()}, button=ordinary)
    assert patient.address == "/"
    assert patient.visit("/").h1 == Patient().visit("/").h1
    assert ordinary not in Patient().visit("/kiosk/").text


def test_a_clinic_that_stops_using_tablets_has_ordinary_devices_again(published: Version) -> None:
    patient = on_tablet(published)
    patient.visit("/kiosk/blank/")
    clinic_settings.save(values=replace(clinic.current(), kiosk=False), actor="user:1", now=timezone.now())
    assert patient.visit("/").h1 == Patient().visit("/").h1


def test_an_urgent_answer_says_to_tell_the_staff_now(published: Version) -> None:
    patient = on_tablet(published)
    token = patient.client.cookies[cookie_name()].value
    answered(load_with_token(token, now=timezone.now()), URGENT, until="safety-now")
    said = patient.visit("/s/interruption/").text
    assert said.index("Tell the staff now.") < said.index("Please call 911 now"), "before anything else"
    assert "Ask my clinic to contact me" not in said, "the clinic is here"
    assert "is kept" not in said, "it clears itself after two minutes"


def test_the_browser_is_told_to_suggest_nothing(published: Version) -> None:
    patient = on_tablet(published)
    token = patient.client.cookies[cookie_name()].value
    answered(load_with_token(token, now=timezone.now()), {})
    patient.visit("/s/you/")
    assert 'autocomplete="name"' not in patient.html
    patient.visit("/contact/")
    assert 'autocomplete="tel"' not in patient.html


def test_blank_takes_the_key_away(published: Version) -> None:
    patient = on_tablet(published)
    patient.visit("/kiosk/blank/")
    assert "Nothing of your form can be seen here" in patient.page.text
    assert not patient.client.cookies[cookie_name()].value
    assert patient.client.get("/s/1/").status_code == 403


def test_finishing_ends_on_a_page_for_the_next_patient(published: Version) -> None:
    patient = on_tablet(published)
    now, token = timezone.now(), patient.client.cookies[cookie_name()].value
    answered(load_with_token(token, now=now), {}, now=now)
    submissions.save_identity(loaded=load_with_token(token, now=now), identity={}, now=now)
    submissions.submit(loaded=load_with_token(token, now=now), now=now)
    client = holding(token)
    assert client.post("/s/finish/").headers["Location"] == "/kiosk/end/"
    assert 'content="20; url=/kiosk/"' in client.get("/kiosk/end/").content.decode()


@pytest.mark.browser
def test_nobody_there_is_asked_then_cleared_and_fifty_backs_show_nothing(
    browser: Browser, live_server: LiveServer, published: Version
) -> None:
    page = browser.new_context(viewport={"width": 390, "height": 800}).new_page()
    page.clock.install()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{live_server.url}/kiosk/")
    page.fill("#code", a_code())
    page.get_by_role("button", name="Start").click()
    page.get_by_role("button", name="Start a new form").click()
    page.get_by_label("None of these").first.check()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(f"{live_server.url}/s/2/")
    page.clock.run_for(91_000)
    page.get_by_role("button", name="I am still here").click()
    assert not page.locator("dialog").is_visible()
    page.clock.run_for(91_000)
    assert page.locator("dialog").is_visible()
    page.clock.run_for(31_000)
    page.wait_for_url(f"{live_server.url}/kiosk/blank/")
    assert asked.count(page.url) == 1, "over a slow line, asking each second would begin anew each second"
    page.clock.run_for(21_000)
    page.wait_for_url(f"{live_server.url}/kiosk/")
    for _press in range(50):
        page.go_back(wait_until="load")
        shown = page.inner_text("body")
        assert "right now" not in shown
        assert "any of these" not in shown
    for typed in ("/", "/s/5/", "/resume/"):
        page.goto(live_server.url + typed)
        page.goto(live_server.url + (page.locator("header a").first.get_attribute("href") or "/"))
        assert page.url == f"{live_server.url}/kiosk/", "the wordmark leads to the code page too"
