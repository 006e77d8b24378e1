"""A made-up patient on their way through a version.

What a preview remembers of them travels in the page, signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.core import signing

from questionnaire import rules
from questionnaire.definition import Definition
from questionnaire.rules.answers import Value, is_blank, to_json_value

SENT = "sent"
"""In the address of the result: the answers were checked, and would have been sent."""
BESIDE = "beside"
"""In the address of a page around the questions: which one (pages_around.PAGES)."""
_SALT = "editor preview"
_LONGEST_WORDS = 120
"""Characters kept of a text answer: the whole patient has to fit into an address."""


@dataclass(frozen=True)
class PreviewPatient:
    """What this person answered, was asked, and has read."""

    answers: Mapping[str, Value]
    asked: frozenset[str] = frozenset()
    read: frozenset[str] = frozenset()
    """Urgent flags whose interruption was read."""
    language: str = ""
    """What they read in; empty: the questionnaire's first language."""
    met: bool = False
    """Whether they have been asked who they are. What they said to that is kept nowhere."""

    @classmethod
    def of(cls, definition: Definition, answers: Mapping[str, Any]) -> PreviewPatient:
        """Somebody who has answered all they are asked: a witness, or the person of a story."""
        values = {link_id: tuple(v) if isinstance(v, list) else v for link_id, v in answers.items()}
        assessment = rules.assess(definition, values)
        return cls(values, frozenset(assessment.open), assessment.urgent, met=True)

    @classmethod
    def read_signed(cls, text: str) -> PreviewPatient:
        """The patient in this text; a new one where the text was not signed by us."""
        try:
            plain = signing.loads(text, salt=_SALT) if text else {}
        except signing.BadSignature:
            plain = {}
        answers = {
            link_id: tuple(v) if isinstance(v, list) else v for link_id, v in plain.get("answers", {}).items()
        }
        asked, read = frozenset(plain.get("asked", ())), frozenset(plain.get("read", ()))
        return cls(answers, asked, read, plain.get("language", ""), plain.get("met", False))

    @cached_property
    def signed(self) -> str:
        """This patient as text that a page can carry and nobody can change."""
        answers = {link_id: _shorten(value) for link_id, value in self.answers.items() if not is_blank(value)}
        plain = {
            "answers": answers,
            "asked": sorted(self.asked),
            "read": sorted(self.read),
            "language": self.language,
        }
        return signing.dumps(plain | {"met": self.met}, salt=_SALT, compress=True)

    def add_answers(self, values: Mapping[str, Value]) -> PreviewPatient:
        """The same person with one page more."""
        return replace(self, answers={**self.answers, **values}, asked=self.asked | values.keys())

    def choose_language(self, definition: Definition) -> str:
        """The language this person reads, as far as the questionnaire has it."""
        return self.language if self.language in definition.languages else definition.languages[0]

    def find_unread(self, definition: Definition) -> frozenset[str]:
        """Urgent flags that interrupt now.

        Raises ConditionError or KeyError for a draft that cannot be judged.
        """
        return rules.assess(definition, self.answers, asked=self.asked).urgent - self.read


def write_address(
    base: str, patient: PreviewPatient, *, page: int | None = None, sent: bool = False, beside: str = ""
) -> str:
    """Where the preview at `base` shows this person: on a page, at their result, or where they are now.

    `beside`: one of the pages around the questions.
    """
    place = {"page": str(page)} if page else {SENT: "1"} if sent else {BESIDE: beside} if beside else {}
    return f"{base}?{urlencode({'t': patient.signed} | place)}"


def _shorten(value: Value) -> object:
    return value[:_LONGEST_WORDS] if isinstance(value, str) else to_json_value(value)
