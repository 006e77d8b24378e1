"""The flags of one submission as staff read them: why each stands, what the patient read, and who says so.

The desk shows all of it, the paper for the chart the reasons and the source. Severities come in the service's
words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from questionnaire import blood_pressure
from questionnaire.definition import Definition, Flag, Severity
from questionnaire.presenters.desk_answers import STAFF_LANGUAGE, DeskAnswers, DeskLine
from questionnaire.presenters.result import FlagVerdict
from questionnaire.rules.explain import ExplainedCondition, explain_condition
from questionnaire.rules.folding import fold_flags
from questionnaire.rules.parsing import find_questions_read
from questionnaire.rules.states import Verdict


class StoredFlag(FlagVerdict, Protocol):
    """One flag as it was judged when the form was sent, and what the reviewers say of it."""

    @property
    def position(self) -> int: ...

    @property
    def because(self) -> Sequence[str]: ...

    @property
    def opinion(self) -> str: ...


@dataclass(frozen=True)
class FlagCard:
    """One flag with everything that staff need to judge it."""

    flag: Flag
    severity_word: str
    topic: str
    read_by_patient: str
    """The sentence the patient read; empty where the flag could not be told, or patients never read it."""
    read_in_english: str
    """The same in English; empty where the patient read English."""
    because: tuple[DeskLine, ...]
    """The answers that raised it; for one that cannot be told, the questions to ask."""
    reading: tuple[DeskLine, ...]
    """When and where the blood pressure was taken, beside a flag that reads its numbers."""
    rule: ExplainedCondition
    decisions: tuple[str, ...]
    """Clinical questions about it that are still open."""
    opinion: str
    expired: bool
    """Its source is due for another look."""
    also: tuple[FlagCard, ...] = ()
    """Flags that it stands for: each was raised, and each can be judged."""

    @property
    def code(self) -> str:
        return self.flag.code

    @property
    def also_codes(self) -> list[str]:
        return [card.code for card in self.also]

    @property
    def all_reasons(self) -> list[DeskLine]:
        """The answers that raised it or a flag it stands for, and what was said of the reading; each once."""
        cards = (self, *self.also)
        lines = [line for card in cards for line in card.because] + [
            line for card in cards for line in card.reading
        ]
        return list({line.link_id: line for line in lines}.values())


@dataclass(frozen=True)
class Chart:
    """The flags of one submission: raised ones, the most pressing first, and those that could not be told."""

    raised: list[FlagCard]
    """Without those that another one stands for, which are held by its card."""
    in_doubt: list[FlagCard]


def read_chart(
    answers: DeskAnswers, flags: Iterable[StoredFlag], *, severity_words: Mapping[Severity, str], today: date
) -> Chart:
    """Every flag that was stored with these answers."""
    meant = answers.definition.flags_by_code
    rows = sorted(flags, key=lambda row: (meant[row.code].severity.rank, row.position))
    cards = {row.code: _card(answers, row, severity_words, today) for row in rows}
    raised = [row.code for row in rows if row.verdict == Verdict.RAISED]
    also = {folded.flag.code: folded.also for folded in fold_flags(answers.definition, raised)}
    return Chart(
        raised=[
            replace(cards[code], also=tuple(_without_sentence(cards[flag.code]) for flag in also[code]))
            for code in raised
            if code in also
        ],
        in_doubt=[cards[row.code] for row in rows if row.verdict == Verdict.CANNOT_TELL],
    )


def _without_sentence(card: FlagCard) -> FlagCard:
    """A flag that another one stands for: the patient read that one's sentence."""
    return replace(card, read_by_patient="", read_in_english="")


def _card(
    answers: DeskAnswers, row: StoredFlag, severity_words: Mapping[Severity, str], today: date
) -> FlagCard:
    definition, reader, staff = answers.definition, answers.reader, answers.staff_reader
    flag = definition.flags_by_code[row.code]
    raised = row.verdict == Verdict.RAISED
    was_read = raised and not flag.staff_only
    because = [answers.by_id[link_id] for link_id in row.because]
    return FlagCard(
        flag=flag,
        severity_word=severity_words[flag.severity],
        topic=staff.words(definition.topics_by_id[flag.topic].label),
        read_by_patient=reader.words(flag.patient) if was_read else "",
        read_in_english=staff.words(flag.patient) if was_read and reader.language != STAFF_LANGUAGE else "",
        because=tuple(because if raised else answers.questions_to_ask(flag.condition)),
        reading=tuple(_reading(answers, flag, because)),
        rule=explain_condition(definition, flag.condition, answers.values),
        decisions=tuple(_decisions(definition, flag)),
        opinion=row.opinion,
        expired=flag.source.expires < today,
    )


def _reading(answers: DeskAnswers, flag: Flag, because: Sequence[DeskLine]) -> Iterable[DeskLine]:
    """What was said of the reading and does not stand among the reasons already."""
    questions = blood_pressure.find_provenance(answers.definition, flag.condition)
    lines = (answers.by_id[question.link_id] for question in questions)
    return (line for line in lines if line not in because and line.line.was_asked)


def _decisions(definition: Definition, flag: Flag) -> Iterable[str]:
    """Open questions that name this flag, or a question its condition reads."""
    about = {flag.code, *find_questions_read(definition, flag.condition)}
    return (decision.question for decision in definition.decisions if about.intersection(decision.about))
