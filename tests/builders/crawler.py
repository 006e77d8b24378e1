"""Someone who fills in the form through its HTML alone, with whatever answers and detours chance gives them.

Each page is compared with what the definition says should stand there: worked out here once more, on purpose.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import cache as cache_once

from questionnaire.checks import readability
from questionnaire.definition import Definition
from questionnaire.models import Version
from questionnaire.rules.answers import read_answer
from screening.queries.submission import find_urgent_flags
from tests.builders.browsing import Paper, Patient
from tests.builders.left_in_english import left_in_english
from tests.builders.shipped import shipped
from tests.builders.submissions import definition_of, loaded_by, random_answer
from tests.builders.translations import list_translations

SERVICE = {"en": "Health form", "es": "Formulario de salud"}
OTHER = {"en": "es", "es": "en"}
NAMED = {"en": "English", "es": "Español"}
MOST_PAGES = 200
ALONE = {
    "/s/interruption/": ("Get help first", "Please get help first. This form can wait."),
    "/s/you/": ("About you", "How can your clinic know that this is from you?"),
    "/s/check/": ("Check your answers", "Check your answers"),
    "/s/result/": ("Result", "Thank you. Please discuss these answers with your physician"),
    "/resume/": ("Come back to your form", "Come back to your form"),
}
"""Title and h1 of the pages that are no questions, in English."""
SAVED = ("Come back with this code", "Your form is saved")
_QUESTION = re.compile(r"/s/(\d+)/")
_CODE = re.compile(r"\b[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}\b")


@cache_once
def spanish() -> dict[str, str]:
    return list_translations()


def say(words: str, language: str) -> str:
    return words if language == "en" else spanish()[words]


class Journey:
    """One patient from the start page to the result."""

    def __init__(self, version: Version, chance: random.Random, language: str) -> None:
        self.definition: Definition = definition_of(version)
        self.chance, self.language, self.patient = chance, language, Patient()
        self.asked: set[str] = set()
        self.titles: set[str] = set()
        self.changed = False

    def walk(self) -> None:
        self.patient.visit("/")
        if self.language != "en":
            self.patient.press(button=NAMED[self.language])
        self.look()
        self.patient.press()
        for _page in range(MOST_PAGES):
            self.look()
            if self.patient.address == "/s/result/":
                return self.arrive()
            self.go_on()
        raise AssertionError(f"no end after {MOST_PAGES} pages, at {self.patient.address}")

    def arrive(self) -> None:
        page = self.patient.page
        assert 'data-outcome="discuss-with-your-physician"' in self.patient.html
        told = " ".join(page.text.split())
        sent = [question for page in loaded_by(self.patient).walk.pages for question in page.questions]
        assert self.asked >= {question.link_id for question in sent}, "sent without having been asked"
        shown = [question for question in sent if not question.staff_only]
        missing = [q.link_id for q in shown if " ".join(q.wording.in_(self.language).split()) not in told]
        assert not missing, f"asked and not read back: {missing}"

    def go_on(self) -> None:
        patient = self.patient
        if patient.address == "/s/interruption/":
            assert find_urgent_flags(loaded_by(patient), {}), "interrupted without an urgent answer"
            patient.press()
        elif patient.address == "/s/you/" and patient.status == 422:
            patient.press(button=say("Continue without a phone number", self.language))
        elif patient.address == "/s/you/":
            patient.press({"name": self.chance.choice(["", "Zoë <Ng>"])})
        elif patient.address == "/s/check/":
            self.check()
        else:
            self.detour()
            self.answer()

    def check(self) -> None:
        """Perhaps one answer is changed first: what opens with it is asked, then it goes straight back."""
        if self.changed or self.chance.random() < 0.6:
            self.patient.press()
            return
        self.changed = True
        self.titles.clear()
        pages = [target for target, _ in self.patient.page.links if _QUESTION.match(target)]
        self.patient.visit(self.chance.choice(pages).partition("#")[0])
        self.look()
        self.patient.press(self.drawn(self.names()))

    def names(self) -> list[str]:
        return [name for name in self.patient.page.main_form.questions if name in self.definition.questions]

    def answer(self) -> None:
        names, page = self.names(), self.patient.page
        assert names, self.patient.address
        if self.patient.status == 422:  # two numbers that are asked about once: the same again are kept
            self.patient.press()
            return
        assert page.title not in self.titles, "a title stands twice in one journey"
        assert not self.asked & set(names), "a question was asked twice"
        self.titles.add(page.title)
        self.asked.update(names)
        self.patient.press(self.drawn(names))

    def drawn(self, names: list[str]) -> dict[str, str | list[str]]:
        """Answers by chance, each one that the question takes."""
        answers = {name: random_answer(self.definition.questions[name], self.chance) for name in names}
        for name, value in answers.items():
            read_answer(self.definition.questions[name], value)
        return {name: _posted(value) for name, value in answers.items() if value is not None}

    # Detours ------------------------------------------------------------------------------------------------

    def detour(self) -> None:
        """Now and then something else first; afterwards the same page is open again, with nothing lost."""
        if self.patient.status != 200 or self.chance.random() > 0.1:
            return
        here, html = self.patient.address, _form(self.patient.page)
        ways: list[Callable[[], None]] = [
            self.press_nothing,
            self.other_language,
            self.back,
            self.save,
            self.help,
        ]
        way = self.chance.choice(ways)
        way()
        assert self.patient.address == here, f"{way.__name__} led from {here} to {self.patient.address}"
        if self.patient.status == 200:
            assert _form(self.patient.page) == html
            self.look()

    def press_nothing(self) -> None:
        if any(self.definition.questions[name].required for name in self.names()):
            here = self.patient.address
            self.patient.press()
            assert self.patient.status == 422
            self.look()
            self.patient.visit(here)

    def other_language(self) -> None:
        for language in (OTHER[self.language], self.language):
            self.patient.press(button=NAMED[language])
            look_at(self.patient, self.definition, language)

    def back(self) -> None:
        target = self.patient.page.link(say("Back", self.language))
        if _QUESTION.match(target):
            self.patient.visit(target)
            self.look()
            self.patient.press()
            if self.patient.status == 422:
                self.patient.press()

    def save(self) -> None:
        """Leave with a code, and take the form up on another device."""
        self.patient.press(button=say("Save and come back", self.language))
        self.look()
        code = _CODE.search(self.patient.page.text)
        assert code
        if self.patient.page.main_form.named("year"):
            self.patient.press({"year": "1980"})
        else:
            self.patient.press(button=say("Leave and clear this device", self.language))
        self.look()
        self.patient = Patient()
        self.patient.visit(f"/resume/?language={self.language}")
        self.look()
        self.patient.press({"code": code[0], "year": "1980"})

    def help(self) -> None:
        here = self.patient.address
        assert self.patient.visit("/help-now/").h1 == [say("Get help now", self.language)]
        self.patient.visit(here)

    def look(self) -> None:
        look_at(self.patient, self.definition, self.language)


def _form(page: Paper) -> list[tuple[str, str]]:
    """What the page would send untouched, but for the key that every page has anew."""
    return [(name, value) for name, value in page.main_form.filled() if name != "csrfmiddlewaretoken"]


def _posted(value: object) -> str | list[str]:
    return [str(code) for code in value] if isinstance(value, list) else str(value)


def look_at(patient: Patient, definition: Definition, language: str) -> None:
    """What must be true of every page, whatever it is."""
    page = patient.page
    assert patient.status in {200, 422}, (patient.address, patient.status)
    assert page.lang == language
    assert page.title.startswith(say("Error:", language) + " ") == ('id="errors"' in patient.html)
    title, headings = expected(patient.address.partition("?")[0], page, definition, language)
    assert page.title.removeprefix(say("Error:", language) + " ") == f"{title} - {SERVICE[language]}"
    [heading] = page.h1
    assert heading in headings, (patient.address, heading, headings)
    assert ("/help-now/", say("Get help now", language)) in page.links
    assert len(page.ids) == len(set(page.ids)), f"an id stands twice on {patient.address}"
    assert set(page.described) <= set(page.ids), patient.address
    assert page.main_form.buttons, "a dead end"
    assert "{" not in page.text, "a placeholder was left open"
    found = {phrase for line in page.lines if line.strip() for phrase in _banned(line, language)} - excused(
        language
    )
    assert not found, (patient.address, found)
    if language == "es":
        assert not left_in_english(patient.html), (patient.address, left_in_english(patient.html))


def expected(address: str, page: Paper, definition: Definition, language: str) -> tuple[str, set[str]]:
    """The title, and the h1 or the h1s there may be, of the page at this address."""
    if number := _QUESTION.fullmatch(address):
        return _of_a_question(int(number[1]), page, definition, language)
    if address == "/s/save/":
        return say("Save and come back", language), {say(words, language) for words in SAVED}
    if address == "/":
        return say("Start", language), {definition.texts_by_id["start-heading"].in_(language)}
    title, heading = ALONE[address]
    return say(title, language), {say(heading, language)}


def _of_a_question(number: int, page: Paper, definition: Definition, language: str) -> tuple[str, set[str]]:
    before = 0
    for place, section in enumerate(definition.sections, 1):
        if number <= before + len(section.pages):
            words = {"section": str(place), "question": str(number - before)}
            title = say("Section %(section)s, question %(question)s", language) % words
            return title, _headings(page, definition, language)
        before += len(section.pages)
    raise AssertionError(f"there is no page {number}")


def _headings(page: Paper, definition: Definition, language: str) -> set[str]:
    asked = [definition.questions[name] for name in page.main_form.questions if name in definition.questions]
    if len(asked) > 1:
        stems = {question.stem.in_(language) if question.stem else "" for question in asked}
        shared = stems.pop() if len(stems) == 1 else ""
        pair = (
            {say("What were the two numbers?", language)}
            if any(question.unit for question in asked)
            else set()
        )
        if shared or pair:
            return pair or {shared}
    question = asked[0]
    optional = "" if question.required else f" {say('(optional)', language)}"
    return {" ".join(f"{question.full_wording(language)}{optional}".split())}


@cache_once
def _banned(line: str, language: str) -> frozenset[str]:
    return frozenset(readability.find_banned_phrases(" ".join(line.split()), language))


@cache_once
def excused(language: str) -> frozenset[str]:
    """Phrases with a written reason, and those in the published words of an instrument, which are never
    reworded."""
    reasoned = {exception.phrase.lower() for exception in shipped().wording_exceptions}
    fixed = [q.wording.in_(language) for q in shipped().questions.values() if q.standard]
    return frozenset(reasoned.union(*(readability.find_banned_phrases(words, language) for words in fixed)))
