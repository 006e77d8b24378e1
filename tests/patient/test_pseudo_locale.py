"""No string escapes translation: in a pseudo-locale, made of the Spanish, every line of every page carries
its mark."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import pytest

from questionnaire.models import Version
from tests.builders.browsing import Patient
from tests.builders.left_in_english import Nodes
from tests.builders.pseudo_locale import MARK, stretched, stretched_words
from tests.builders.submissions import definition_of, random_answer

BESIDE = (
    *("/", "/help-now/", "/resume/", "/withdraw/", "/withdraw/done/", "/s/deleted/", "/s/1/", "/contact/"),
    *("/nothing/", "/s/submit/", "/kiosk/blank/", "/kiosk/end/"),
)
OURS = {"Before", "hand"}
"""The name of the service."""
_WORD = re.compile(r"[a-záéíóúñ]{3}")
_CODE = re.compile(r"[2-9A-HJKMNP-Z]{3,4}(-[2-9A-HJKMNP-Z]{3,4})+|\S+://\S+")


@pytest.fixture(autouse=True)
def _longer() -> Iterator[None]:
    with stretched_words():
        yield


def escaped(patient: Patient) -> set[str]:
    """The lines of this page that no translation has touched, but for names, codes and the patient's own
    words."""
    lines = Nodes(patient.html).found
    said = {line for line in lines if _WORD.search(line) and MARK not in line and not _CODE.fullmatch(line)}
    return said - OURS - TYPED


TYPED = {"Sertraline 50 mg", "¿Puedo manejar? 🙂", "<b>none</b> & more"}
"""What `random_answer` writes."""


def test_a_line_that_escapes_is_seen() -> None:
    patient = Patient()
    patient.html = '<html lang="es"><p>Obtener</p><p lang="en">English</p><p>Ayuda~</p><b>K7M-4QX</b></html>'
    assert escaped(patient) == {"Obtener"}


def test_a_stretched_sentence_is_a_third_longer_and_keeps_its_holes() -> None:
    assert stretched("Change") == "Change Ch~"
    assert stretched("Call %(number)s") == "Call %(number)s Call~"
    assert stretched("%(a)s / %(b)s") == "%(a)s / %(b)s"


@pytest.mark.parametrize("path", BESIDE)
def test_nothing_beside_the_journey_escapes_translation(published: Version, path: str) -> None:
    patient = Patient()
    patient.visit(f"{path}?language=es")
    assert stretched("Obtener ayuda ahora") in patient.page.text
    assert not escaped(patient)


@pytest.mark.parametrize("seed", range(3))
def test_nothing_on_the_way_to_the_result_escapes_translation(published: Version, seed: int) -> None:
    questions, chance, patient = definition_of(published).questions, random.Random(seed), Patient()
    patient.visit("/?language=es")
    patient.press()
    for page in range(200):
        assert not escaped(patient), patient.address
        if patient.address == "/s/result/":
            return
        if page % 5 == 0 and patient.status == 200:
            patient.press()  # with nothing filled in: what is said about it is translated too
            continue
        names = [name for name in patient.page.main_form.questions if name in questions]
        drawn = {name: random_answer(questions[name], chance) for name in names}
        typed = {
            name: [*map(str, v)] if isinstance(v, list) else str(v)
            for name, v in drawn.items()
            if v is not None
        }
        patient.press(typed | ({"phone": "555 010 4477"} if patient.address == "/s/you/" else {}))
    raise AssertionError(f"no end, at {patient.address}")
