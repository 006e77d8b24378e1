"""Save and come back: a code that can be read aloud, the year of birth, and one device at a time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from questionnaire.models import Version
from screening.actions.resume import ensure_return_code, resume_submission, save_for_later
from screening.core import codes
from screening.models import AuditEvent, Submission
from screening.queries.clinic import ClinicValues
from screening.queries.submission import FormNotFoundError, load_submission
from tests.builders.browsing import Patient, says
from tests.builders.resumed import CODE_ON_PAGE, resume_with, saved_at
from tests.builders.submissions import answered, finished, holding, loaded_by, patient_at, started

# The code ---------------------------------------------------------------------------------------------------


def test_a_code_has_no_look_alikes_and_stands_in_groups_of_four() -> None:
    for _ in range(200):
        code = codes.group_code(codes.draw_code())
        assert CODE_ON_PAGE.fullmatch(code)
        assert not set(code) & set("01OIL")


def test_every_single_slip_in_a_code_is_noticed() -> None:
    code = codes.draw_code()
    for place, right in enumerate(code):
        for wrong in codes.LETTERS:
            slip = code[:place] + wrong + code[place + 1 :]
            assert (codes.read_code(slip) is None) == (wrong != right)
    swaps = [code[:n] + code[n + 1] + code[n] + code[n + 2 :] for n in range(11) if code[n] != code[n + 1]]
    assert [codes.read_code(swap) for swap in swaps] == [None] * len(swaps)


@pytest.mark.parametrize("how", ["{0}-{1}-{2}", "{0} {1} {2}", "{0}{1}{2}", "  {0} - {1} – {2}.\n"])
def test_a_code_is_read_however_it_is_typed(how: str) -> None:
    code = codes.draw_code()
    typed = how.format(code[:4], code[4:8], code[8:])
    assert codes.read_code(typed) == codes.read_code(typed.lower()) == code


@pytest.mark.parametrize("typed", ["", "ABCD", "0000-0000-0000", "é" * 12, "A" * 5000, "२" * 12, "ß" * 12])
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert codes.read_code(typed) is None


def test_a_derived_code_belongs_to_its_text_and_its_purpose() -> None:
    code = codes.derive_code("a", purpose="x")
    assert codes.read_code(code) == code == codes.derive_code("a", purpose="x")
    assert len({code, codes.derive_code("b", purpose="x"), codes.derive_code("a", purpose="y")}) == 3


# Saving -----------------------------------------------------------------------------------------------------


def test_every_form_page_can_be_saved_and_continue_stays_its_first_button(published: Version) -> None:
    patient = patient_at(published, "safety-now")
    assert [b.words for b in patient.page.main_form.buttons] == ["Continue", "Save and come back", "Español"]
    patient.press({"safety-now": ["self-harm"]})
    assert patient.address == "/s/interruption/"
    assert "Save and come back" in [b.words for b in patient.page.main_form.buttons]
    token, loaded = started(published)
    answered(loaded, {})
    other = Patient(holding(token))
    assert "Save and come back" in [b.words for b in other.visit("/s/you/").main_form.buttons]
    other.press()
    assert other.address == "/s/check/"
    other.press(button="Save and come back")
    assert other.address == "/s/save/"
    assert Submission.objects.filter(state="draft").count() == 2, "saving never sends"


def test_a_valid_page_is_saved_as_answered(published: Version) -> None:
    patient, code = saved_at(published, "age", {"age": "45"})
    assert loaded_by(patient).response.answers["age"] == 45
    assert resume_with(code).address == "/s/4/"


def test_a_half_filled_page_is_kept_as_typed_without_a_word_about_errors(published: Version) -> None:
    patient, code = saved_at(published, "age", {"age": "forty"})
    assert "age" not in loaded_by(patient).response.answers
    back = resume_with(code)
    assert (back.address, back.status) == ("/s/3/", 200)
    assert back.page.main_form.named("age")[0].value == "forty"
    assert 'id="errors"' not in back.html


def test_a_page_that_may_be_left_out_and_was_not_touched_is_there_again(published: Version) -> None:
    """A patient who leaves to fetch their list of medicines has not said that they have none to tell."""
    _, code = saved_at(published, "questions-for-doctor")
    back = resume_with(code)
    assert back.page.main_form.questions == ["questions-for-doctor"]
    back.press()
    assert back.address == "/s/you/", "a Continue leaves it out"
    back.visit(f"/s/{loaded_by(back).definition.page_of['questions-for-doctor']}/")
    back.press(button="Save and come back")
    assert "questions-for-doctor" in loaded_by(back).response.asked


def test_an_urgent_answer_is_met_with_help_also_when_saving(published: Version) -> None:
    patient = patient_at(published, "safety-now")
    page = patient.press({"safety-now": ["self-harm", "none"]}, button="Save and come back")
    assert patient.address == "/s/save/"
    assert "Please get help first. This form can wait." in page.text
    code = CODE_ON_PAGE.search(page.text)[0]
    patient.press({"year": "1980"})
    assert resume_with(code).address == "/s/interruption/"


def test_the_code_stays_the_same_and_the_year_can_be_corrected(published: Version) -> None:
    patient, code = saved_at(published, "age")
    patient.visit("/s/3/")
    patient.press(button="Save and come back")
    assert code in patient.page.text
    patient.client.post("/s/save/", {"year": "1981"})
    assert resume_with(code, "1980").status == 422
    assert resume_with(code, "1981").address == "/s/3/"


@pytest.mark.parametrize("year", ["", "80", "198", "3000", "1800", "abcd", "1980.5", "٣"])
def test_a_year_that_is_none_is_asked_for_again_with_the_code_still_there(
    published: Version, year: str
) -> None:
    patient = patient_at(published, "age")
    page = patient.press(button="Save and come back")
    code = CODE_ON_PAGE.search(page.text)[0]
    page = patient.press({"year": year})
    assert patient.status == 422
    assert page.title.startswith("Error:")
    assert code in page.text
    assert Submission.objects.get().resume_hash is None


def test_the_database_keeps_neither_code_nor_year(published: Version) -> None:
    _, code = saved_at(published, "age")
    row = Submission.objects.get()
    kept = " ".join(str(value) for value in vars(row).values())
    assert code not in kept
    assert code.replace("-", "") not in kept
    assert not says("1980", kept)
    assert AuditEvent.objects.filter(action="submission.save-for-later").count() == 1


def test_leaving_clears_this_device_and_the_code_still_works(published: Version) -> None:
    patient, code = saved_at(published, "age")
    patient.press(button="Leave and clear this device")
    assert patient.address == "/"
    assert patient.visit("/s/3/").h1 == ["Your form is no longer open here"]
    assert resume_with(code).address == "/s/3/"


def test_nobody_can_leave_before_there_is_a_way_back(published: Version) -> None:
    patient = patient_at(published, "age")
    patient.press(button="Save and come back")
    response = patient.client.post("/s/save/", {"leave": "yes"})
    assert response.status_code == 422
    assert loaded_by(patient)


# Coming back ------------------------------------------------------------------------------------------------


def test_coming_back_gives_this_device_the_form_and_stops_the_other(published: Version) -> None:
    first, code = saved_at(published, "age")
    second = resume_with(code.lower().replace("-", " "))
    assert second.address == "/s/3/"
    assert first.visit("/s/3/").h1 == ["Your form is no longer open here"]
    third = resume_with(code)
    assert (third.address, second.client.get("/s/3/").status_code) == ("/s/3/", 403)


def test_coming_back_speaks_the_language_of_the_form(published: Version) -> None:
    patient = patient_at(published, "age")
    patient.press(button="Español")
    page = patient.press(button="Guardar y volver después")
    code = CODE_ON_PAGE.search(page.text)[0]
    patient.press({"year": "1980"})
    assert resume_with(code).page.lang == "es"


@pytest.mark.parametrize(("code", "year"), [(None, "1981"), ("new", "1980"), ("new", "1981")])
def test_one_answer_for_a_wrong_code_and_a_wrong_year(
    published: Version, code: str | None, year: str
) -> None:
    _, right = saved_at(published, "age")
    page = Patient()
    page.visit("/resume/")
    typed = codes.draw_code() if code else right
    with CaptureQueriesContext(connection) as captured:
        page.press({"code": typed, "year": year})
    assert page.status == 422
    assert "No saved form goes with this code and this year of birth." in page.page.text
    looked_up = [query["sql"] for query in captured if "screening_submission" in query["sql"]]
    assert len(looked_up) == 1, "both are looked up by one hash"
    assert "form" not in page.client.cookies


def test_a_mistyped_code_is_told_before_anything_is_looked_up(published: Version) -> None:
    _, code = saved_at(published, "age")
    wrong = ("2" if code[0] != "2" else "3") + code[1:]
    back = resume_with(wrong)
    assert back.status == 422
    assert "one of them seems to be wrong" in back.page.text
    assert "Enter the 12 letters and numbers of your code" in resume_with(" ").page.text


def test_tries_are_limited_for_one_code_and_for_one_address(published: Version) -> None:
    _, code = saved_at(published, "age")
    assert [resume_with(code, str(1950 + n)).status for n in range(5)] == [422] * 5
    refused = resume_with(code, "1980")
    assert refused.status == 429
    assert "There were too many tries." in refused.page.text
    assert [resume_with(codes.draw_code()).status for _ in range(16)] == [422] * 15 + [429]


def test_a_saved_form_expires_and_a_sent_one_is_not_found(published: Version) -> None:
    _, loaded = started(published)
    loaded = ensure_return_code(loaded=loaded, now=timezone.now())
    clinic = ClinicValues()
    save_for_later(loaded=loaded, year=1980, days=7, now=timezone.now())
    code = loaded.response.code
    with pytest.raises(FormNotFoundError):
        resume_submission(
            code=code, year=1980, clinic=clinic, now=timezone.now() + timedelta(days=7, seconds=1)
        )
    assert resume_submission(
        code=code, year=1980, clinic=clinic, now=timezone.now() + timedelta(days=6, hours=23)
    )
    Submission.objects.update(state="submitted", reference="AAA-AAA", submitted_at=timezone.now())
    with pytest.raises(FormNotFoundError):
        resume_submission(code=code, year=1980, clinic=clinic, now=timezone.now())


def test_a_form_left_for_long_asks_again_how_they_are_right_now(published: Version) -> None:
    """Both sections are put again, nothing is ticked beforehand, and the rest need not be typed again."""
    urgent = {"symptoms-now": ["chest-pain"], "bp-reading-known": "yes"}
    loaded = finished(published, urgent, identity={"phone": "555 010 4477"})
    loaded = ensure_return_code(loaded=load_submission(Submission.objects.get()), now=timezone.now())
    save_for_later(loaded=loaded, year=1980, days=90, now=timezone.now())
    later = timezone.now() + timedelta(days=30)
    token, _ = resume_submission(code=loaded.response.code, year=1980, clinic=ClinicValues(), now=later)
    Submission.objects.update(token_expires_at=timezone.now() + timedelta(hours=1))
    patient = Patient(holding(token))
    patient.visit("/s/")
    assert patient.address == "/s/1/"
    assert not [c for c in patient.page.main_form.named("symptoms-now") if c.checked]
    assert loaded_by(patient).response.answers["symptoms-now"] == ("chest-pain",), (
        "kept, until it is replaced"
    )
    patient.press({"symptoms-now": ["chest-pain"]})
    assert patient.address == "/s/interruption/", "what was read a month ago is said again"
    patient.press()
    asked = []
    while patient.address.removeprefix("/s/").rstrip("/").isdecimal():
        asked.append(loaded_by(patient).definition.section_of_page[int(patient.address[3:-1])].id)
        names = patient.page.main_form.questions
        calm = {"safety-now": ["none"], "bp-diagnosis": "no", "bp-control": "yes", "bp-reading-known": "no"}
        patient.press({name: calm.get(name, "no") for name in names})
    assert set(asked) == {"right-now", "blood-pressure"}
    assert patient.address == "/s/check/"


def test_a_form_left_for_less_asks_nothing_again(published: Version) -> None:
    loaded = ensure_return_code(loaded=finished(published), now=timezone.now())
    save_for_later(loaded=loaded, year=1980, days=90, now=timezone.now())
    later = timezone.now() + timedelta(days=29)
    _, loaded = resume_submission(code=loaded.response.code, year=1980, clinic=ClinicValues(), now=later)
    assert loaded.complete


# The reminder -----------------------------------------------------------------------------------------------


def test_the_reminder_holds_the_code_and_no_word_about_clinic_or_health(published: Version) -> None:
    patient, code = saved_at(published, "age")
    patient.press({"email": "me@example.com"}, button="Send me the code")
    assert "The reminder was sent." in patient.page.text
    [message] = mail.outbox
    assert message.to == ["me@example.com"]
    assert code in message.body
    said = f"{message.subject} {message.body}".lower()
    for word in (
        "ketamine",
        "health",
        "clinic",
        "form",
        "beforehand",
        "testserver",
        "1980",
        "physician",
        "http",
    ):
        assert word not in said
    kept = Submission.objects.get()
    assert b"me@example.com" not in bytes(kept.response)


def test_enter_in_the_address_sends_the_code_and_does_not_leave(published: Version) -> None:
    """A phone's Go key presses the first button; leaving would clear the only device that shows the code."""
    patient, code = saved_at(published, "age")
    patient.press({"email": "me@example.com"})
    assert code in mail.outbox[0].body
    assert "The reminder was sent." in patient.page.text


def test_a_reminder_is_not_sent_to_nowhere_or_too_often(published: Version) -> None:
    patient, _ = saved_at(published, "age")
    patient.press({"email": "not an address"}, button="Send me the code")
    assert patient.status == 422
    for _ in range(4):
        patient.visit("/s/save/")
        patient.press({"email": "me@example.com"}, button="Send me the code")
    assert len(mail.outbox) == 3
    assert "several times already" in patient.page.text


def test_without_a_mail_server_no_reminder_is_offered(published: Version, settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    patient, _ = saved_at(published, "age")
    assert "reminder" not in patient.page.text.lower()
