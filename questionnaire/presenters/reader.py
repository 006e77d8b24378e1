"""Questions and answers in the words of the person who reads them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from questionnaire.definition import Question, QuestionType, Text
from questionnaire.rules.answers import Value, is_blank

UNSURE_WORDS = {"not-sure": gettext_lazy("I am not sure"), "prefer-not-to-say": gettext_lazy("I prefer not to say")}
"""The two ways not to give a number, in the words of the boxes beside it."""


UNIT_WORDS = {
    "years": gettext_lazy("years"),
    "months": gettext_lazy("months"),
    "weeks": gettext_lazy("weeks"),
    "days": gettext_lazy("days"),
    "hours": gettext_lazy("hours"),
    "minutes": gettext_lazy("minutes"),
    "times": gettext_lazy("times"),
    "drinks": gettext_lazy("drinks"),
    "tablets": gettext_lazy("tablets"),
}
"""Units that are words (wording.UNITS); others, such as mmHg, are the same in every language."""


def unit_of(question: Question) -> str:
    """The unit of a number in the language of the page; empty where it has none."""
    unit = question.unit or ""
    return str(UNIT_WORDS.get(unit, unit))


@dataclass(frozen=True)
class Reader:
    """Who reads a sentence: in which language, and the numbers that stand in for {emergency} and {crisis}."""

    language: str
    emergency: str
    crisis: str

    def words(self, text: Text | None) -> str:
        if text is None:
            return ""
        words = text.in_(self.language)
        return words.replace("{emergency}", self.emergency).replace("{crisis}", self.crisis) if "{" in words else words


def in_words(question: Question, value: Value, reader: Reader) -> list[str]:
    """The answer as the patient gave it, one line for each option; nothing for a blank."""
    if is_blank(value):
        return []
    if question.type is QuestionType.TEXT:
        return [str(value)]
    if question.type is QuestionType.INTEGER:
        unsure = UNSURE_WORDS.get(str(value))
        return [str(unsure) if unsure else f"{value} {unit_of(question)}".strip()]
    codes = value if isinstance(value, tuple) else (value,)
    return [reader.words(choice.label) for choice in question.options if choice.code in codes]
