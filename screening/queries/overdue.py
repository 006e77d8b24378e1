"""What has waited longer than the clinic wants: the banner above every list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from screening.models import ContactRequest, Submission
from screening.queries import contact_requests, queue


@dataclass(frozen=True)
class Overdue:
    """Submissions whose alarm stands, and people who asked to be called and were not; the oldest first."""

    submissions: list[Submission]
    calls: list[ContactRequest]

    def __bool__(self) -> bool:
        return bool(self.submissions or self.calls)


def find_overdue(*, now: datetime, minutes: int, callers: list[ContactRequest] | None = None) -> Overdue:
    """What has waited for the clinic's escalation time or longer; `callers` if they were read already."""
    since = now - timedelta(minutes=minutes)
    waiting = list_callers() if callers is None else callers
    return Overdue(queue.list_alarms(since), [call for call in waiting if call.asked_at <= since])


def list_callers() -> list[ContactRequest]:
    """Who waits to be called, the longest waiting first, without their names."""
    return list(contact_requests.list_waiting_contacts().defer("identity")[: queue.MOST_COUNTED])
