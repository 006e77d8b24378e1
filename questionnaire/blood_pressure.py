"""The two numbers of one blood pressure reading: how people type them, and when to ask whether they are typed
right.

Pure Python. Nothing here says what a number means; it only helps to get the right number down. The bounds of
`is_odd` are typing checks, not clinical thresholds: readings outside them exist, but slips of the finger are
more common.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from questionnaire.definition import Definition, Question
from questionnaire.rules.parsing import find_questions_read

_TOP, _BOTTOM = "8480-6", "8462-4"
"""LOINC codes of systolic and diastolic blood pressure."""
_ODD_TOP, _ODD_BOTTOM, _ODD_GAP = (80, 200), (40, 120), (15, 120)
_BOTH = re.compile(
    r"\s*(\d{2,3})\s*(?:/|\\|over|on|by|sobre|[-–:;,]|\s)\s*(\d{2,3})\s*(?:mm\s?hg)?\s*", re.IGNORECASE
)
_UNIT = re.compile(r"\s*mm\s?hg\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class ReadingQuestions:
    """The two questions of one reading, on one page."""

    top: Question
    bottom: Question


def find_reading(questions: Collection[Question]) -> ReadingQuestions | None:
    """The reading among these questions, known by its LOINC codes."""
    found = {question.code.rpartition(" ")[2]: question for question in questions if question.code}
    top, bottom = found.get(_TOP), found.get(_BOTTOM)
    return ReadingQuestions(top, bottom) if top and bottom else None


def find_provenance(definition: Definition, condition: str) -> tuple[Question, ...]:
    """When and where the reading was taken, for a condition that reads one of its numbers.

    Known by opening together with the two numbers, in their section, and by having a reader of its own.
    """
    reading = find_reading(definition.questions.values())
    if reading is None or reading.top.shown_when is None:
        return ()
    if find_questions_read(definition, condition).isdisjoint({reading.top.link_id, reading.bottom.link_id}):
        return ()
    section = definition.section_of_page[definition.page_of[reading.top.link_id]]
    there = [question for page in section.pages for question in page.questions]
    return tuple(q for q in there if q.readers and q.shown_when == reading.top.shown_when)


def split_reading(typed: str) -> tuple[str, str] | None:
    """Both numbers out of one box: "128/82", "120 over 80", "128 82". None where there are not two."""
    both = _BOTH.fullmatch(typed) if len(typed) < 60 else None
    return (both[1], both[2]) if both else None


def strip_unit(typed: str) -> str:
    """ "128 mmHg" as "128"."""
    return _UNIT.sub("", typed) if len(typed) < 60 else typed


def is_kilopascal(typed: str) -> bool:
    """Whether the number was given in kPa, which would be a different number."""
    return "kpa" in typed[:60].lower()


def is_upside_down(top: int, bottom: int) -> bool:
    """The top number should be the bigger one."""
    return top <= bottom


def is_odd(top: int, bottom: int) -> bool:
    """Worth a second look at what was typed, before it is believed."""
    return not (_within(top, _ODD_TOP) and _within(bottom, _ODD_BOTTOM) and _within(top - bottom, _ODD_GAP))


def _within(number: int, bounds: tuple[int, int]) -> bool:
    return bounds[0] <= number <= bounds[1]
