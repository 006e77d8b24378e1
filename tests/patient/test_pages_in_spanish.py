"""No word of English is left on the Spanish pages beside the journey; the journey itself is crawled."""

from __future__ import annotations

import pytest

from questionnaire.models import Version
from tests.builders.browsing import Patient
from tests.builders.left_in_english import left_in_english

BESIDE = ("/", "/help-now/", "/resume/", "/withdraw/", "/withdraw/done/", "/s/deleted/", "/s/1/", "/contact/")


def test_the_search_finds_english_where_it_is() -> None:
    assert left_in_english("<p>Check your answers</p>") == {"Check your answers"}
    assert left_in_english("<p>Edad: 45 years</p>") == {"Edad: 45 years"}
    assert left_in_english('<p lang="es">Revise <b lang="en">Check your answers</b></p>') == set()


@pytest.mark.parametrize("path", BESIDE)
def test_pages_beside_the_journey_are_spanish_too(published: Version, path: str) -> None:
    patient = Patient()
    patient.visit("/")
    patient.press(button="Español")
    patient.visit(path)
    assert patient.page.lang == "es"
    assert left_in_english(patient.html) == set()


def test_pages_that_refuse_are_spanish_too(published: Version) -> None:
    patient = Patient()
    patient.visit("/")
    patient.press(button="Español")
    patient.visit("/resume/")
    for typed in ({"code": "x", "year": "1"}, {"code": "2222-2222-2222", "year": "1980"}):
        patient.press(typed)
        assert patient.status == 422
        assert left_in_english(patient.html) == set()
    patient.visit("/withdraw/")
    patient.press({"reference": "222-222", "code": "2222-2222-2222"})
    assert patient.status == 422
    assert left_in_english(patient.html) == set()
    client = patient.client
    for response in (client.delete("/"), client.get("/none/"), client.post("/s/1/", {"age": "4"})):
        assert response.status_code in {403, 404, 405}
        assert left_in_english(response.content.decode()) == set()
