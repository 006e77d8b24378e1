"""What every page of the desk shows of the work that waits: the banner, the counts, and what is new. Counts
only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from screening.models import ContactRequest, Submission
from screening.queries import clinic
from screening.queries.contact_requests import list_waiting_contacts
from screening.queries.overdue import Overdue, find_overdue, list_callers
from screening.queries.queue import MOST_COUNTED, QueueGroup, count_rows, list_group


@dataclass(frozen=True)
class DeskStatus:
    """How many are in each group, and what has waited too long."""

    counts: dict[QueueGroup, int]
    overdue: Overdue

    @property
    def now(self) -> int:
        """How many need attention now, people who asked to be called among them."""
        return self.counts[QueueGroup.NOW]


@dataclass(frozen=True)
class Arrivals:
    """What was sent since somebody last looked."""

    submissions: int
    calls: int

    def __bool__(self) -> bool:
        return bool(self.submissions or self.calls)


def read_status(*, now: datetime) -> DeskStatus:
    """In eight queries, however much waits."""
    callers = list_callers()
    minutes = clinic.current().escalation_minutes
    return DeskStatus(count_groups(callers), find_overdue(now=now, minutes=minutes, callers=callers))


def count_groups(callers: list[ContactRequest]) -> dict[QueueGroup, int]:
    """How many are in each group. People who asked to be called need attention too."""
    counts = {group: count_rows(list_group(group), group) for group in QueueGroup}
    counts[QueueGroup.NOW] += len(callers)
    return counts


def count_arrivals(*, since: datetime) -> Arrivals:
    """How many submissions were sent, and how many people asked to be called, after this moment."""
    sent = Submission.objects.filter(state=Submission.State.SUBMITTED, submitted_at__gt=since)
    calls: int = list_waiting_contacts().filter(asked_at__gt=since).count()
    return Arrivals(sent.order_by("submitted_at").values("pk")[:MOST_COUNTED].count(), calls)
