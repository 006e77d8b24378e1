"""Questions and answers in the words of the person who reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext_lazy

from questionnaire.definition import Question, QuestionType, Text
from questionnaire.rules.answers import Value, is_blank

UNSURE_WORDS = {
    "not-sure": gettext_lazy("I am not sure"),
    "prefer-not-to-say": gettext_lazy("I prefer not to say"),
}
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


CRISIS_LINE_988 = "988"
SPANISH_WORD_TO_TEXT = "AYUDA"
"""988 answers this word in Spanish."""

_CRISIS_CALLS = {
    "en": "call or text {number}",
    "es": "llame o envíe un mensaje de texto al {number}",
}
_CRISIS_CALLS_988 = {
    "es": "llame al {number} y oprima 2, o envíe la palabra " + SPANISH_WORD_TO_TEXT + " al {number}",
}
"""How 988 itself says it is reached in a language other than English."""


def describe_crisis_call(language: str, number: str) -> str:
    """How to reach the crisis line, to stand in a sentence: "call or text 988". English where no language is
    known."""
    known = {**_CRISIS_CALLS, **(_CRISIS_CALLS_988 if number == CRISIS_LINE_988 else {})}
    return known.get(language, known["en"]).format(number=number)


@dataclass(frozen=True)
class Reader:
    """Who reads a sentence: in which language, and what stands in for {emergency}, {crisis} and
    {call-crisis}."""

    language: str
    emergency: str
    crisis: str
    crisis_calls: Mapping[str, str] = field(default_factory=dict)
    """The clinic's own words for reaching the crisis line, by language."""

    @property
    def call_crisis(self) -> str:
        """How to reach the crisis line, in this reader's language."""
        return self.crisis_calls.get(self.language) or describe_crisis_call(self.language, self.crisis)

    def in_language(self, language: str) -> Reader:
        """The same clinic's numbers and words for somebody who reads this language."""
        return replace(self, language=language)

    def words(self, text: Text | None) -> str:
        """This text in the reader's language, with the clinic's numbers filled in; "" where there is none."""
        if text is None:
            return ""
        words = text.in_(self.language)
        if "{" not in words:
            return words
        filled = words.replace("{emergency}", self.emergency).replace("{crisis}", self.crisis)
        return filled.replace("{call-crisis}", self.call_crisis)


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
