"""A patient changes the language on any page: the place and everything typed stay, and nothing is told
off."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from questionnaire.blood_pressure import split_reading
from questionnaire.models import Version
from screening.models import Submission
from screening.patient.identity_form import _month
from tests.builders.browsing import Patient
from tests.builders.submissions import answered, holding, loaded_by, patient_at, started

SPANISH = {"headers": {"accept-language": "es-MX,es;q=0.9"}}
NOTE = "Una persona todavía no ha revisado esta traducción."


def in_spanish(patient: Patient) -> bool:
    return patient.page.lang == "es" and "Obtener ayuda ahora" in patient.page.text


def test_the_start_page_offers_each_language_in_its_own_words(published: Version) -> None:
    patient = Patient()
    page = patient.visit("/")
    assert page.lang == "en"
    [button] = page.main_form.named("language")
    assert (button.value, button.words) == ("es", "Español")
    assert (
        '<button type="submit" class="tongue" name="language" value="es" lang="es">Español</button>'
        in patient.html
    )


def test_a_choice_on_the_start_page_begins_the_form_in_that_language(published: Version) -> None:
    patient = Patient()
    patient.visit("/")
    patient.press(button="Español")
    assert patient.address == "/"
    assert in_spanish(patient)
    assert "Preguntas antes de hablar con su médico" in patient.page.text
    patient.press(button="Empezar")
    assert patient.address == "/s/1/"
    assert in_spanish(patient)
    assert loaded_by(patient).row.language == "es"
    assert patient.page.title == "Sección 1, pregunta 1 - Formulario de salud"


def test_before_a_choice_the_browser_is_asked_and_never_after(published: Version) -> None:
    patient = Patient(Client(**SPANISH))
    assert patient.visit("/").lang == "es"
    patient.press(button="English")
    assert patient.page.lang == "en"
    patient.press()
    assert patient.page.lang == "en"
    assert loaded_by(patient).row.language == "en"


def test_the_form_keeps_its_language_whatever_the_browser_says(published: Version) -> None:
    token, _ = started(published)
    assert Patient(holding(token, client=Client(**SPANISH))).visit("/s/1/").lang == "en"


def test_help_and_failures_speak_the_language_of_a_form_also_after_the_browser_was_closed(
    published: Version,
) -> None:
    patient = Patient()
    patient.visit("/")
    patient.press(button="Español")
    assert not patient.client.cookies["django_language"]["max-age"], "without a form only until then"
    patient.press()
    patient.press({"symptoms-now": ["none"]})
    [form, language] = (patient.client.cookies[name] for name in ("form", "django_language"))
    assert language["max-age"] == form["max-age"] == 24 * 60 * 60
    patient.visit("/s/delete/")
    patient.press()
    assert not patient.client.cookies["django_language"]["max-age"], "nothing of the form outlasts it"
    assert in_spanish(patient)


def test_typed_answers_are_there_after_the_switch_and_back(published: Version) -> None:
    patient = patient_at(published, "drug-use-year")
    place = patient.address
    patient.press({"drug-use-year": ["cannabis-less", "not-sure"]}, button="Español")
    assert (patient.address, patient.status, patient.followed) == (place, 200, [place])
    ticked = {c.value for c in patient.page.main_form.named("drug-use-year") if c.checked}
    assert ticked == {"cannabis-less", "not-sure"}
    assert "drug-use-year" not in loaded_by(patient).response.asked, "typed is not answered"
    patient.press(button="English")
    assert patient.page.lang == "en"
    patient.press()
    assert set(loaded_by(patient).response.answers["drug-use-year"]) == {"cannabis-less", "not-sure"}
    assert loaded_by(patient).response.typed == {}


@pytest.mark.parametrize("typed", ["forty", "", "999", " 45 "])
def test_whatever_was_typed_is_kept_and_the_switch_finds_no_fault(published: Version, typed: str) -> None:
    patient = patient_at(published, "age")
    page = patient.press({"age": typed}, button="Español")
    assert page.main_form.named("age")[0].value == typed.strip()
    assert not page.title.startswith("Error")
    assert 'id="errors"' not in patient.html
    page = patient.press()
    assert patient.status == (200 if typed == " 45 " else 422)
    assert patient.status == 200 or page.title.startswith("Error:")


def test_an_urgent_answer_comes_first_in_the_new_language_and_the_page_is_still_as_typed(
    published: Version,
) -> None:
    patient = patient_at(published, "safety-now")
    patient.press({"safety-now": ["self-harm"]}, button="Español")
    assert patient.address == "/s/interruption/"
    assert in_spanish(patient)
    patient.press(button="English")
    assert patient.address == "/s/interruption/"
    assert loaded_by(patient).response.pending, "another language is not reading"
    patient.press()
    assert patient.address == "/s/2/"
    assert [c.value for c in patient.page.main_form.named("safety-now") if c.checked] == ["self-harm"]
    patient.press()
    assert patient.address == "/s/3/", "what was read does not interrupt again"


def test_a_name_half_typed_survives_the_switch(published: Version) -> None:
    token, loaded = started(published)
    answered(loaded, {})
    patient = Patient(holding(token))
    patient.visit("/s/you/")
    page = patient.press({"name": "Zoë", "email": "me at home"}, button="Español")
    assert patient.address == "/s/you/"
    assert (page.main_form.named("name")[0].value, page.main_form.named("email")[0].value) == (
        "Zoë",
        "me at home",
    )
    assert "¿Cómo puede saber su clínica" in page.h1[0]
    patient.press({"email": ""})
    assert patient.address == "/s/check/"
    patient.press(button="English")
    assert patient.address == "/s/check/"
    assert patient.page.h1 == ["Check your answers"]
    assert Submission.objects.get().state == "draft"


def test_the_result_can_be_read_in_either_language_and_what_was_sent_stays_as_it_was(
    published: Version,
) -> None:
    patient = patient_at(published, "questions-for-doctor")
    for _page in range(3):
        patient.press()
    assert patient.address == "/s/result/"
    patient.press(button="Español")
    assert patient.address == "/s/result/"
    assert "Gracias. Hable de estas respuestas con su médico" in patient.page.h1[0]
    assert Submission.objects.get().language == "en"
    assert patient.visit("/help-now/").lang == "es"
    assert patient.visit("/help-now/?language=en").lang == "en"
    assert patient.visit("/s/result/").lang == "en"


def test_pages_without_a_form_and_pages_that_failed_follow_the_choice(published: Version) -> None:
    patient = Patient()
    patient.visit("/")
    patient.press(button="Español")
    for path in ("/help-now/", "/s/1/", "/nothing/here/"):
        patient.visit(path)
        assert in_spanish(patient), path


@pytest.mark.parametrize(
    "path", ["/s/1/", "/nothing/here/", "/s/submit/", "/s/deleted/", "/withdraw/done/", "/help-now/"]
)
def test_a_page_that_only_shows_something_links_to_itself_in_the_other_language(
    published: Version, path: str
) -> None:
    patient = Patient()
    page = patient.visit(path)
    assert page.lang == "en"
    target = page.link("Español")
    assert patient.visit(f"{path}{target}").lang == "es"
    assert patient.page.link("English") == "?language=en"
    assert patient.visit("/help-now/").lang == "es", "the choice stays"


def test_what_was_typed_stands_on_a_page_that_failed_so_no_link_leads_away_from_it(
    published: Version,
) -> None:
    patient = patient_at(published, "questions-for-doctor")
    patient.client.cookies.pop("form")
    page = patient.press({"questions-for-doctor": "Why?"})
    assert patient.status == 403
    assert not [words for _, words in page.links if words == "Español"]


def test_a_page_changed_elsewhere_is_still_noticed_after_the_switch(published: Version) -> None:
    patient = patient_at(published, "age")
    other = Patient(patient.client)
    other.visit(patient.address)
    other.press({"age": "54"})
    patient.press({"age": "45"})
    assert patient.status == 409
    patient.press(button="Español")
    assert patient.page.main_form.named("age")[0].value == "45"
    patient.press()
    assert patient.status == 409
    assert "Esta página se cambió en otra pestaña" in patient.page.text


def test_unreviewed_words_are_called_so_in_both_languages(published: Version) -> None:
    patient = Patient()
    assert NOTE not in patient.visit("/").text
    patient.press(button="Español")
    for _page in range(2):
        assert NOTE in patient.page.text
        assert "This translation has not yet been reviewed by a person." in patient.page.text
        patient.press()


def test_a_switch_costs_one_select_and_one_update(published: Version) -> None:
    patient = patient_at(published, "age")
    form = patient.page.main_form
    with CaptureQueriesContext(connection) as captured:
        patient.client.post(patient.address, {**dict(form.filled()), "age": "4", "language": "es"})
    verbs = [query["sql"].split()[0] for query in captured]
    assert [verb for verb in verbs if verb in {"SELECT", "UPDATE", "INSERT"}] == ["SELECT", "UPDATE"]


@pytest.mark.parametrize("code", ["xx", "../es", "ES", ""])
def test_a_language_nobody_offers_is_a_continue_like_any_other(published: Version, code: str) -> None:
    patient = patient_at(published, "age")
    form = patient.page.main_form
    response = patient.client.post(patient.address, {**dict(form.filled()), "age": "45", "language": code})
    assert response["Location"] == "/s/4/"


def test_enter_in_a_field_continues_and_does_not_change_the_language(published: Version) -> None:
    """A browser presses the first button of a form when Enter is pressed in a field."""
    assert patient_at(published, "age").page.main_form.buttons[0].words == "Continue"


def test_months_and_readings_can_be_written_in_spanish() -> None:
    assert [_month(name) for name in ("enero", "Abr", "agosto", "diciembre", "sept")] == [1, 4, 8, 12, 9]
    assert split_reading("128 sobre 82") == ("128", "82")


@pytest.mark.parametrize(("path", "name"), [("/resume/", "code"), ("/withdraw/", "reference")])
def test_a_code_half_typed_survives_the_switch(published: Version, path: str, name: str) -> None:
    patient = Patient()
    patient.visit(path)
    page = patient.press({name: "7KQ2 mx"}, button="Español")
    assert (page.lang, page.main_form.named(name)[0].value) == ("es", "7KQ2 mx")
    assert 'id="errors"' not in patient.html
