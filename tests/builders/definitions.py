"""Small questionnaires for rules tests: one line a question."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from questionnaire.definition import (
    Choice,
    Definition,
    Flag,
    Page,
    Question,
    QuestionType,
    Score,
    Section,
    Severity,
    Text,
    Topic,
)
from questionnaire.source import Source, SourceStatus

SOURCE = Source(
    "A source",
    "https://example.org",
    date(2026, 11, 22),
    date(2027, 11, 22),
    status=SourceStatus.VERIFIED,
    edition="2026",
)


def choice(link_id: str, *codes: str, shown_when: str | None = None, required: bool = True) -> Question:
    return _question(link_id, QuestionType.CHOICE, codes or ("no", "yes", "not-sure"), shown_when, required)


def several(link_id: str, *codes: str, shown_when: str | None = None, required: bool = True) -> Question:
    return _question(
        link_id, QuestionType.MULTI_CHOICE, codes or ("a", "b", "none", "not-sure"), shown_when, required
    )


def number(link_id: str, minimum: int = 0, maximum: int = 300, shown_when: str | None = None) -> Question:
    words = Text.of(link_id)
    return Question(
        link_id, QuestionType.INTEGER, words, words, minimum=minimum, maximum=maximum, shown_when=shown_when
    )


def words(link_id: str, shown_when: str | None = None) -> Question:
    return Question(
        link_id, QuestionType.TEXT, Text.of(link_id), Text.of(link_id), required=False, shown_when=shown_when
    )


def _question(
    link_id: str, type: QuestionType, codes: tuple[str, ...], shown_when: str | None, required: bool
) -> Question:
    options = tuple(Choice(code, Text.of(code)) for code in codes)
    text = Text.of(link_id)
    return Question(link_id, type, text, text, options=options, shown_when=shown_when, required=required)


def questionnaire(*questions: Question, scores: tuple[Score, ...] = (), **flags: str) -> Definition:
    """One question a page, in one section; `flag_name="condition"` makes a flag called flag-name."""
    return Definition(
        slug="small",
        title=Text.of("Small"),
        languages=("en",),
        sections=(Section("all", Text.of("All"), tuple(Page((question,)) for question in questions)),),
        topics=(Topic("topic", Text.of("Topic")),),
        flags=tuple(flag(name.replace("_", "-"), condition) for name, condition in flags.items()),
        scores=scores,
    )


def flag(code: str, condition: str, severity: Severity = Severity.HIGH) -> Flag:
    sentence = Text.of("Please discuss this with your physician.")
    return Flag(code, code, "topic", severity, condition, sentence, "A reason", SOURCE)


def sound() -> Definition:
    """A small questionnaire with nothing wrong in it."""
    return questionnaire(
        choice("heart"),
        several("pains", "chest", "back", "none", "not-sure", shown_when="heart = yes"),
        number("age"),
        heart_trouble="heart = yes OR pains has chest OR age >= 65",
        clarify_heart="unknown-any(heart, pains, age)",
    )


def with_condition(text: str) -> Definition:
    """`sound()` with one flag more, raised by this condition."""
    return replace(sound(), flags=(*sound().flags, flag("more", text)))


def with_flag(**changes: Any) -> Definition:
    """`sound()` with its first flag changed."""
    first, *rest = sound().flags
    return replace(sound(), flags=(replace(first, **changes), *rest))


def with_question(place: int, **changes: Any) -> Definition:
    """`sound()` with the question at this place changed."""
    questions = list(sound().questions.values())
    questions[place] = replace(questions[place], **changes)
    pages = tuple(Page((question,)) for question in questions)
    return replace(sound(), sections=(Section("all", Text.of("All"), pages),))
