"""People fill in the form in Spanish through its HTML alone, and no word of English is left on any page."""

from __future__ import annotations

import os
import random
from functools import cache as cache_once
from html.parser import HTMLParser

import pytest

from questionnaire.models import Version
from questionnaire.readback import UNIT_WORDS
from questionnaire.rules import wording
from tests.browsing import Patient
from tests.builders import definition_of, random_answer
from tests.comfort.test_translation import entries
from tests.conftest import shipped

JOURNEYS = int(os.environ.get("JOURNEYS", "100"))
BESIDE = ("/", "/help-now/", "/resume/", "/withdraw/", "/withdraw/done/", "/s/deleted/", "/s/1/")
FOREIGN = frozenset({"", "es"})


class Nodes(HTMLParser):
    """The text nodes of a page that are not marked as another language, each as one line."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: set[str] = set()
        self._tongues: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.found |= {given[name] or "" for name in ("aria-label", "title", "placeholder") if name in given}
        if tag not in {"input", "link", "meta", "br", "hr", "img"}:
            here = given.get("lang") or (self._tongues[-1] if self._tongues else "")
            self._tongues.append(here)

    def handle_endtag(self, tag: str) -> None:
        if self._tongues:
            self._tongues.pop()

    def handle_data(self, data: str) -> None:
        if not self._tongues or self._tongues[-1] in FOREIGN:
            self.found.add(" ".join(data.split()))


@cache_once
def english() -> frozenset[str]:
    """Every English sentence of the pages and of the questionnaire that reads otherwise in Spanish."""
    pages = {said for said, meant in entries().items() if said != meant and "%(" not in said}
    pages |= {part.strip() for said in entries() if "%(" in said for part in _around_holes(said)}
    content = {str(text) for _, text, _ in shipped().patient_texts() if text.in_("en") != text.in_("es")}
    spanish = {text.in_("es") for _, text, _ in shipped().patient_texts()} | set(entries().values())
    return frozenset(" ".join(said.split()) for said in (pages | content) - spanish)


def _around_holes(said: str) -> list[str]:
    """The longer pieces of a sentence with names in it."""
    pieces = [piece.partition(")s")[2] or piece for piece in said.split("%(")]
    return [piece for piece in pieces if len(piece.split()) > 3]


def left_in_english(html: str) -> set[str]:
    nodes = Nodes(html).found
    found = {node for node in nodes for said in english() if node == said or (len(said) > 25 and said in node)}
    return found | {node for node in nodes if set(node.split()) & UNIT_WORDS.keys()}


def test_the_search_finds_english_where_it_is() -> None:
    assert left_in_english("<p>Check your answers</p>") == {"Check your answers"}
    assert left_in_english('<p lang="es">Revise <b lang="en">Check your answers</b></p>') == set()


@pytest.mark.parametrize("seed", range(5))
def test_every_random_journey_in_spanish_ends_at_the_result(published: Version, seed: int) -> None:
    for journey in range(max(1, JOURNEYS // 20)):
        walk_to_the_result(published, random.Random(77_000 + seed * 1000 + journey))


def walk_to_the_result(version: Version, chance: random.Random) -> None:
    questions = definition_of(version).questions
    patient = Patient()
    patient.visit("/")
    patient.press(button="Español")
    patient.press()
    for _step in range(200):
        look_at(patient)
        if patient.address == "/s/result/":
            return
        names = [name for name in patient.page.main_form.questions if name in questions]
        answers = {name: random_answer(questions[name], chance) for name in names} if patient.status == 200 else {}
        if chance.random() < 0.05:
            patient.press(button="English")
            assert patient.page.lang == "en"
            patient.press(button="Español")
        patient.press(
            {n: [str(v) for v in a] if isinstance(a, list) else str(a) for n, a in answers.items() if a is not None}
        )
    raise AssertionError(f"no end after 200 pages, at {patient.address}")


def look_at(patient: Patient) -> None:
    page = patient.page
    assert patient.status in {200, 422}, (patient.address, patient.status)
    assert page.lang == "es"
    assert page.title.endswith(" - Formulario de salud"), page.title
    assert len(page.h1) == 1
    assert not left_in_english(patient.html), (patient.address, left_in_english(patient.html))
    found = set(wording.banned(" ".join(page.text.split()), "es")) - excused()
    assert not found, (patient.address, found)


@cache_once
def excused() -> frozenset[str]:
    """Phrases with a written reason, and those in the published words of an instrument, which are never reworded."""
    reasoned = {exception.phrase.lower() for exception in shipped().wording_exceptions}
    fixed = [q.wording.in_("es") for q in shipped().questions.values() if q.standard]
    return frozenset(reasoned.union(*(wording.banned(words, "es") for words in fixed)))


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
