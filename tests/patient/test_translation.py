"""Spanish, whole: every sentence a patient reads is translated, says nothing it must not, and fits."""

from __future__ import annotations

import gettext
import re
from pathlib import Path

import pytest
from django.utils import translation

from questionnaire.checks import readability
from questionnaire.presenters.reader import UNSURE_WORDS
from screening.patient.languages import REVIEWED_BY
from tests.builders.shipped import shipped
from tests.builders.translations import PO, list_translations, load_catalogue_tool


def test_every_sentence_a_patient_reads_is_translated_and_both_files_agree() -> None:
    assert load_catalogue_tool().problems(PO) == []


def test_python_reads_the_compiled_catalogue_as_it_was_written() -> None:
    with PO.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert {said: compiled.gettext(said) for said in list_translations()} == list_translations()


def test_a_missing_translation_and_an_old_compiled_file_are_noticed(tmp_path: Path) -> None:
    copy = tmp_path / "django.po"
    said = next(iter(list_translations()))
    known = load_catalogue_tool().read(PO)
    copy.write_text(
        load_catalogue_tool().as_po({**known, said: ""}, load_catalogue_tool().words()), encoding="utf-8"
    )
    copy.with_suffix(".mo").write_bytes(PO.with_suffix(".mo").read_bytes())
    assert load_catalogue_tool().problems(copy) == [f"not translated: {said}", "django.mo is not up to date"]


def test_placeholders_survive_translation() -> None:
    def holes(text: str) -> list[str]:
        return sorted(re.findall(r"%\(\w+\)[sd]", text))

    assert [said for said, meant in list_translations().items() if holes(said) != holes(meant)] == []


def test_no_spanish_sentence_says_what_a_patient_must_not_read() -> None:
    assert {
        meant: found
        for meant in list_translations().values()
        if (found := readability.find_banned_phrases(meant, "es"))
    } == {}


def test_no_english_sentence_of_the_pages_does_either() -> None:
    assert {
        said: found for said in list_translations() if (found := readability.find_banned_phrases(said, "en"))
    } == {}


def test_spanish_speaks_to_the_patient_as_usted() -> None:
    familiar = re.compile(
        r"\b(tú|tu|tus|tuyo|tuya|puedes|tienes|quieres|necesitas|llama|escribe tu)\b", re.IGNORECASE
    )
    assert [meant for meant in list_translations().values() if familiar.search(meant)] == []


def test_spanish_is_as_easy_to_read_as_english() -> None:
    hard = {
        meant: readability.compute_reading_grade(meant, "es")
        for meant in list_translations().values()
        if len(meant.split()) > 8 and readability.compute_reading_grade(meant, "es") > 10
    }
    assert hard == {}


def test_the_catalogue_says_that_it_is_a_draft() -> None:
    header = load_catalogue_tool().read(PO)[""]
    assert ("not yet reviewed by a person" in header) == (not REVIEWED_BY["es"])


@pytest.mark.parametrize("code", ["not-sure", "prefer-not-to-say"])
def test_the_boxes_beside_a_number_say_what_the_questionnaire_says_elsewhere(code: str) -> None:
    said = {str(c.label.in_("es")) for q in shipped().questions.values() for c in q.options if c.code == code}
    with translation.override("es"):
        assert str(UNSURE_WORDS[code]) in said
