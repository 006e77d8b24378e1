"""Continue: a page is judged, validated, saved, and leads on; nothing is reached ahead of its turn."""

from __future__ import annotations

from questionnaire.models import Version
from screening.models import Submission
from tests.builders.browsing import Paper, Patient
from tests.builders.submissions import answered, definition_of, holding, loaded_by, patient_at, started


def test_continue_saves_the_answer_and_leads_to_the_next_page(published: Version) -> None:
    patient = patient_at(published, "age")
    patient.press({"age": "45"})
    assert patient.followed == ["/s/4/"]
    assert loaded_by(patient).response.answers["age"] == 45


def test_a_saved_page_answers_303(published: Version) -> None:
    token, loaded = started(published)
    response = holding(token).post("/s/1/", {"symptoms-now": "none", "seen": loaded.seen(1)})
    assert response.status_code == 303


def test_the_start_button_always_begins_a_new_form(published: Version) -> None:
    patient = Patient()
    for _ in range(2):
        patient.visit("/")
        patient.press(button="Start a new form")
        patient.press({"symptoms-now": "none"})
    assert Submission.objects.count() == 2
    patient.visit("/")
    assert "Start a new form" in patient.html


def test_the_start_page_shows_nothing_of_an_earlier_form(published: Version) -> None:
    patient = patient_at(published, "age")
    patient.press({"age": "83"})
    assert "83" not in patient.visit("/").text


def test_nothing_is_chosen_beforehand(published: Version) -> None:
    token, loaded = started(published)
    client = holding(token)
    while (number := loaded.walk.next) is not None:
        controls = Paper(client.get(f"/s/{number}/").content.decode()).main_form.controls
        assert not any(control.checked for control in controls), number
        following = (
            loaded.definition.pages[number].questions[0].link_id
            if number < len(loaded.definition.pages)
            else ""
        )
        loaded = answered(loaded, {}, until=following)


def test_a_forgotten_answer_gives_422_with_a_summary_that_leads_to_the_first_choice(
    published: Version,
) -> None:
    patient = patient_at(published, "sex-at-birth")
    page = patient.press()
    assert patient.status == 422
    assert page.title.startswith("Error: ")
    assert page.link("Sex at birth") == "#id_sex-at-birth_0"
    assert "id_sex-at-birth_0" in page.ids


def test_every_page_ahead_leads_to_the_one_to_fill_in_now(published: Version) -> None:
    token, loaded = started(published)
    client = holding(token)
    for number in range(2, len(loaded.definition.pages) + 1):
        for response in (client.get(f"/s/{number}/"), client.post(f"/s/{number}/", {"age": "45"})):
            assert (response.status_code, response["Location"]) == (303, "/s/1/")
    for path in ("/s/you/", "/s/check/", "/s/result/", "/s/interruption/", "/s/"):
        assert client.get(path)["Location"] == "/s/1/"
    for path in ("/s/submit/", "/s/finish/", "/s/you/", "/s/interruption/"):
        assert client.post(path)["Location"] == "/s/1/"


def test_a_closed_question_never_blocks(published: Version) -> None:
    number = definition_of(published).page_of["pregnancy-status"]
    patient = patient_at(published, "audit-1", {"sex-at-birth": "male"})
    assert patient.status == 200
    patient.visit(f"/s/{number}/")
    assert patient.followed == [f"/s/{definition_of(published).page_of['audit-1']}/"]


def test_a_leftover_answer_is_kept_ignored_and_comes_back(published: Version) -> None:
    pages = definition_of(published).page_of
    patient = patient_at(published, "heart-conditions", {"bp-reading-known": "yes", "bp-systolic": 133})
    patient.visit(f"/s/{pages['bp-reading-known']}/")
    patient.press({"bp-reading-known": "no"})
    assert patient.address == f"/s/{pages['heart-conditions']}/"
    loaded = loaded_by(patient)
    assert loaded.response.answers["bp-systolic"] == 133
    assert "bp-systolic" not in loaded.walk.open
    patient.visit(f"/s/{pages['bp-reading-known']}/")
    patient.press({"bp-reading-known": "yes"})
    assert "bp-systolic" in loaded_by(patient).walk.open


def test_reading_a_page_writes_nothing(published: Version) -> None:
    patient = patient_at(published, "gad7-1")
    before = Submission.objects.values().get()
    for path in ("/s/1/", patient.address, "/s/", "/s/check/", "/s/you/", "/s/result/", "/s/interruption/"):
        patient.visit(path)
    assert Submission.objects.values().get() == before


def test_a_version_retired_midway_is_finished(published: Version) -> None:
    patient = patient_at(published, "age")
    Version.objects.filter(pk=published.pk).update(state=Version.State.RETIRED)
    patient.press({"age": "45"})
    assert patient.status == 200
    assert patient.address == "/s/4/"


def test_titles_name_section_and_question_never_a_condition(published: Version) -> None:
    assert patient_at(published, "bp-diagnosis").page.title == "Section 7, question 1 - Health form"


def test_a_patient_has_no_session(published: Version) -> None:
    patient = patient_at(published, "age")
    patient.press({"age": "45"})
    assert "session" not in patient.client.cookies


def test_the_key_is_kept_from_scripts_and_other_sites(published: Version) -> None:
    patient = Patient()
    patient.visit("/")
    patient.press()
    cookie = patient.client.cookies["form"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 24 * 60 * 60
    row = Submission.objects.get()
    assert cookie.value not in str(Submission.objects.values().get())
    assert row.token_hash
