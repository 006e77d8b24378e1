"""The answers as staff read them: every question, in the words the patient read, with English beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from questionnaire.definition import Definition
from questionnaire.presenters.answers import (
    UNKNOWN,
    AnsweredSection,
    AnswerLine,
    Mark,
    answer_lines,
    group_by_section,
)
from questionnaire.presenters.reader import Reader
from questionnaire.rules.answers import Value
from questionnaire.rules.explain import describe_condition
from questionnaire.rules.parsing import find_questions_read

STAFF_LANGUAGE = "en"


@dataclass(frozen=True)
class DeskLine:
    """One question as the patient read it, and what came back, with English beside another language."""

    line: AnswerLine
    """In the patient's language."""
    in_english: AnswerLine
    """The same in English; the same object where the patient read English."""
    asked_when: str
    """When it is asked, read aloud; empty for a question that everybody is asked."""

    @property
    def link_id(self) -> str:
        return self.line.link_id

    @property
    def mark(self) -> Mark:
        return self.line.mark

    @property
    def short(self) -> str:
        """English, for staff."""
        return self.in_english.short

    @property
    def is_translated(self) -> bool:
        return self.in_english is not self.line

    @property
    def english_lines(self) -> tuple[str, ...]:
        """The answer in English, where it was chosen in other words."""
        return () if self.in_english.lines == self.line.lines else self.in_english.lines


@dataclass(frozen=True)
class DeskAnswers:
    """Everything one patient answered, against the version they were asked."""

    definition: Definition
    values: Mapping[str, Value]
    reader: Reader
    """The patient's language and the numbers they were shown."""

    @property
    def staff_reader(self) -> Reader:
        """Staff, who read English, with the numbers the patient was shown."""
        return self.reader.in_language(STAFF_LANGUAGE)

    @cached_property
    def by_id(self) -> dict[str, DeskLine]:
        """Every question, by link id and in order."""
        lines = answer_lines(self.definition, self.values, self.reader)
        in_english = lines
        if self.reader.language != STAFF_LANGUAGE:
            in_english = answer_lines(self.definition, self.values, self.staff_reader)
        return {
            line.link_id: DeskLine(line, english, self._when_asked(line.link_id))
            for line, english in zip(lines, in_english, strict=True)
        }

    @property
    def sections(self) -> list[AnsweredSection[DeskLine]]:
        """The questions that were asked, or might have been, in order."""
        lines = (line for line in self.by_id.values() if line.mark is not Mark.NOT_APPLICABLE)
        return group_by_section(self.definition, lines, self.reader)

    @property
    def not_asked(self) -> list[DeskLine]:
        """What this path left out, because an earlier answer closed it."""
        return [line for line in self.by_id.values() if line.mark is Mark.NOT_APPLICABLE]

    def questions_to_ask(self, condition: str) -> list[DeskLine]:
        """The questions whose missing answers keep this condition in doubt, and those that open them."""
        missing: set[str] = set()
        left = [condition]
        while left:
            for link_id in find_questions_read(self.definition, left.pop()):
                line = self.by_id[link_id]
                if line.mark in UNKNOWN and link_id not in missing:
                    missing.add(link_id)
                    shown_when = self.definition.questions[link_id].shown_when
                    left += [shown_when] if line.mark is Mark.NEVER_ASKED and shown_when else []
        return [line for link_id, line in self.by_id.items() if link_id in missing]

    def _when_asked(self, link_id: str) -> str:
        shown_when = self.definition.questions[link_id].shown_when
        return describe_condition(self.definition, shown_when) if shown_when else ""
