"""How to reach the crisis line: 988 has a way of its own in Spanish, and a clinic may have its own words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import timezone, translation

from questionnaire.definition import Text
from questionnaire.models import Version
from questionnaire.presenters.reader import Reader, describe_crisis_call
from screening.actions import clinic_settings
from screening.queries import clinic
from screening.queries.clinic import ClinicValues
from tests.builders.browsing import Patient
from tests.builders.shipped import shipped

SPANISH_988 = "llame al 988 y oprima 2, o envíe la palabra AYUDA al 988"


@pytest.mark.parametrize(
    ("language", "number", "words"),
    [
        ("en", "988", "call or text 988"),
        ("en", "116 123", "call or text 116 123"),
        ("es", "988", SPANISH_988),
        ("es", "116 123", "llame o envíe un mensaje de texto al 116 123"),
        ("fr", "988", "call or text 988"),
    ],
)
def test_each_language_says_it_in_its_own_way(language: str, number: str, words: str) -> None:
    assert describe_crisis_call(language, number) == words


def test_a_sentence_is_filled_in_with_the_clinics_own_words() -> None:
    sentence = Text.of({"en": "Please {call-crisis} now.", "es": "Ahora, {call-crisis}."})
    own = {"es": "llame al 555 0199"}
    assert Reader("en", "911", "988", own).words(sentence) == "Please call or text 988 now."
    assert Reader("es", "911", "988", own).words(sentence) == "Ahora, llame al 555 0199."
    assert Reader("es", "911", "988", own).in_language("en").words(sentence) == "Please call or text 988 now."


def test_every_spanish_sentence_about_the_crisis_line_says_all_of_it() -> None:
    for where, text, _standard in shipped().patient_texts():
        words = text.in_("es")
        assert "{crisis}" not in words, f"{where} gives the number without how to be answered in Spanish"
        assert ("{call-crisis}" in words) == ("{call-crisis}" in text.in_("en")), where


@pytest.mark.parametrize("path", ["/help-now/", "/", "/contact/"])
def test_spanish_pages_say_it_too(published: Version, path: str) -> None:
    patient = Patient()
    patient.visit("/")
    patient.press(button="Español")
    page = patient.visit(path)
    said = " ".join(page.text.split())
    assert SPANISH_988[1:] in said
    assert "mensaje de texto al 988" not in said


def test_the_button_for_a_message_writes_the_word(published: Version) -> None:
    patient = Patient()
    assert patient.visit("/help-now/").link("Text 988") == "sms:988"
    patient.visit("/")
    patient.press(button="Español")
    assert patient.visit("/help-now/").link("Enviar AYUDA al 988") == "sms:988?body=AYUDA"


def test_another_number_has_no_word_to_text() -> None:
    elsewhere = ClinicValues(crisis_number="116 123")
    with translation.override("es"):
        assert elsewhere.crisis_text_body == ""
        assert ClinicValues().crisis_text_body == "AYUDA"
    with translation.override("en"):
        assert ClinicValues().crisis_text_body == ""


def test_what_an_administrator_writes_stands_on_the_pages(published: Version) -> None:
    values = replace(clinic.current(), crisis_call_en="call our night line at 555 0199")
    clinic_settings.save(values=values, actor="user:1", now=timezone.now())
    patient = Patient()
    patient.visit("/")  # the help page asks no database: it shows what this process read last
    assert "Call our night line at 555 0199. Someone will answer" in " ".join(
        patient.visit("/help-now/").text.split()
    )
