"""The clinic's work in numbers: how many came, how fast they were read, what was flagged, and which flags staff doubt.

Read from rows only: nobody's answers are opened. Counts by week cover the period; everything else is worked out from
the newest submissions of the period, so that the page costs the same for a small clinic and a large one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from django.db.models import Count
from django.db.models.functions import TruncWeek
from django.utils.timezone import get_current_timezone

from questionnaire.actions import publishing
from questionnaire.models import Version
from screening.models import AnswerTally, RaisedFlag, Submission
from screening.queries import answer_tally
from screening.queries.attention import NEEDS_ATTENTION

SAMPLE = 2_000
"""The newest submissions of the period from which shares and medians are worked out."""
ENOUGH = 5
"""Opinions below which a rate says little."""
PERIODS = (4, 12, 52)
"""Weeks that can be chosen."""


@dataclass(frozen=True)
class Week:
    """Submissions of one week, those with an urgent flag or without an assessment among them."""

    monday: date
    number: int
    pressing: int


@dataclass(frozen=True)
class Waits:
    """Medians from sending to first opening and to the decision; None where nothing was opened or decided yet."""

    name: str
    number: int
    opening: timedelta | None
    decision: timedelta | None
    unopened: int


@dataclass(frozen=True)
class TopicFigures:
    label: str
    raised: int
    cannot_tell: int

    @property
    def number(self) -> int:
        return self.raised + self.cannot_tell


@dataclass(frozen=True)
class FlagFigures:
    """What reviewers thought of one flag. `judged` are those on which somebody gave an opinion."""

    code: str
    title: str
    judged: int
    not_relevant: int

    @property
    def rate(self) -> float:
        """Between 0 and 1."""
        return self.not_relevant / self.judged if self.judged else 0.0


@dataclass(frozen=True)
class UnknownFigures:
    """One question: how often it was asked, and its answer left unknown."""

    short: str
    asked: int
    unknown: int
    rate: float


@dataclass(frozen=True)
class Figures:
    weeks: tuple[Week, ...]
    waits: tuple[Waits, ...]
    topics: tuple[TopicFigures, ...]
    flags: tuple[FlagFigures, ...]
    unknowns: tuple[UnknownFigures, ...]
    sample: int

    @property
    def longest_wait(self) -> timedelta:
        """The longest of the medians, against which the others are drawn."""
        return max((wait for row in self.waits for wait in (row.opening, row.decision) if wait), default=timedelta())

    @property
    def doubted(self) -> tuple[FlagFigures, ...]:
        """Flags with enough opinions to speak of a rate."""
        return tuple(flag for flag in self.flags if flag.judged >= ENOUGH)

    @property
    def seldom(self) -> tuple[FlagFigures, ...]:
        """Flags with too few opinions yet."""
        return tuple(flag for flag in self.flags if flag.judged < ENOUGH)

    @property
    def total(self) -> int:
        return sum(week.number for week in self.weeks)


def figures(*, weeks: int, now: datetime) -> Figures:
    """All figures of the last weeks, in five queries."""
    since = _monday(now) - timedelta(weeks=weeks - 1)
    sent = Submission.objects.filter(state=Submission.State.SUBMITTED, submitted_at__gte=since)
    newest = sent.order_by("-submitted_at", "-id")
    version = Version.objects.filter(state=Version.State.PUBLISHED).order_by("-published_at", "-pk").first()
    waits = _waits(newest)
    topics, flags = _flags(newest, version)
    return Figures(
        weeks=_weeks(sent, since.date(), weeks),
        waits=waits,
        topics=topics,
        flags=flags,
        unknowns=_unknowns(version, since.date()),
        sample=waits[-1].number,
    )


def _monday(now: datetime) -> datetime:
    local = now.astimezone(get_current_timezone())
    return (local - timedelta(days=local.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)


def _weeks(sent: Iterable[Submission], first: date, weeks: int) -> tuple[Week, ...]:
    rows = sent.annotate(week=TruncWeek("submitted_at")).values("week").order_by("week")  # type: ignore[attr-defined]
    counted = rows.annotate(number=Count("id"), pressing=Count("id", filter=NEEDS_ATTENTION))
    found = {row["week"].date(): Week(row["week"].date(), row["number"], row["pressing"]) for row in counted}
    mondays = (first + timedelta(weeks=place) for place in range(weeks))
    return tuple(found.get(monday, Week(monday, 0, 0)) for monday in mondays)


def _waits(newest: Iterable[Submission]) -> tuple[Waits, ...]:
    """Those who needed a person now, and everybody."""
    columns = ("submitted_at", "opened_at", "decided_at", "urgent", "assessment")
    rows = list(newest.values_list(*columns)[:SAMPLE])  # type: ignore[attr-defined]
    pressing = [row for row in rows if row[3] or row[4] == Submission.Assessment.NOT_ASSESSED]
    return _wait("pressing", pressing), _wait("all", rows)


def _wait(name: str, rows: list[tuple[datetime, datetime | None, datetime | None, int, str]]) -> Waits:
    opening = [(opened - sent).total_seconds() for sent, opened, _, _, _ in rows if opened]
    decision = [(decided - sent).total_seconds() for sent, _, decided, _, _ in rows if decided]
    return Waits(
        name=name,
        number=len(rows),
        opening=timedelta(seconds=median(opening)) if opening else None,
        decision=timedelta(seconds=median(decision)) if decision else None,
        unopened=len(rows) - len(opening),
    )


def _flags(
    newest: Iterable[Submission], version: Version | None
) -> tuple[tuple[TopicFigures, ...], tuple[FlagFigures, ...]]:
    """By topic, and what reviewers thought by flag: one query over the sample."""
    sample = newest.values("pk")[:SAMPLE]  # type: ignore[attr-defined]
    groups = RaisedFlag.objects.filter(submission__in=sample).values("code", "topic", "verdict", "opinion")
    topics: dict[str, list[int]] = {}
    opinions: dict[str, list[int]] = {}
    for group in groups.annotate(number=Count("id")).order_by("code", "verdict", "opinion"):
        raised = group["verdict"] == RaisedFlag.Verdict.RAISED
        topics.setdefault(group["topic"], [0, 0])[0 if raised else 1] += group["number"]
        if group["opinion"]:
            judged = opinions.setdefault(group["code"], [0, 0])
            judged[0] += group["number"]
            judged[1] += group["number"] if group["opinion"] == RaisedFlag.Opinion.NOT_RELEVANT else 0
    named = _names(version)
    by_topic = [TopicFigures(named.get(f"topic {id}", id), *counts) for id, counts in topics.items()]
    by_flag = [FlagFigures(code, named.get(code, code), *counts) for code, counts in opinions.items()]
    return (
        tuple(sorted(by_topic, key=lambda topic: (-topic.raised, -topic.cannot_tell, topic.label))),
        tuple(sorted(by_flag, key=lambda flag: (-flag.rate, -flag.judged, flag.code))),
    )


def _names(version: Version | None) -> dict[str, str]:
    if version is None:
        return {}
    definition = publishing.load_definition(version.pk)
    return {f"topic {topic.id}": str(topic.label) for topic in definition.topics} | {
        flag.code: flag.title for flag in definition.flags
    }


def _unknowns(version: Version | None, since: date) -> tuple[UnknownFigures, ...]:
    """Of the version in use now, for an older one asked other questions; without questions that may be left out."""
    if version is None:
        return ()
    rows = AnswerTally.objects.filter(version=version, week__gte=since).order_by("-week")
    definition = publishing.load_definition(version.pk)
    shares = answer_tally.shares(definition, rows.values_list("marks", flat=True)[:SAMPLE])
    short = {link_id: str(question.short) for link_id, question in definition.questions.items() if question.required}
    asked = [share for share in shares if share.link_id in short]
    found = [UnknownFigures(short[s.link_id], s.asked, s.blank + s.unsure, s.unknown) for s in asked]
    return tuple(sorted(found, key=lambda share: (-share.rate, -share.asked, share.short)))
