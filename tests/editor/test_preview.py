"""The preview: the patient's own pages on any path, with what the rules say beside them; nothing is
stored."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from questionnaire.actions import drafts, publishing
from questionnaire.definition import Definition
from questionnaire.models import Version
from screening.actions import clinic_settings
from screening.core.staff_roles import ADMINISTRATOR, EDITOR
from screening.models import ContactRequest, Submission
from screening.preview import links
from screening.preview.preview_patient import PreviewPatient
from screening.preview.trace import trace_flags
from screening.queries import clinic
from tests.builders.browsing import Paper, Patient
from tests.builders.definitions import choice, questionnaire, several
from tests.builders.previews import write_preview_address as address
from tests.builders.shipped import shipped
from tests.builders.staff import browser_of, member
from tests.builders.submissions import calm_answer

pytestmark = pytest.mark.django_db

START = "/editor/ketamine/1/preview/"


def small() -> Definition:
    return questionnaire(
        choice("heart"),
        several("pains", "chest", "back", "none", "not-sure", shown_when="heart = yes"),
        heart_trouble="heart = yes AND pains has chest",
        clarify_heart="unknown-any(heart, pains)",
    )


def draft(definition: Definition) -> Version:
    return publishing.create_draft(definition=definition, actor="user:1", now=timezone.now())


def editor() -> Patient:
    return Patient(browser_of(member("edith", EDITOR)))


def press(browser: Patient, answers: dict[str, str | list[str]] | None = None) -> Paper:
    """Fill in the patient's form of the page, which carries what was answered so far, and press Continue."""
    form = next(form for form in browser.page.forms if form.named("seen") or not form.action)
    data: dict[str, list[str]] = {name: [value] for name, value in form.filled()}
    data |= {name: value if isinstance(value, list) else [value] for name, value in (answers or {}).items()}
    return browser._arrive(browser.address, browser.client.post(browser.address, data))


TYPED = {"year": "1980", "name": "A", "phone": "55555", "code": "7KQ2-MX4D-9RTB", "reference": "K7M-4QX"}


def begun(version: Version) -> Patient:
    """An editor past the start page."""
    browser = editor()
    browser.visit(f"/editor/{version.questionnaire.slug}/{version.number}/preview/?page=1")
    return browser


def test_the_first_pages_are_the_patients_own_pages(published: Version) -> None:
    browser, patient = editor(), Patient()
    browser.visit(START)
    patient.visit("/")
    for _ in range(2):
        assert "Nothing is saved or sent" in " ".join(browser.page.text.split())
        assert browser.page.h1 == patient.page.h1
        patient.press()
        browser.press()


def test_who_they_are_is_asked_and_checked_as_a_patient_is_and_kept_nowhere(published: Version) -> None:
    clinic_settings.save(
        values=replace(clinic.current(), require_birth_date=True), actor="test", now=timezone.now()
    )
    browser = begun(draft(small()))
    press(browser, {"heart": "no"})
    assert browser.page.h1 == ["How can your clinic know that this is from you?"]
    born = {"birth_month": "May", "birth_day": "40", "birth_year": "1980"}
    press(browser, {"name": "Zebulon Quill", **born})
    assert browser.status == 422
    assert "Enter a day that this month has" in browser.page.text
    press(browser, {"name": "Zebulon Quill", **born, "birth_day": "4"})
    assert browser.page.h1 == ["Check your answers"]
    assert "Zebulon" not in browser.page.text
    assert "A preview does not keep a name" in browser.page.text
    browser.visit(browser.page.link("Change your name"))
    assert browser.page.h1 == ["How can your clinic know that this is from you?"]
    assert not Submission.objects.exists()


def test_no_link_and_no_form_of_any_page_leads_out_to_a_patients_page(published: Version) -> None:
    """Every address of the preview is opened, every form is sent as it stands: all that a patient has is
    there."""
    version = draft(small())
    hurt = PreviewPatient.of(small(), {"heart": "yes", "pains": ["chest"]})
    client = browser_of(member("edith", EDITOR))
    waiting, seen, titles = [f"/editor/small/{version.number}/preview/", address(version, hurt)], set(), set()
    while waiting:
        where = waiting.pop()
        if (spot := re.sub(r"t=[^&]*", "t", where)) in seen:
            continue
        seen.add(spot)
        page = Patient(client)
        page.visit(where)
        titles |= {*page.page.h1}
        for target, words in [*page.page.links, *((form.action, "form") for form in page.page.forms)]:
            path = target.split("#")[0] or where
            if path.startswith(f"/editor/small/{version.number}/preview/"):
                waiting.append(path)
            elif path.startswith("/"):
                assert path.startswith("/editor/"), f"{spot}: {words}"
        for form in page.page.forms:
            if not form.action or "preview" in form.action:
                for pressed in {(button.name, button.value) for button in form.buttons}:
                    sent = client.post(form.action or where, dict([*form.filled(), pressed]) | TYPED)
                    assert sent.status_code in {200, 303, 422}
                    waiting += [sent["Location"]] if sent.status_code == 303 else []
    assert {
        "Get help now",
        "Your form is deleted",
        "Come back with this code",
        "Your form is saved",
    } <= titles
    assert {"Print only, send nothing", "Ask my clinic to contact me", "Come back to your form"} <= titles
    assert not Submission.objects.exists()
    assert not ContactRequest.objects.exists()


def test_the_whole_questionnaire_can_be_walked_to_its_result_and_nothing_is_stored(
    published: Version,
) -> None:
    browser = begun(published)
    for _ in range(90):
        if 'data-outcome="discuss-with-your-physician"' in browser.html:
            break
        answers = {
            name: calm_answer(shipped().questions[name])
            for form in browser.page.forms
            for name in form.questions
            if name in shipped().questions
        }
        press(
            browser,
            {name: [str(v) for v in (a if isinstance(a, list) else [a])] for name, a in answers.items()},
        )
        assert browser.status == 200, browser.page.text[:500]
    assert "Thank you. Please discuss these answers with your physician" in browser.page.text
    assert not Submission.objects.exists()


def test_a_follow_up_opens_and_the_trace_says_why(published: Version) -> None:
    version = draft(small())
    browser = begun(version)
    press(browser, {"heart": "yes"})
    assert browser.page.h1 == ["pains"]
    assert "This page opens when heart is “yes”" in browser.page.text
    press(browser, {"pains": ["chest"]})
    assert "heart-trouble" in browser.page.text
    assert "raised, high" in browser.page.text
    assert "pains includes “chest”: true" in " ".join(browser.page.text.split())


def test_a_not_sure_leaves_a_flag_in_doubt_and_one_not_asked_yet_is_not_listed() -> None:
    start, unsure = PreviewPatient({}), PreviewPatient({"heart": "not-sure"}, frozenset({"heart"}))
    assert trace_flags(small(), start) == []
    assert [(t.flag.code, t.verdict) for t in trace_flags(small(), unsure)] == [
        ("clarify-heart", "raised"),
        ("heart-trouble", "cannot-tell"),
    ]


def test_an_urgent_answer_interrupts_as_it_does_for_a_patient(published: Version) -> None:
    browser = editor()
    everything = {q.link_id: calm_answer(q) for q in shipped().questions.values()}
    hurt = PreviewPatient.of(shipped(), {**everything, "symptoms-now": ["chest-pain"]})
    browser.visit(address(published, replace(hurt, read=frozenset())))
    assert browser.page.h1 == ["Please get help first. This form can wait."]
    press(browser)
    assert browser.page.h1 == ["Check your answers"]


def test_a_mistake_is_shown_on_the_page_as_a_patient_sees_it(published: Version) -> None:
    browser = begun(published)
    press(browser, {})
    assert browser.status == 422
    assert "There is a problem" in browser.page.text


def test_an_earlier_page_can_be_gone_back_to(published: Version) -> None:
    version = draft(small())
    browser = begun(version)
    press(browser, {"heart": "yes"})
    browser.visit(next(target for target, words in browser.page.links if words.strip().endswith("Back")))
    assert browser.page.h1 == ["heart"]


def test_a_made_up_person_checks_their_answers_changes_one_and_reads_the_result(published: Version) -> None:
    version = draft(small())
    person = PreviewPatient.of(small(), {"heart": "yes", "pains": ["chest"]})
    browser = editor()
    browser.visit(address(version, person))
    assert browser.page.h1 == ["Check your answers"]
    assert "Keep this person as a story" in browser.page.text
    browser.visit(
        next(target for target, words in browser.page.links if words.split() == ["Change", "pains"])
    )
    assert browser.page.h1 == ["pains"]
    press(browser, {"pains": ["back"]})
    assert "back" in browser.page.text
    press(browser)
    assert "sent=1" in browser.address
    assert "No topics were flagged" in browser.page.text


def test_the_numbers_and_the_name_are_the_clinics_own(published: Version) -> None:
    values = replace(clinic.current(), name="Alder Clinic", emergency_number="112", crisis_number="0800 1")
    clinic_settings.save(values=values, actor="test", now=timezone.now())
    browser = editor()
    everything = {q.link_id: calm_answer(q) for q in shipped().questions.values()}
    hurt = PreviewPatient.of(shipped(), {**everything, "symptoms-now": ["chest-pain"]})
    browser.visit(address(published, replace(hurt, read=frozenset())))
    assert "112" in browser.page.text
    assert "911" not in browser.page.text
    browser.visit(address(published, hurt))
    assert "staff of Alder Clinic" in " ".join(browser.page.text.split())
    assert "call or text 0800 1" in browser.page.text


def test_another_language_keeps_the_answers(published: Version) -> None:
    definition = replace(small(), languages=("en", "es"))
    browser = begun(draft(definition))
    press(browser, {"heart": "yes"})
    press(browser, {"language": "es"})
    assert browser.page.lang == "es"
    assert "1 answer so far" in " ".join(browser.page.text.split()) or "1 respuesta" in browser.page.text


@pytest.mark.parametrize("place", ["", "&sent=1", "&beside=help", "&beside=you", "&page=1"])
def test_another_language_leads_to_the_same_page(published: Version, place: str) -> None:
    """Of who they are, help and the result as of a question; help has a link instead of a button."""
    everything = {q.link_id: calm_answer(q) for q in shipped().questions.values()}
    browser = editor()
    browser.visit(address(published, PreviewPatient.of(shipped(), everything)) + place)
    if place == "&beside=help":
        browser.visit(browser.address + "&language=es")
    else:
        browser.press(button="Español")
    assert browser.page.lang == "es"
    assert place in browser.address


def test_a_draft_whose_condition_cannot_be_read_says_so(published: Version) -> None:
    broken = replace(small(), flags=(replace(small().flags[0], condition="heart = yes OR OR"),))
    version, browser = draft(broken), editor()
    browser.visit(f"/editor/small/{version.number}/preview/")
    assert browser.status == 409
    assert "cannot be walked through yet" in browser.page.text


def test_a_draft_that_asks_nothing_yet_goes_from_its_start_to_its_result(published: Version) -> None:
    empty = replace(small(), sections=(replace(small().sections[0], pages=()),), flags=())
    browser = begun(draft(empty))
    for title in ("How can your clinic know that this is from you?", "Check your answers"):
        assert browser.page.h1 == [title]
        press(browser)
    assert "Thank you" in browser.page.text


FORGED = ["", "x", "eyJhbnN3ZXJzIjp7fX0:1:2", "é" * 50, signing.dumps({"answers": {}})]


@pytest.mark.parametrize(
    "forged", FORGED, ids=["nothing", "a letter", "another key", "accents", "another purpose"]
)
def test_a_forged_state_begins_anew(published: Version, forged: str) -> None:
    client = browser_of(member("edith", EDITOR))
    assert client.get(START, {"t": forged}).status_code == 200
    assert client.post(START, {"seen": forged}).status_code == 422


@pytest.mark.parametrize("page", ["0", "-1", "999", "99999999", "²", "x"])
def test_a_page_that_was_not_reached_is_the_first_unfinished_one(published: Version, page: str) -> None:
    browser = begun(published)
    first, ways = browser.page.h1, [{"beside": page}, {"beside": "you"}, {"sent": "1", "language": page}]
    for asked in ({"page": page}, *({**way, "t": ""} for way in ways)):
        answer = browser.client.get(START, asked)
        assert answer.status_code == 200
        assert Paper(answer.content.decode()).h1 == first


def test_answers_no_longer_in_the_draft_are_ignored(published: Version) -> None:
    version = draft(small())
    person = PreviewPatient.of(small(), {"heart": "yes", "pains": ["chest"]})
    where = address(version, person)
    drafts.fill_draft(
        version=version,
        definition=questionnaire(choice("heart", "maybe", "not-sure"), more="heart = maybe"),
        actor="user:1",
        now=timezone.now(),
    )
    assert browser_of(member("edith", EDITOR)).get(where).status_code == 200


# The shared link --------------------------------------------------------------------------------------------


def test_whoever_has_the_link_can_walk_through_without_an_account(published: Version) -> None:
    version = draft(small())
    patient = Patient(Client())
    patient.visit(links.write_shared_address(version))
    patient.press()
    press(patient, {"heart": "no"})
    press(patient)
    assert patient.page.h1 == ["Check your answers"]
    press(patient)
    assert "Thank you" in patient.page.text
    assert "Back to the editor" not in patient.page.text
    assert "Link to this preview" not in patient.page.text


def test_the_page_of_an_editor_holds_a_link_that_works(published: Version) -> None:
    version = draft(small())
    browser = begun(version)
    press(browser, {"heart": "yes"})
    link = next(c.value for form in browser.page.forms for c in form.controls if c.id == "share")
    patient = Patient(Client())
    patient.visit(link.replace("http://testserver", ""))
    assert patient.page.h1 == ["pains"]


def test_the_link_ends_after_a_week(published: Version, monkeypatch: pytest.MonkeyPatch) -> None:
    link = links.write_shared_address(published)
    assert Client().get(link).status_code == 200
    monkeypatch.setattr(links, "SHARED_FOR", timedelta(seconds=-1))
    assert Client().get(link).status_code == 404


def test_a_changed_link_opens_nothing(published: Version) -> None:
    link = links.write_shared_address(published)
    assert Client().get(link[:-2] + "x/").status_code == 404
    assert Client().put(link).status_code == 405


def test_only_people_of_the_editor_open_a_preview_by_its_number(published: Version) -> None:
    assert Client().get(START).status_code == 302
    assert browser_of(member("rita")).get(START).status_code == 404
    assert browser_of(member("root", ADMINISTRATOR)).get(START).status_code == 200
    assert browser_of(member("edith", EDITOR)).get("/editor/ketamine/77/preview/").status_code == 404
