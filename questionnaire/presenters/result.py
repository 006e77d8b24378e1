"""The result as the patient reads it: topics to talk about, and what could not be told.

Sentences only, no levels.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Protocol

from questionnaire.checks.readability import drop_closing
from questionnaire.definition import Definition, Flag
from questionnaire.presenters.reader import Reader
from questionnaire.rules.folding import fold_flags
from questionnaire.rules.states import Verdict


class FlagVerdict(Protocol):
    """What one flag says: a stored row, or what the rules have just said.

    Flags that are clear are left out.
    """

    @property
    def code(self) -> str: ...

    @property
    def verdict(self) -> str: ...


@dataclass(frozen=True)
class Topic:
    """Something to talk about: its name and the sentences under it. No sentence means: we could not tell."""

    label: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """What the patient reads, in order."""

    to_talk_about: list[Topic]
    """Topics raised by something the patient said, the most pressing first."""
    could_not_tell: list[Topic]
    """Topics where something is missing: the sentences of clarify flags, or only the topic's name."""


def read_result(definition: Definition, verdicts: Iterable[FlagVerdict], reader: Reader) -> Result:
    """Both lists of topics, in the words of this reader, without what is for staff only.

    A flag that another one stands for says nothing of its own; neither does a sentence that only sends them
    to their physician, which the page says once. Raises KeyError for a draft that names what is not there.
    """
    verdicts = list(verdicts)
    raised = _flags_with(definition, verdicts, Verdict.RAISED)
    in_doubt = _flags_with(definition, verdicts, Verdict.CANNOT_TELL)
    said = _by_topic(definition, [flag for flag in raised if not flag.clarifies], reader)
    missing = _by_topic(definition, [flag for flag in raised if flag.clarifies], reader)
    named = {topic.label for topic in missing}
    labels = dict.fromkeys(reader.words(definition.topics_by_id[flag.topic].label) for flag in in_doubt)
    return Result(said, missing + [Topic(label, ()) for label in labels if label not in named])


def list_sentences(definition: Definition, codes: Collection[str], reader: Reader) -> list[str]:
    """What these flags say to the patient, in the order of the questionnaire; one sentence for one
    concern."""
    return [reader.words(folded.flag.patient) for folded in fold_flags(definition, codes)]


def _flags_with(definition: Definition, verdicts: Iterable[FlagVerdict], verdict: Verdict) -> list[Flag]:
    flags = (definition.flags_by_code[said.code] for said in verdicts if said.verdict == verdict)
    return [flag for flag in flags if not flag.staff_only]


def _by_topic(definition: Definition, flags: Iterable[Flag], reader: Reader) -> list[Topic]:
    """The sentences of these flags, the most pressing first, each once under its topic."""
    sentences: dict[str, dict[str, None]] = {}
    shown = [folded.flag for folded in fold_flags(definition, {flag.code for flag in flags})]
    for flag in sorted(shown, key=lambda flag: flag.severity.rank):
        words = drop_closing(reader.words(flag.patient), reader.language)
        sentences.setdefault(flag.topic, {})[words] = None
    return [
        Topic(reader.words(definition.topics_by_id[id].label), tuple(under))
        for id, under in sentences.items()
    ]
