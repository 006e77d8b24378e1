"""The clinic's work in numbers: how many came, how fast they were read, what was flagged, and which flags
staff doubt.

Read from rows only: nobody's answers are opened. Counts by week cover the period; everything else is worked
out from the newest submissions of the period, so that the page costs the same for a small clinic and a large
one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from django.db.models import BooleanField, Count, ExpressionWrapper, QuerySet
from django.db.models.functions import TruncWeek
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _

from questionnaire.actions import publishing
from questionnaire.models import Version
from questionnaire.rules.states import Verdict
from screening.models import AnswerTally, RaisedFlag, Submission
from screening.queries.answer_tally import count_shares
from screening.queries.attention import NEEDS_ATTENTION

SAMPLE = 2_000
"""The newest submissions of the period from which shares and medians are worked out."""
ENOUGH = 5
"""Opinions below which a rate says little."""
PERIODS = (4, 12, 52)
"""Weeks that can be chosen."""


@dataclass(frozen=True)
class WeekStatistics:
    """Submissions of one week, those with an urgent flag or without an assessment among them."""

    monday: date
    number: int
    pressing: int


@dataclass(frozen=True)
class WaitingTimes:
    """Medians from sending to first opening and to the decision; None where nothing was opened or decided
    yet."""

    name: str
    number: int
    opening: timedelta | None
    decision: timedelta | None
    unopened: int

    @property
    def label(self) -> str:
        """Whose waits these are, in words."""
        return _("Needing a person now") if self.name == "pressing" else _("All")


@dataclass(frozen=True)
class _Times:
    """When one submission was sent, opened and decided, and whether it needed attention."""

    sent_at: datetime
    opened_at: datetime | None
    decided_at: datetime | None
    pressing: bool


@dataclass(frozen=True)
class TopicStatistics:
    label: str
    raised: int
    cannot_tell: int

    @property
    def number(self) -> int:
        return self.raised + self.cannot_tell


@dataclass(frozen=True)
class FlagStatistics:
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
class UnknownStatistics:
    """One question: how often it was asked, and its answer left unknown."""

    short: str
    asked: int
    unknown: int
    rate: float


@dataclass(frozen=True)
class ClinicStatistics:
    weeks: tuple[WeekStatistics, ...]
    waits: tuple[WaitingTimes, ...]
    topics: tuple[TopicStatistics, ...]
    flags: tuple[FlagStatistics, ...]
    unknowns: tuple[UnknownStatistics, ...]
    sample: int

    @property
    def longest_wait(self) -> timedelta:
        """The longest of the medians, against which the others are drawn."""
        return max(
            (wait for row in self.waits for wait in (row.opening, row.decision) if wait), default=timedelta()
        )

    @property
    def doubted(self) -> tuple[FlagStatistics, ...]:
        """Flags with enough opinions to speak of a rate."""
        return tuple(flag for flag in self.flags if flag.judged >= ENOUGH)

    @property
    def seldom(self) -> tuple[FlagStatistics, ...]:
        """Flags with too few opinions yet."""
        return tuple(flag for flag in self.flags if flag.judged < ENOUGH)

    @property
    def total(self) -> int:
        return sum(week.number for week in self.weeks)


def collect_statistics(*, weeks: int, now: datetime) -> ClinicStatistics:
    """All figures of the last weeks, in five queries."""
    since = _find_monday(now) - timedelta(weeks=weeks - 1)
    sent = Submission.objects.filter(state=Submission.State.SUBMITTED, submitted_at__gte=since)
    newest = sent.order_by("-submitted_at", "-id")
    version = Version.objects.filter(state=Version.State.PUBLISHED).order_by("-published_at", "-pk").first()
    waits = _measure_waits(newest)
    topics, flags = _count_flags(newest, version)
    return ClinicStatistics(
        weeks=_count_weeks(sent, since.date(), weeks),
        waits=waits,
        topics=topics,
        flags=flags,
        unknowns=_count_unknowns(version, since.date()),
        sample=waits[-1].number,
    )


def _find_monday(now: datetime) -> datetime:
    local = now.astimezone(get_current_timezone())
    return (local - timedelta(days=local.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)


def _count_weeks(sent: QuerySet[Submission], first: date, weeks: int) -> tuple[WeekStatistics, ...]:
    by_week = sent.annotate(week=TruncWeek("submitted_at")).values("week").order_by("week")
    counts = by_week.annotate(number=Count("id"), pressing=Count("id", filter=NEEDS_ATTENTION))
    counted = {
        row["week"].date(): WeekStatistics(row["week"].date(), row["number"], row["pressing"])
        for row in counts
    }
    mondays = (first + timedelta(weeks=place) for place in range(weeks))
    return tuple(counted.get(monday, WeekStatistics(monday, 0, 0)) for monday in mondays)


def _measure_waits(newest: QuerySet[Submission]) -> tuple[WaitingTimes, ...]:
    """Those who needed attention, and everybody."""
    annotated = newest.annotate(pressing=ExpressionWrapper(NEEDS_ATTENTION, output_field=BooleanField()))
    columns = annotated.values_list("submitted_at", "opened_at", "decided_at", "pressing")[:SAMPLE]
    rows = [
        _Times(sent_at, opened_at, decided_at, pressing)
        for sent_at, opened_at, decided_at, pressing in columns
        if sent_at
    ]
    return _measure_wait("pressing", [row for row in rows if row.pressing]), _measure_wait("all", rows)


def _measure_wait(name: str, rows: list[_Times]) -> WaitingTimes:
    opening = [(row.opened_at - row.sent_at).total_seconds() for row in rows if row.opened_at]
    decision = [(row.decided_at - row.sent_at).total_seconds() for row in rows if row.decided_at]
    return WaitingTimes(
        name=name,
        number=len(rows),
        opening=timedelta(seconds=median(opening)) if opening else None,
        decision=timedelta(seconds=median(decision)) if decision else None,
        unopened=len(rows) - len(opening),
    )


def _count_flags(
    newest: QuerySet[Submission], version: Version | None
) -> tuple[tuple[TopicStatistics, ...], tuple[FlagStatistics, ...]]:
    """By topic, and what reviewers thought by flag: one query over the sample."""
    flags = RaisedFlag.objects.filter(submission__in=newest.values("pk")[:SAMPLE])
    groups = flags.values("code", "topic", "verdict", "opinion").annotate(number=Count("id"))
    topics: dict[str, list[int]] = {}
    opinions: dict[str, list[int]] = {}
    for group in groups.order_by("code", "verdict", "opinion"):
        is_raised = group["verdict"] == Verdict.RAISED
        topics.setdefault(group["topic"], [0, 0])[0 if is_raised else 1] += group["number"]
        if group["opinion"]:
            judged = opinions.setdefault(group["code"], [0, 0])
            judged[0] += group["number"]
            judged[1] += group["number"] if group["opinion"] == RaisedFlag.Opinion.NOT_RELEVANT else 0
    labels, titles = _read_names(version)
    by_topic = [TopicStatistics(labels.get(topic, topic), *counts) for topic, counts in topics.items()]
    by_flag = [FlagStatistics(code, titles.get(code, code), *counts) for code, counts in opinions.items()]
    return (
        tuple(sorted(by_topic, key=lambda topic: (-topic.raised, -topic.cannot_tell, topic.label))),
        tuple(sorted(by_flag, key=lambda flag: (-flag.rate, -flag.judged, flag.code))),
    )


def _read_names(version: Version | None) -> tuple[dict[str, str], dict[str, str]]:
    """Topic id to its label, and flag code to its title."""
    if version is None:
        return {}, {}
    definition = publishing.load_definition(version.pk)
    labels = {topic.id: str(topic.label) for topic in definition.topics}
    return labels, {flag.code: flag.title for flag in definition.flags}


def _count_unknowns(version: Version | None, since: date) -> tuple[UnknownStatistics, ...]:
    """Of the version in use now, for an older one asked other questions; without questions that may be left
    out."""
    if version is None:
        return ()
    rows = AnswerTally.objects.filter(version=version, week__gte=since).order_by("-week")
    definition = publishing.load_definition(version.pk)
    names = {
        link_id: str(question.short)
        for link_id, question in definition.questions.items()
        if question.required
    }
    shares = count_shares(definition, rows.values_list("marks", flat=True)[:SAMPLE])
    unknowns = [
        UnknownStatistics(names[share.link_id], share.asked, share.blank + share.unsure, share.unknown)
        for share in shares
        if share.link_id in names
    ]
    return tuple(sorted(unknowns, key=lambda question: (-question.rate, -question.asked, question.short)))
