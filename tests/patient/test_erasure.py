"""A patient deletes what was not sent, or withdraws what was; and what is kept no longer is destroyed."""

from __future__ import annotations

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from questionnaire.models import Version
from screening.actions import clinic_settings, erasure, submissions
from screening.actions.resume import ensure_return_code, save_for_later, stash_page
from screening.core import codes
from screening.models import AuditEvent, RaisedFlag, StashedPage, Submission
from screening.queries.clinic import ClinicValues
from screening.queries.submission import derive_withdrawal_code, load_submission
from tests.builders.browsing import Patient
from tests.builders.resumed import CODE_ON_PAGE, saved_at
from tests.builders.staff import browser_of, member
from tests.builders.submissions import finished, patient_at, sent, started

ACHE = {"heart-conditions": ["heart-attack"]}
ZOE = {"name": "Zoë Ng", "phone": "555 010 4477"}


def purged(**when: float) -> str:
    return repr(erasure.purge_expired(retention_days=0, now=timezone.now() + timedelta(**when)))


# A draft ---------------------------------------------------------------


def test_a_draft_is_deleted_after_being_asked_once(published: Version) -> None:
    patient = patient_at(published, "age")
    page = patient.visit(patient.page.link("Delete this form"))
    assert page.h1 == ["Do you want to delete this form?"]
    assert Submission.objects.exists(), "looking deletes nothing"
    patient.press(button="Delete everything")
    assert patient.page.h1 == ["Your form is deleted"]
    assert not Submission.objects.exists()
    assert patient.client.get("/s/3/").status_code == 403
    assert AuditEvent.objects.filter(action="submission.delete").count() == 1


def test_a_patient_who_thinks_again_goes_on_where_they_were(published: Version) -> None:
    patient = patient_at(published, "age")
    patient.visit("/s/delete/")
    patient.visit(patient.page.link("Keep it and go on"))
    assert patient.address == "/s/3/"


def test_a_deleted_form_has_no_way_back(published: Version) -> None:
    patient, code = saved_at(published, "age")
    patient.visit("/s/delete/")
    patient.press(button="Delete everything")
    back = Patient()
    back.visit("/resume/")
    back.press({"code": code, "year": "1980"})
    assert back.status == 422


def test_nobody_deletes_without_the_key_and_nothing_that_was_sent(published: Version) -> None:
    row = sent(published)
    assert Patient().client.post("/s/delete/").status_code == 403
    with pytest.raises(submissions.AlreadySentError):
        erasure.delete_draft(loaded=load_submission(row), now=timezone.now())
    assert Submission.objects.exists()


# Something sent ---------------------------------------------------------------


def withdraw(reference: str, code: str) -> Patient:
    patient = Patient()
    patient.visit("/withdraw/")
    patient.press({"reference": reference, "code": code})
    return patient


def test_the_result_shows_a_code_that_takes_it_back(published: Version) -> None:
    patient = patient_at(published, "questions-for-doctor", ACHE)
    for _page in range(3):
        patient.press()
    code = CODE_ON_PAGE.search(patient.page.text)[0]
    reference = re.search(r"\b\w{3}-\w{3}\b", patient.page.text)[0]
    done = withdraw(reference.lower().replace("-", " "), code.lower())
    assert done.page.h1 == ["Your answers are withdrawn"]
    row = Submission.objects.get()
    assert (row.state, row.identity, row.high) == ("withdrawn", None, 0)
    assert load_submission(row).response.answers == {}
    assert not RaisedFlag.objects.exists()
    assert patient.client.get("/s/result/").status_code == 403, "the result is closed everywhere"
    assert [e.action for e in AuditEvent.objects.order_by("id")][-1] == "submission.withdraw"


def test_what_staff_have_read_is_kept_as_the_clinic_must_and_then_destroyed(published: Version) -> None:
    row = sent(published, ACHE, identity=ZOE)
    Submission.objects.update(opened_at=timezone.now())
    withdraw(row.reference, derive_withdrawal_code(row))
    row.refresh_from_db()
    assert row.state == "withdrawn"
    assert row.flags.exists()
    kept = erasure.purge_expired(retention_days=30, now=timezone.now() + timedelta(days=29))
    assert (kept.withdrawn, kept.retained, row.flags.exists()) == (0, 0, True)
    assert erasure.purge_expired(retention_days=30, now=timezone.now() + timedelta(days=31)).retained == 1
    assert not Submission.objects.exists()


def test_without_a_retention_time_the_next_purge_empties_it(published: Version) -> None:
    row = sent(published, ACHE, identity=ZOE)
    Submission.objects.update(opened_at=timezone.now())
    withdraw(row.reference, derive_withdrawal_code(row))
    assert "withdrawn=1" in purged()
    row.refresh_from_db()
    assert (row.identity, row.name_phone, row.flags.count()) == (None, "", 0)
    assert "withdrawn=0" in purged()


def test_staff_see_that_it_was_withdrawn_and_nothing_of_it(published: Version) -> None:
    row = sent(published, ACHE, identity=ZOE)
    desk = browser_of(member("sam"))
    address = reverse("staff:submission", args=[row.reference])
    assert "Zoë Ng" in desk.get(address).content.decode()
    withdraw(row.reference, derive_withdrawal_code(row))
    response = desk.get(address)
    assert response.status_code == 410
    assert f"Submission {row.reference} was withdrawn" in response.content.decode()
    assert "Zoë Ng" not in response.content.decode()
    assert row.reference not in desk.get(reverse("staff:queue")).content.decode()
    assert Patient().client.get(address).status_code == 302


@pytest.mark.parametrize("which", ["reference", "code", "both"])
def test_one_answer_for_a_wrong_reference_and_a_wrong_code(published: Version, which: str) -> None:
    row = sent(published)
    reference = "222-222" if which in {"reference", "both"} else row.reference
    code = codes.draw_code() if which in {"code", "both"} else derive_withdrawal_code(row)
    refused = withdraw(reference, code)
    assert refused.status == 422
    assert "Nothing that was sent goes with this reference and this code." in refused.page.text
    assert Submission.objects.get().state == "submitted"


def test_withdrawing_is_limited_and_another_forms_code_does_not_do(published: Version) -> None:
    mine, other = sent(published), sent(published)
    assert withdraw(mine.reference, derive_withdrawal_code(other)).status == 422
    assert [withdraw("222-222", codes.draw_code()).status for _ in range(20)] == [422] * 19 + [429]
    assert withdraw(mine.reference, derive_withdrawal_code(mine)).status == 429


def test_twice_is_told_and_a_mistyped_code_is_told_at_once(published: Version) -> None:
    row = sent(published)
    code = derive_withdrawal_code(row)
    assert withdraw(row.reference, code).status == 200
    assert "withdrawn already" in withdraw(row.reference, code).page.text
    wrong = ("2" if code[0] != "2" else "3") + code[1:]
    assert "one of them seems to be wrong" in withdraw(row.reference, wrong).page.text
    assert "Enter the 6 letters and numbers" in withdraw("12", code).page.text


# Purging ---------------------------------------------------------------


def test_drafts_go_when_no_device_and_no_code_opens_them(published: Version) -> None:
    started(published)
    _, loaded = started(published)
    loaded = ensure_return_code(loaded=loaded, now=timezone.now())
    save_for_later(loaded=loaded, year=1980, days=7, now=timezone.now())
    assert "drafts=0" in purged(hours=23)
    assert "drafts=1" in purged(hours=25)
    assert "drafts=0" in purged(days=6)
    assert "drafts=1" in purged(days=8)
    assert not Submission.objects.exists()


def test_kept_pages_go_after_half_an_hour(published: Version) -> None:
    stash_page(posted={"age": ["45"]}, now=timezone.now())
    assert "pages=0" in purged(minutes=29)
    assert "pages=1" in purged(minutes=31)
    assert not StashedPage.objects.exists()


def test_closed_submissions_stay_unless_the_clinic_says_otherwise(published: Version) -> None:
    sent(published)
    Submission.objects.update(desk="done", decided_at=timezone.now() - timedelta(days=400))
    open_one = sent(published)
    assert "retained=0" in purged()
    assert erasure.purge_expired(retention_days=365, now=timezone.now()).retained == 1
    assert Submission.objects.get() == open_one


def test_the_command_says_and_records_how_many(published: Version) -> None:
    clinic_settings.save(values=ClinicValues(retention_days=30), actor="system", now=timezone.now())
    started(published, now=timezone.now() - timedelta(days=2))
    said = StringIO()
    call_command("purge_expired", stdout=said)
    assert said.getvalue() == "destroyed: 1 drafts, 0 withdrawn, 0 past retention, 0 kept pages\n"
    event = AuditEvent.objects.get(action="submissions.purge")
    assert event.detail == {"drafts": 1, "withdrawn": 0, "retained": 0, "pages": 0}
    call_command("purge_expired", stdout=said)
    assert AuditEvent.objects.filter(action="submissions.purge").count() == 1, (
        "nothing done, nothing recorded"
    )


def test_what_was_changed_before_sending_is_not_kept(published: Version) -> None:
    loaded = finished(published)
    number = loaded.definition.page_of["age"]
    common = {"number": number, "urgent": frozenset(), "now": timezone.now()}
    loaded = submissions.save_page(loaded=loaded, values={"age": 54}, seen=loaded.seen(number), **common)
    assert loaded.response.before == {"age": 45}
    row = submissions.submit(loaded=loaded, now=timezone.now())
    assert load_submission(row).response.before == {}
