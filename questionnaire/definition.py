"""One published questionnaire as frozen data: every question, score and flag, and nothing else.

Pure Python. Patients, rules and staff read only this; editors edit rows that become this when published.
`document.py` turns it into plain data or one readable YAML file and back; the round trip is identity.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from questionnaire.source import Source

UNSURE_CODES = frozenset({"not-sure", "prefer-not-to-say"})
"""Codes that mean "unknown", in every question. Integer questions store them as a word."""

NONE_CODE = "none"
"""The exclusive code of a multi-choice question: "none of these"."""


VIGNETTE_LISTS = ("not_asked", "raised", "not_raised", "cannot_tell")
"""What a story expects: link ids it is not asked, and codes of flags by what is said of them."""


class QuestionType(StrEnum):
    CHOICE = "choice"
    MULTI_CHOICE = "multi-choice"
    INTEGER = "integer"
    TEXT = "text"


class Severity(StrEnum):
    """How soon staff need to act, in falling order. Never shown to a patient."""

    URGENT = "urgent"
    HIGH = "high"
    MODERATE = "moderate"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for urgent to 3 for info: sorts the most pressing first."""
        return list(Severity).index(self)


TAGS = ("substance-use",)
"""What a question or flag can be about, for records that must be told apart. substance-use: 42 CFR Part 2."""


class Paper(StrEnum):
    """Where an answer stands on what patients print or bring along; mostly in its section."""

    FIRST = "first"
    STAFF_ONLY = "staff-only"
    """Never on a result page, a print or a PDF, where others may read it. Staff see it."""


@dataclass(frozen=True)
class Text:
    """One sentence in one or more languages: ((language, words), ...), the source language first."""

    by_language: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, value: str | dict[str, str]) -> Text:
        return cls(tuple(value.items()) if isinstance(value, dict) else (("en", value),))

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(language for language, _ in self.by_language)

    def has(self, language: str) -> bool:
        return language in self.languages

    def in_(self, language: str) -> str:
        """The words in this language, or in the source language where it has no translation."""
        for known, words in self.by_language:
            if known == language:
                return words
        return self.by_language[0][1]

    def __str__(self) -> str:
        return self.by_language[0][1]


@dataclass(frozen=True)
class Choice:
    """One option of a choice or multi-choice question. `code` is what is stored and what conditions test."""

    code: str
    label: Text
    weight: int | None = None

    @property
    def points(self) -> int | None:
        """What this option adds to a score: its weight, or its code read as a number; None if it has
        neither."""
        if self.weight is not None:
            return self.weight
        return int(self.code) if self.code.isdecimal() else None

    @property
    def is_unsure(self) -> bool:
        return self.code in UNSURE_CODES


@dataclass(frozen=True)
class Question:
    """One thing we ask. `link_id` is FHIR's name for an id that never changes meaning."""

    link_id: str
    type: QuestionType
    wording: Text
    short: Text
    """A short name ("Top number") for staff, change links and conditions read aloud."""
    stem: Text | None = None
    """Words that stand before the wording; questions on one page may share it. Full text is stem +
    wording."""
    help: Text | None = None
    why: Text | None = None
    """"Why we ask", for sensitive questions."""
    options: tuple[Choice, ...] = ()
    unit: str | None = None
    minimum: int | None = None
    maximum: int | None = None
    required: bool = True
    shown_when: str | None = None
    code: str | None = None
    """Code system and code, for example "LOINC 44250-9"."""
    standard: str | None = None
    """Name of the published instrument whose words these are. Such words are never reworded or linted."""
    readers: tuple[str, ...] = ()
    """Who or what uses the answer when no flag does ("shown to the physician")."""
    paper: Paper | None = None
    tags: tuple[str, ...] = ()
    """See TAGS."""

    @property
    def staff_only(self) -> bool:
        """Whether the answer never stands on a result page, a print or a PDF."""
        return self.paper is Paper.STAFF_ONLY

    @cached_property
    def codes(self) -> frozenset[str]:
        return frozenset(choice.code for choice in self.options)

    def choice(self, code: str) -> Choice | None:
        return next((choice for choice in self.options if choice.code == code), None)

    def full_wording(self, language: str) -> str:
        """Stem and wording together, as one sentence pair."""
        words = self.wording.in_(language)
        return f"{self.stem.in_(language)} {words}" if self.stem else words


@dataclass(frozen=True)
class Page:
    """Questions shown together. A question never opens inside its own page."""

    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Section:
    id: str
    title: Text
    pages: tuple[Page, ...]
    intro: Text | None = None
    """Said on the first page of a sensitive section: what is coming, and that it can be skipped."""
    grows_stale: bool = False
    """Its answers say how somebody is now: a form that was left for long asks them again."""


@dataclass(frozen=True)
class Score:
    """A sum over questions, for example PHQ-9. Shown to staff only, as bounds."""

    name: str
    title: str
    items: tuple[str, ...]
    code: str | None = None
    credit: str | None = None


@dataclass(frozen=True)
class Topic:
    """What a flag is about. `label` is read by patients; it never names a diagnosis they did not name."""

    id: str
    label: Text


@dataclass(frozen=True)
class Flag:
    """A concern to discuss. Raised exactly when its condition is true."""

    code: str
    title: str
    """For staff."""
    topic: str
    severity: Severity
    condition: str
    patient: Text
    reason: str
    """For clinicians: why this matters. Never shown to a patient."""
    source: Source
    happening_now: bool = False
    """Whether it is about this moment: staff see whom it stands for before everybody else."""
    covers: tuple[str, ...] = ()
    """Codes of flags that this one stands for where both are raised. All stay raised and recorded."""
    staff_only: bool = False
    """Never on a result page, a print or a PDF, where others may read it."""
    tags: tuple[str, ...] = ()
    """See TAGS."""

    @property
    def clarifies(self) -> bool:
        """True for flags raised by something missing rather than by something said."""
        return self.code.startswith("clarify-")


@dataclass(frozen=True)
class FixedText:
    """Words of this questionnaire that stand on every start page, result or paper, whatever was answered."""

    id: str
    words: Text


@dataclass(frozen=True)
class Decision:
    """A clinical question that is still open, shown as open until a clinician decides it."""

    about: tuple[str, ...]
    question: str


@dataclass(frozen=True)
class WordingException:
    """A phrase the wording rules would refuse, and why it stands all the same."""

    where: str
    phrase: str
    reason: str


@dataclass(frozen=True)
class TranslationRecord:
    """The state of one translated string: which source words it was made from, and who reviewed it.

    `source` is `translations.hash_source` of the words it was made from: another hash means it is stale.
    `reviewed_by` is None for a machine draft, which patients are told about.
    """

    where: str
    source: str
    reviewed_by: str | None = None


@dataclass(frozen=True)
class Translation:
    """Every translated string of one language, by its place in `Definition.patient_texts()`."""

    language: str
    strings: tuple[TranslationRecord, ...]


@dataclass(frozen=True)
class Vignette:
    """A short patient story, and what the flags must say to it. See vignettes/run.py."""

    name: str
    story: str
    """One sentence in plain words."""
    answers: tuple[tuple[str, Any], ...] = ()
    """(link id, value): a code, a tuple of codes, a whole number, words, or None for asked and left blank."""
    like: str | None = None
    """The name of an earlier vignette: this person says the same, but for `answers`."""
    not_asked: tuple[str, ...] = ()
    """What the person they are like was asked, and they are not."""
    raised: tuple[str, ...] = ()
    not_raised: tuple[str, ...] = ()
    """Flags this story only just misses: they must be clear."""
    cannot_tell: tuple[str, ...] = ()

    @property
    def own_answers(self) -> dict[str, Any]:
        """The answers by link id, without those of the person they are like."""
        return dict(self.answers)


@dataclass(frozen=True)
class Definition:
    """One whole questionnaire. Equal definitions have equal fingerprints (see document.py)."""

    slug: str
    title: Text
    languages: tuple[str, ...]
    sections: tuple[Section, ...]
    topics: tuple[Topic, ...]
    flags: tuple[Flag, ...]
    scores: tuple[Score, ...] = ()
    credits: tuple[Text, ...] = ()
    texts: tuple[FixedText, ...] = ()
    decisions: tuple[Decision, ...] = ()
    wording_exceptions: tuple[WordingException, ...] = ()
    translations: tuple[Translation, ...] = ()
    vignettes: tuple[Vignette, ...] = ()

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """Every page in order. A page's number in URLs is its place here, counted from 1."""
        return tuple(page for section in self.sections for page in section.pages)

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Every question by link id, in file order."""
        return {q.link_id: q for page in self.pages for q in page.questions}

    @cached_property
    def page_of(self) -> dict[str, int]:
        """Link id to page number."""
        return {q.link_id: number for number, page in enumerate(self.pages, 1) for q in page.questions}

    @cached_property
    def section_of_page(self) -> dict[int, Section]:
        """Page number to section."""
        sections = (section for section in self.sections for _ in section.pages)
        return dict(enumerate(sections, 1))

    @cached_property
    def flags_by_code(self) -> dict[str, Flag]:
        return {flag.code: flag for flag in self.flags}

    @cached_property
    def scores_by_name(self) -> dict[str, Score]:
        return {score.name: score for score in self.scores}

    @cached_property
    def topics_by_id(self) -> dict[str, Topic]:
        return {topic.id: topic for topic in self.topics}

    @cached_property
    def texts_by_id(self) -> dict[str, Text]:
        """The fixed texts by what they are for: "start-heading", "result-medicines"."""
        return {text.id: text.words for text in self.texts}

    def patient_texts(self) -> Iterator[tuple[str, Text, bool]]:
        """Everything a patient may read: (where it stands, words, whether its words are a published
        standard)."""
        yield "title", self.title, False
        for number, credit in enumerate(self.credits, 1):
            yield f"credit {number}", credit, True
        for text in self.texts:
            yield f"text {text.id}", text.words, False
        for topic in self.topics:
            yield f"topic {topic.id}", topic.label, False
        for section in self.sections:
            yield f"section {section.id}", section.title, False
            if section.intro:
                yield f"section {section.id} intro", section.intro, False
        for question in self.questions.values():
            yield from _question_texts(question)
        for flag in self.flags:
            yield f"flag {flag.code}", flag.patient, False


def _question_texts(question: Question) -> Iterator[tuple[str, Text, bool]]:
    standard = question.standard is not None
    named = {"stem": question.stem, "wording": question.wording}
    for name, text in named.items():
        if text:
            yield f"question {question.link_id} {name}", text, standard
    for name, text in {"short": question.short, "help": question.help, "why": question.why}.items():
        if text:
            yield f"question {question.link_id} {name}", text, False
    for choice in question.options:
        yield f"question {question.link_id} option {choice.code}", choice.label, standard
