"""Nothing is lost: the line cut, both cookies gone, two devices, a clock that jumps, words republished
midway."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from questionnaire import document
from questionnaire.actions import drafts, publishing
from questionnaire.definition import Definition
from questionnaire.models import Document, Version
from screening.actions import clinic_settings, submissions
from screening.actions.resume import ensure_return_code
from screening.models import AuditEvent, ContactRequest, Submission
from screening.queries import clinic
from screening.queries.submission import load_with_token
from tests.builders.browsing import Paper, Patient
from tests.builders.resumed import resume_with, saved_at
from tests.builders.shipped import shipped
from tests.builders.submissions import holding, loaded_by, patient_at, started

OURS = {"origin": "http://testserver"}


def untouched(patient: Patient, **typed: object) -> dict[str, object]:
    """What the browser would send, and send again when no answer came."""
    return {**dict(patient.page.main_form.filled()), **typed}


# The line is cut between Continue and the reply -------------------------------------------------------------


def test_a_page_whose_reply_never_came_is_sent_again_and_saved_once(published: Version) -> None:
    patient = patient_at(published, "age")
    form = untouched(patient, age="45")
    patient.client.post(patient.address, form)
    revision = Submission.objects.get().revision
    response = patient.client.post(patient.address, form)
    assert (response.status_code, response["Location"]) == (303, "/s/4/")
    assert Submission.objects.get().revision <= revision + 1
    assert loaded_by(patient).response.answers["age"] == 45


def test_an_urgent_page_sent_again_interrupts_once_and_never_skips_it(published: Version) -> None:
    patient = patient_at(published, "safety-now")
    form = untouched(patient, **{"safety-now": ["self-harm"]})
    for _ in range(2):
        assert patient.client.post(patient.address, form)["Location"] == "/s/interruption/"
    patient.visit("/s/interruption/")
    read = untouched(patient)
    for _ in range(2):
        assert patient.client.post("/s/interruption/", read)["Location"] == "/s/3/"
    assert patient.client.post("/s/2/", form)["Location"] == "/s/3/", "what was read does not interrupt again"


def test_an_old_copy_of_a_page_that_arrives_late_overwrites_nothing(published: Version) -> None:
    """The first try was slow, the patient went back and corrected it, and only then does the first try
    arrive."""
    patient = patient_at(published, "age")
    late = untouched(patient, age="54")
    patient.press({"age": "45"})
    assert patient.client.post("/s/3/", late).status_code == 409
    assert loaded_by(patient).response.answers["age"] == 45


def test_sending_twice_sends_once(published: Version) -> None:
    patient = patient_at(published, "questions-for-doctor")
    patient.press()
    patient.press()
    form = untouched(patient)
    for _ in range(2):
        assert patient.client.post("/s/submit/", form)["Location"] == "/s/result/"
    assert Submission.objects.filter(state="submitted").count() == 1
    assert AuditEvent.objects.filter(action="submission.submit").count() == 1


def test_saving_with_a_year_twice_leaves_one_way_back(published: Version) -> None:
    patient = patient_at(published, "age")
    patient.press(button="Save and come back")
    form = untouched(patient, year="1980")
    for _ in range(2):
        assert patient.client.post("/s/save/", form)["Location"] == "/s/save/"
    patient.visit("/s/save/")
    code = loaded_by(patient).response.code
    assert resume_with(code).address == "/s/3/"


def test_deleting_twice_says_that_nothing_is_open_and_destroys_nothing_else(published: Version) -> None:
    patient, other = patient_at(published, "age"), patient_at(published, "age")
    patient.visit("/s/delete/")
    form = untouched(patient)
    token = patient.client.cookies["form"].value
    assert patient.client.post("/s/delete/", form)["Location"] == "/s/deleted/"
    assert holding(token).post("/s/delete/", form).status_code == 403
    assert loaded_by(other)


def test_asking_for_a_call_twice_is_one_line_for_staff(published: Version) -> None:
    client = Client()
    for _ in range(2):
        response = client.post("/contact/", {"name": "Ana Flores", "phone": "555 010 4477"})
        assert response.status_code == 303
    assert ContactRequest.objects.count() == 1


# Cookies are gone -------------------------------------------------------------------------------------------


def test_with_both_cookies_gone_the_page_comes_back_through_both_doors(published: Version) -> None:
    """Neither the key to the form nor the form's own key: first "send again", then "come back with your
    code"."""
    patient, code = saved_at(published, "questions-for-doctor")
    patient.visit(patient.page.link("Go on with the form"))
    bare = Client(enforce_csrf_checks=True)
    form = untouched(patient, **{"questions-for-doctor": "Can I drive?\nAnd <swim>?"})
    refused = bare.post(patient.address, form, headers=OURS)
    assert refused.status_code == 403
    again = Paper(refused.content.decode()).main_form
    closed = bare.post(patient.address, dict(again.filled()), headers=OURS)
    assert closed.status_code == 403
    kept = dict(Paper(closed.content.decode()).main_form.filled())
    resume = Paper(bare.post("/resume/", kept, headers=OURS).content.decode()).main_form
    known = {**dict(resume.filled()), "code": code, "year": "1980"}
    target = bare.post("/resume/", known, headers=OURS)["Location"]
    [box] = Paper(bare.get(target).content.decode()).main_form.named("questions-for-doctor")
    assert box.value == "Can I drive?\nAnd <swim>?"


def test_a_cookie_cut_short_is_no_key_and_breaks_nothing(published: Version) -> None:
    token, _ = started(published)
    for wrong in (token[:-1], token + "x", "", "ñ", "x" * 5000):
        assert holding(wrong).get("/s/1/").status_code == 403


def test_the_cookie_is_lost_in_the_middle_and_the_code_brings_everything_back(published: Version) -> None:
    patient, code = saved_at(published, "age", {"age": "45"})
    patient.client.cookies.clear()
    patient.visit("/s/4/")
    patient.visit(patient.page.link("Come back with your code"))
    patient.press({"code": code, "year": "1980"})
    assert patient.address == "/s/4/"
    assert loaded_by(patient).response.answers["age"] == 45


# Another language in the middle -----------------------------------------------------------------------------


def test_a_year_half_typed_survives_the_switch_of_language_and_is_kept_nowhere(published: Version) -> None:
    patient = patient_at(published, "age")
    page = patient.press(button="Save and come back")
    before = bytes(Submission.objects.get().response)
    for button, language in (("Español", "es"), ("English", "en"), ("Español", "es")):
        page = patient.press({"year": "19"}, button=button)
        assert (patient.address, patient.status, page.lang) == ("/s/save/", 200, language)
        assert page.main_form.named("year")[0].value == "19"
        assert 'id="errors"' not in patient.html
    assert bytes(Submission.objects.get().response) == before
    patient.press({"year": "1980"})
    assert patient.page.h1 == ["Su formulario está guardado"]
    page = patient.press({"email": "ana@exam"}, button="English")
    assert page.main_form.named("email")[0].value == "ana@exam"


def test_a_wrong_address_for_the_reminder_is_still_there_to_be_corrected(published: Version) -> None:
    patient, _ = saved_at(published, "age")
    page = patient.press({"email": "ana@exam"}, button="Send me the code")
    assert patient.status == 422
    assert page.main_form.named("email")[0].value == "ana@exam"
    assert page.title.startswith("Error:")


def test_a_tablet_code_half_typed_survives_the_switch(published: Version) -> None:
    clinic_settings.save(values=replace(clinic.current(), kiosk=True), actor="user:1", now=timezone.now())
    patient = Patient()
    patient.visit("/kiosk/")
    page = patient.press({"code": "K7M"}, button="Español")
    assert (page.lang, page.main_form.named("code")[0].value) == ("es", "K7M")
    page = patient.press()
    assert patient.status == 422
    assert page.main_form.named("code")[0].value == "K7M"


# Two devices ------------------------------------------------------------------------------------------------


def test_two_devices_use_one_code_and_only_the_last_writes(published: Version) -> None:
    _, code = saved_at(published, "age")
    phone, tablet = resume_with(code), resume_with(code)
    assert phone.address == tablet.address == "/s/3/"
    phone.press({"age": "54"})
    assert phone.status == 403
    assert "it is kept for 30 minutes" in phone.page.text, "what was typed there is not lost either"
    tablet.press({"age": "45"})
    assert tablet.address == "/s/4/"
    assert loaded_by(tablet).response.answers["age"] == 45
    phone.press(button="Come back with your code")
    phone.press({"code": code, "year": "1980"})
    phone.press()
    assert phone.status == 409, "both answers are shown"
    assert "54" in phone.page.text


def test_once_one_device_has_sent_it_the_code_opens_nothing_on_the_other(published: Version) -> None:
    _, code = saved_at(published, "questions-for-doctor")
    first, second = resume_with(code), resume_with(code)
    for _page in range(3):
        second.press()
    assert second.address == "/s/result/"
    first.press()
    assert first.status == 403
    assert resume_with(code).status == 422
    assert Submission.objects.filter(state="submitted").count() == 1


# The clock jumps --------------------------------------------------------------------------------------------


class Clock:
    """The time as every page of the journey is told it."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.real, self.ahead = timezone.now, timedelta()
        patch.setattr(timezone, "now", lambda: self.real() + self.ahead)

    def jump(self, **ahead: float) -> datetime:
        self.ahead = timedelta(**ahead)
        return timezone.now()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def test_forward_past_the_session_the_page_is_kept_and_the_code_still_opens_it(
    published: Version, clock: Clock
) -> None:
    patient, code = saved_at(published, "age")
    patient.visit("/s/3/")
    clock.jump(hours=25)
    patient.press({"age": "45"})
    assert patient.status == 410
    patient.press(button="Come back with your code")
    patient.press({"code": code, "year": "1980"})
    assert patient.page.main_form.named("age")[0].value == "45"


def test_forward_past_the_code_it_opens_nothing_and_a_new_form_can_begin(
    published: Version, clock: Clock
) -> None:
    _, code = saved_at(published, "age")
    clock.jump(days=7, minutes=1)
    back = resume_with(code)
    assert back.status == 422
    assert "too long ago" in back.page.text
    back.visit(back.page.link("Back"))
    back.press()
    assert back.address == "/s/1/"


def test_forward_and_back_again_nothing_is_destroyed_in_between(published: Version, clock: Clock) -> None:
    """A clock that was wrong for a while: no page of a patient destroys anything because of the time."""
    patient, code = saved_at(published, "age", {"age": "45"})
    clock.jump(days=400)
    assert patient.client.get("/s/4/").status_code == 410
    assert resume_with(code).status == 422
    clock.jump(days=0)
    assert patient.client.get("/s/4/").status_code == 200
    assert resume_with(code).address == "/s/4/"


def test_backward_the_form_stays_open_and_what_is_saved_still_counts(
    published: Version, clock: Clock
) -> None:
    patient = patient_at(published, "age")
    clock.jump(days=-1)
    patient.press({"age": "45"})
    assert patient.address == "/s/4/"
    patient.press(button="Save and come back")
    code = loaded_by(patient).response.code
    patient.press({"year": "1980"})
    assert resume_with(code).address == "/s/4/"
    row = Submission.objects.get()
    assert row.saved_at < row.started_at


def test_sent_while_the_clock_was_far_ahead_the_result_still_opens(published: Version, clock: Clock) -> None:
    patient = patient_at(published, "questions-for-doctor")
    clock.jump(hours=23)
    for _page in range(3):
        patient.press()
    assert patient.address == "/s/result/"
    clock.jump(hours=0)
    assert patient.visit("/s/result/").h1 == ["Thank you. Please discuss these answers with your physician"]


# A new version in the middle --------------------------------------------------------------------------------


def republished(version: Version, definition: Definition, successors: dict[str, list[str]]) -> Version:
    """The next version of this questionnaire, in place of the one before."""
    following = Version.objects.create(
        questionnaire=version.questionnaire,
        number=version.number + 1,
        state=Version.State.DRAFT,
        created_at=timezone.now(),
        successors=successors,
        **drafts.to_version_columns(definition),
    )
    text, fingerprint = document.to_canonical_json(definition), document.compute_fingerprint(definition)
    Document.objects.create(version=following, json=text, fingerprint=fingerprint)
    Version.objects.filter(pk=version.pk).update(state=Version.State.RETIRED)
    Version.objects.filter(pk=following.pk).update(state=Version.State.PUBLISHED, published_at=timezone.now())
    publishing.load_definition.cache_clear()
    return following


def with_successor(definition: Definition, code: str, heir: str) -> Definition:
    """The same text, where one flag has gone and another took its place."""
    flags = tuple(replace(flag, code=heir) if flag.code == code else flag for flag in definition.flags)
    return replace(definition, flags=flags)


def test_a_form_keeps_the_words_and_the_flags_it_was_begun_with(published: Version) -> None:
    """Also where its flag has a successor in the new version: what this patient was asked decides."""
    patient = patient_at(published, "questions-for-doctor", {"heart-conditions": ["heart-attack"]})
    code = next(f.code for f in shipped().flags if f.condition and "heart-attack" in f.condition)
    following = republished(
        published, with_successor(shipped(), code, f"{code}-anew"), {code: [f"{code}-anew"]}
    )
    for _page in range(3):
        patient.press()
    assert patient.address == "/s/result/"
    row = Submission.objects.get()
    raised = set(row.flags.values_list("code", flat=True))
    assert row.version_id == published.pk
    assert code in raised
    assert f"{code}-anew" not in raised
    late = patient_at(following, "questions-for-doctor", {"heart-conditions": ["heart-attack"]})
    for _page in range(3):
        late.press()
    assert f"{code}-anew" in set(
        Submission.objects.get(version=following).flags.values_list("code", flat=True)
    )


def test_after_coming_back_to_a_retired_version_it_goes_on_and_a_new_form_has_the_new_one(
    published: Version,
) -> None:
    _, code = saved_at(published, "age")
    following = republished(published, with_successor(shipped(), "none", "none"), {})
    back = resume_with(code)
    back.press({"age": "45"})
    assert back.address == "/s/4/"
    assert loaded_by(back).row.version_id == published.pk
    new = Patient()
    new.visit("/")
    new.press()
    assert loaded_by(new).row.version_id == following.pk


def test_a_page_kept_under_the_old_version_is_given_back_into_a_form_of_the_new_one(
    published: Version,
) -> None:
    patient = patient_at(published, "safety-now")
    following = republished(published, with_successor(shipped(), "none", "none"), {})
    patient.client.cookies.clear()
    patient.press({"safety-now": ["not-sure"]})
    patient.press(button="Begin a new form with it")
    patient.press({"symptoms-now": ["none"]})
    assert loaded_by(patient).row.version_id == following.pk
    assert [c.value for c in patient.page.main_form.named("safety-now") if c.checked] == ["not-sure"]


def test_two_writes_at_one_moment_are_joined_or_refused_and_never_lost(published: Version) -> None:
    token, loaded = started(published)
    now = timezone.now()
    code = ensure_return_code(loaded=loaded, now=now).response.code
    other = load_with_token(token, now=now)
    common = {"urgent": frozenset(), "now": now}
    submissions.save_page(
        loaded=loaded, number=1, values={"symptoms-now": ("none",)}, seen=loaded.seen(1), **common
    )
    submissions.save_page(
        loaded=other, number=2, values={"safety-now": ("none",)}, seen=other.seen(2), **common
    )
    response = load_with_token(token, now=now).response
    assert set(response.answers) == {"symptoms-now", "safety-now"}
    assert response.code == code
