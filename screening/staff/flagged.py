"""The flags of one submission as staff read them: why each stands, what the patient said and read, and who says so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from questionnaire import blood_pressure
from questionnaire.checks.conditions import find_questions_read
from questionnaire.definition import Definition, Flag, Severity
from questionnaire.presenters.answers import Answer, Answered
from questionnaire.rules.explain import ExplainedCondition, explain_condition
from screening.models import RaisedFlag
from screening.queries.labels import severity_words


@dataclass(frozen=True)
class FlagCard:
    """One flag on the submission page."""

    flag: Flag
    severity_word: str
    topic: str
    told: str
    """The sentence the patient read."""
    told_english: str
    """The same in English; empty where the patient read English."""
    because: tuple[Answer, ...]
    """The answers that raised it; for one that cannot be told, the questions to ask."""
    reading: tuple[Answer, ...]
    """When and where the blood pressure was taken, beside a flag that reads its numbers."""
    rule: ExplainedCondition
    decisions: tuple[str, ...]
    """Clinical questions about it that are still open."""
    opinion: str
    expired: bool

    @property
    def code(self) -> str:
        return self.flag.code


def cards(answered: Answered, flags: Iterable[RaisedFlag], *, today: date) -> tuple[list[FlagCard], list[FlagCard]]:
    """Raised flags, the most pressing first, and those that could not be told."""
    rows = sorted(flags, key=lambda row: (Severity(row.severity).rank, row.position))
    words = severity_words()
    found = {row.code: _card(answered, row, words, today) for row in rows}
    raised = [found[row.code] for row in rows if row.verdict == RaisedFlag.Verdict.RAISED]
    in_doubt = [found[row.code] for row in rows if row.verdict == RaisedFlag.Verdict.CANNOT_TELL]
    return raised, in_doubt


def _card(answered: Answered, row: RaisedFlag, words: dict[Severity, str], today: date) -> FlagCard:
    definition, reader, plain = answered.definition, answered.reader, answered.plain_reader
    flag = definition.flags_by_code[row.code]
    raised = row.verdict == RaisedFlag.Verdict.RAISED
    because: Sequence[Answer] = [answered.by_id[link_id] for link_id in row.because]
    return FlagCard(
        flag=flag,
        severity_word=words[flag.severity],
        topic=plain.words(definition.topics_by_id[flag.topic].label),
        told=reader.words(flag.patient) if raised else "",
        told_english=plain.words(flag.patient) if raised and reader.language != "en" else "",
        because=tuple(because if raised else answered.to_ask(flag.condition)),
        reading=tuple(_reading(answered, row, because)),
        rule=explain_condition(definition, flag.condition, answered.values),
        decisions=tuple(_decisions(definition, flag)),
        opinion=row.opinion,
        expired=flag.source.expires < today,
    )


def _reading(answered: Answered, row: RaisedFlag, because: Sequence[Answer]) -> Iterable[Answer]:
    """What was said of the reading and does not stand among the reasons already."""
    flag = answered.definition.flags_by_code[row.code]
    found = blood_pressure.find_provenance(answered.definition, flag.condition)
    said = (answered.by_id[question.link_id] for question in found)
    return (answer for answer in said if answer not in because and answer.was_asked)


def _decisions(definition: Definition, flag: Flag) -> Iterable[str]:
    """Open questions that name this flag, or a question its condition reads."""
    about = {flag.code, *find_questions_read(definition, flag.condition)}
    return (decision.question for decision in definition.decisions if about.intersection(decision.about))
