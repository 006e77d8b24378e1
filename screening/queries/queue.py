"""The queue's lists: five groups, the filters on them, and pages that start after a given submission.

A page is found by the sending time and key of the row before it, never by counting, so the thousandth page costs what
the first one does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Q, QuerySet

from screening.models import Submission
from screening.queries.attention import CAN_WAIT, NEEDS_ATTENTION, needs_attention

REFERENCE = re.compile(r"[2-9A-Z]{3}-[2-9A-Z]{3}")
PAGE_SIZE = 50
MOST_COUNTED = 1_000
"""Counting stops here: a heading says "999+" and costs the same at any size."""


class QueueGroup(StrEnum):
    """Where staff look for a submission, the most pressing first."""

    NOW = "now"
    NEW = "new"
    IN_REVIEW = "in-review"
    WAITING = "waiting"
    DONE = "done"


_GROUPS: dict[QueueGroup, Q] = {
    QueueGroup.NOW: Q(desk=Submission.Desk.NEW) & NEEDS_ATTENTION,
    QueueGroup.NEW: Q(desk=Submission.Desk.NEW) & CAN_WAIT,
    QueueGroup.IN_REVIEW: Q(desk=Submission.Desk.IN_REVIEW),
    QueueGroup.WAITING: Q(desk=Submission.Desk.WAITING),
    QueueGroup.DONE: Q(desk=Submission.Desk.DONE),
}
FIRST_ROWS = {QueueGroup.NOW: 25, QueueGroup.NEW: 25, QueueGroup.IN_REVIEW: 10, QueueGroup.WAITING: 10}
"""Rows of each group on the page of all groups: most of what nobody has taken yet."""


@dataclass(frozen=True)
class QueuePage:
    """One page of a list, and the references that the pages beside it start from."""

    rows: Sequence[Submission]
    after: str = ""
    before: str = ""


class UnknownCursorError(ValueError):
    """The page that was asked for starts at a submission that does not exist."""


def list_sent() -> QuerySet[Submission]:
    """Every submission staff may see, without its answers."""
    rows = Submission.objects.filter(state=Submission.State.SUBMITTED).select_related("assignee")
    return rows.defer("response", "identity", "token_hash")


def list_group(group: QueueGroup) -> QuerySet[Submission]:
    return list_sent().filter(_GROUPS[group])


def find_group(row: Submission) -> QueueGroup:
    """The group this submission is in now."""
    if row.desk == Submission.Desk.NEW:
        return QueueGroup.NOW if needs_attention(row) else QueueGroup.NEW
    return QueueGroup(row.desk)


def is_newest_first(group: QueueGroup | None) -> bool:
    """Work is done oldest first; what is done, or looked up, is read newest first."""
    return group in {None, QueueGroup.DONE}


def count_rows(rows: QuerySet[Submission]) -> int:
    """How many, up to `MOST_COUNTED`; in the order of the index, so that no more than those are read."""
    return _order(rows, newest=False).values("pk")[:MOST_COUNTED].count()


def read_page(rows: QuerySet[Submission], *, newest: bool, after: str = "", before: str = "") -> QueuePage:
    """The page that follows one submission, or that ends before it. Raises UnknownCursorError."""
    anchor = after or before
    is_forward = bool(after) or not before
    # One row more than fits says whether there is another page. Backwards, the rows are read in reverse order.
    ordered = _list_beyond(rows, _load_anchor(anchor), newest=newest == is_forward) if anchor else _order(rows, newest)
    taken = list(ordered[: PAGE_SIZE + 1])
    has_more, taken = len(taken) > PAGE_SIZE, taken[:PAGE_SIZE]
    if not is_forward:
        taken.reverse()
    if not taken:
        return QueuePage(())
    has_next, has_previous = (has_more, bool(anchor)) if is_forward else (True, has_more)
    first, last = str(taken[0].reference), str(taken[-1].reference)
    return QueuePage(taken, after=last if has_next else "", before=first if has_previous else "")


def find_neighbours(rows: QuerySet[Submission], row: Submission, *, newest: bool) -> tuple[str, str]:
    """References of the submissions before and after this one in the list; empty at its ends."""
    plain = rows.select_related(None)
    before = _list_beyond(plain, row, newest=not newest).values_list("reference", flat=True).first()
    after = _list_beyond(plain, row, newest=newest).values_list("reference", flat=True).first()
    return before or "", after or ""


def list_unopened(since: datetime) -> list[Submission]:
    """Urgent submissions sent by then that nobody has opened, the oldest first; at most 100."""
    unopened = list_group(QueueGroup.NOW).filter(opened_at=None, submitted_at__lte=since)
    return list(_order(unopened.select_related(None).only("reference", "submitted_at"), newest=False)[:100])


def _order(rows: QuerySet[Submission], newest: bool) -> QuerySet[Submission]:
    return rows.order_by("-submitted_at", "-id") if newest else rows.order_by("submitted_at", "id")


def _list_beyond(rows: QuerySet[Submission], row: Submission, *, newest: bool) -> QuerySet[Submission]:
    """What follows this submission in this direction."""
    # A keyset page: it starts at a row, not at a count, so the thousandth page costs what the first one does.
    # The condition on the time alone repeats half of the next one, but only from it does the index know where to start.
    at, key = row.submitted_at, row.pk
    if newest:
        rest = rows.filter(submitted_at__lte=at).filter(Q(submitted_at__lt=at) | Q(id__lt=key))
    else:
        rest = rows.filter(submitted_at__gte=at).filter(Q(submitted_at__gt=at) | Q(id__gt=key))
    return _order(rest, newest)


def _load_anchor(reference: str) -> Submission:
    sent_rows = Submission.objects.only("submitted_at").filter(submitted_at__isnull=False)
    row = sent_rows.filter(reference=reference).first() if REFERENCE.fullmatch(reference) else None
    if row is None:
        raise UnknownCursorError(reference)
    return row
