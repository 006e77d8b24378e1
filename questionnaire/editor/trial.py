"""A made-up patient on their way through a version: what a preview remembers. It travels in the page, signed, and is
stored nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.urls import reverse

from questionnaire import rules
from questionnaire.definition import Definition, Flag
from questionnaire.models import Version
from questionnaire.rules import explain, path
from questionnaire.rules.answers import Value, is_blank, is_unsure, to_json_value
from questionnaire.rules.parsing import find_questions_read
from questionnaire.rules.path import Walk
from questionnaire.rules.states import Verdict

_SALT = "editor preview"
SENT = "sent"
"""In the address of the result: the answers were checked, and would have been sent."""
BESIDE = "beside"
"""In the address of a page around the questions: which one (preview_pages.PAGES)."""
_LONGEST_WORDS = 120
"""Characters kept of a text answer: the whole trial has to fit into an address."""


@dataclass(frozen=True)
class Trial:
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
    def of(cls, definition: Definition, answers: Mapping[str, Any]) -> Trial:
        """Somebody who has answered all they are asked: a witness, or the person of a story."""
        values = {link_id: tuple(v) if isinstance(v, list) else v for link_id, v in answers.items()}
        judged = rules.assess(definition, values)
        return cls(values, frozenset(judged.open), judged.urgent, met=True)

    @classmethod
    def opened(cls, text: str) -> Trial:
        """The trial in this signed text; a new one where it was not signed by us."""
        try:
            kept = signing.loads(text, salt=_SALT) if text else {}
        except signing.BadSignature:
            kept = {}
        answers = {link_id: tuple(v) if isinstance(v, list) else v for link_id, v in kept.get("answers", {}).items()}
        asked, read = frozenset(kept.get("asked", ())), frozenset(kept.get("read", ()))
        return cls(answers, asked, read, kept.get("language", ""), kept.get("met", False))

    def signed(self) -> str:
        short = {link_id: _shortened(value) for link_id, value in self.answers.items() if not is_blank(value)}
        kept = {"answers": short, "asked": sorted(self.asked), "read": sorted(self.read), "language": self.language}
        return signing.dumps(kept | {"met": self.met}, salt=_SALT, compress=True)

    def answered(self, values: Mapping[str, Value]) -> Trial:
        """With one page more."""
        return replace(self, answers={**self.answers, **values}, asked=self.asked | values.keys())

    def tongue(self, definition: Definition) -> str:
        """The language this person reads."""
        return self.language if self.language in definition.languages else definition.languages[0]

    def walk(self, definition: Definition) -> Walk:
        return path.walk_path(definition, self.answers, self.asked)

    def judged(self, definition: Definition) -> rules.Assessment:
        return rules.assess(definition, self.answers, asked=self.asked)

    def unread(self, definition: Definition) -> frozenset[str]:
        """Urgent flags that interrupt now."""
        return self.judged(definition).urgent - self.read


def address(
    version: Version, trial: Trial, *, page: int | None = None, base: str = "", sent: bool = False, beside: str = ""
) -> str:
    """The preview of a version with this person on a page, at their result (`sent`), or where they are now.

    `base`: a shared link. `beside`: one of the pages around the questions.
    """
    base = base or reverse("editor:preview", args=[version.questionnaire.slug, version.number])
    return address_of(base, trial, page=page, sent=sent, beside=beside)


def address_of(base: str, trial: Trial, *, page: int | None = None, sent: bool = False, beside: str = "") -> str:
    """The same for a preview that is known by its address."""
    place = {"page": str(page)} if page else {SENT: "1"} if sent else {BESIDE: beside} if beside else {}
    return f"{base}?{urlencode({'t': trial.signed()} | place)}"


def _shortened(value: Value) -> object:
    return value[:_LONGEST_WORDS] if isinstance(value, str) else to_json_value(value)


# What the rules say so far -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Traced:
    """One flag that is raised, or in doubt because of an answer, and why."""

    flag: Flag
    verdict: Verdict
    explained: explain.ExplainedCondition


def trace(definition: Definition, trial: Trial) -> list[Traced]:
    """Raised flags, then those in doubt for something that was said or left out; not those that are still ahead."""
    judged = trial.judged(definition)
    in_doubt = [code for code in judged.cannot_tell if _asked_and_unknown(definition, trial, code)]
    codes = [(flag.code, Verdict.RAISED) for flag in judged.flags] + [(code, Verdict.CANNOT_TELL) for code in in_doubt]
    return [_traced(definition, trial, definition.flags_by_code[code], verdict) for code, verdict in codes]


def _traced(definition: Definition, trial: Trial, flag: Flag, verdict: Verdict) -> Traced:
    return Traced(flag, verdict, explain.explain_condition(definition, flag.condition, trial.answers, trial.asked))


def _asked_and_unknown(definition: Definition, trial: Trial, code: str) -> bool:
    read = find_questions_read(definition, definition.flags_by_code[code].condition) & trial.asked
    return any(is_blank(trial.answers.get(link_id)) or is_unsure(trial.answers[link_id]) for link_id in read)


@dataclass(frozen=True)
class Topic:
    """What the patient's result says under one heading. No sentence: we could not tell."""

    label: str
    sentences: tuple[str, ...]


def topics(definition: Definition, flags: Iterable[Flag], language: str) -> list[Topic]:
    """The sentences of these flags by topic, the most pressing first, each sentence once."""
    found: dict[str, dict[str, None]] = {}
    for flag in sorted(flags, key=lambda flag: flag.severity.rank):
        found.setdefault(flag.topic, {})[flag.patient.in_(language)] = None
    labels = {topic.id: topic.label.in_(language) for topic in definition.topics}
    return [Topic(labels.get(id, id), tuple(said)) for id, said in found.items()]
