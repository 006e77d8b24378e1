"""The queue's lists: five groups, the filters on them, and pages that start after a given submission.

A page is found by the place of the row before it (sending time and key, after the priority where a list has
that order), never by counting, so the thousandth page costs what the first one does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import F, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

from screening.models import Submission
from screening.queries.attention import ALARM_STANDS, NO_ALARM

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


class ListOrder(StrEnum):
    """How a list is read."""

    PRESSING = "pressing"
    """Symptoms now, then severity, then the longest waiting; urgent and out of reach before its equals."""
    OLDEST = "oldest"
    NEWEST = "newest"


_COLUMNS = {
    ListOrder.PRESSING: ("priority", "submitted_at", "id"),
    ListOrder.OLDEST: ("submitted_at", "id"),
    ListOrder.NEWEST: ("-submitted_at", "-id"),
}
_GROUPS: dict[QueueGroup, Q] = {
    QueueGroup.NOW: ALARM_STANDS,
    QueueGroup.NEW: NO_ALARM & Q(desk=Submission.Desk.NEW),
    QueueGroup.IN_REVIEW: NO_ALARM & Q(desk=Submission.Desk.IN_REVIEW),
    QueueGroup.WAITING: NO_ALARM & Q(desk=Submission.Desk.WAITING),
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
    return QueueGroup.NOW if row.alarm else QueueGroup(row.desk)


def find_order(group: QueueGroup | None) -> ListOrder:
    """What nobody has dealt with is ranked; work goes on oldest first; what is done, or looked up, newest
    first."""
    if group in {QueueGroup.NOW, QueueGroup.NEW}:
        return ListOrder.PRESSING
    return ListOrder.NEWEST if group in {None, QueueGroup.DONE} else ListOrder.OLDEST


def count_rows(rows: QuerySet[Submission], group: QueueGroup | None = None) -> int:
    """How many, up to `MOST_COUNTED`; in the order of the group's index, so that no more than those are
    read."""
    order = ListOrder.PRESSING if group == QueueGroup.NOW else ListOrder.OLDEST
    return order_rows(rows, order).values("pk")[:MOST_COUNTED].count()


def read_page(
    rows: QuerySet[Submission], *, order: ListOrder, after: str = "", before: str = ""
) -> QueuePage:
    """The page that follows one submission, or that ends before it. Raises UnknownCursorError."""
    anchor = after or before
    is_forward = bool(after) or not before
    # One row more than fits says whether there is another page. Backwards, the rows are read in reverse
    # order.
    if anchor:
        ordered = _list_beyond(rows, _load_anchor(anchor), order, backwards=not is_forward)
    else:
        ordered = order_rows(rows, order)
    taken = list(ordered[: PAGE_SIZE + 1])
    has_more, taken = len(taken) > PAGE_SIZE, taken[:PAGE_SIZE]
    if not is_forward:
        taken.reverse()
    if not taken:
        return QueuePage(())
    has_next, has_previous = (has_more, bool(anchor)) if is_forward else (True, has_more)
    first, last = str(taken[0].reference), str(taken[-1].reference)
    return QueuePage(taken, after=last if has_next else "", before=first if has_previous else "")


def find_neighbours(rows: QuerySet[Submission], row: Submission, *, order: ListOrder) -> tuple[str, str]:
    """References of the submissions before and after this one in the list; empty at its ends."""
    plain = rows.select_related(None)
    before = _list_beyond(plain, row, order, backwards=True).values_list("reference", flat=True).first()
    after = _list_beyond(plain, row, order).values_list("reference", flat=True).first()
    return before or "", after or ""


def list_alarms(since: datetime) -> list[Submission]:
    """Submissions sent by then whose alarm stands, opened or not, the oldest first; at most 100."""
    late = list_group(QueueGroup.NOW).filter(submitted_at__lte=since).select_related(None)
    return list(order_rows(late.only("reference", "submitted_at"), ListOrder.OLDEST)[:100])


def order_rows(
    rows: QuerySet[Submission], order: ListOrder, *, backwards: bool = False
) -> QuerySet[Submission]:
    """These submissions in this order."""
    ordered = rows.order_by(*_COLUMNS[order])
    return ordered.reverse() if backwards else ordered


def _list_beyond(
    rows: QuerySet[Submission], row: Submission, order: ListOrder, *, backwards: bool = False
) -> QuerySet[Submission]:
    """What follows this submission in this direction."""
    # A keyset page: it starts at a row, not at a count, so the thousandth page costs what the first one does.
    # Both databases compare the columns as one tuple, and the index starts at it.
    names = [name.removeprefix("-") for name in _COLUMNS[order]]
    place = [getattr(row, "pk" if name == "id" else name) for name in names]
    is_falling = (order == ListOrder.NEWEST) != backwards
    compare = TupleLessThan if is_falling else TupleGreaterThan
    beyond = compare(Tuple(*(F(name) for name in names)), place)
    return order_rows(rows.filter(beyond), order, backwards=backwards)


def _load_anchor(reference: str) -> Submission:
    sent_rows = Submission.objects.only("submitted_at", "priority").filter(submitted_at__isnull=False)
    row = sent_rows.filter(reference=reference).first() if REFERENCE.fullmatch(reference) else None
    if row is None:
        raise UnknownCursorError(reference)
    return row
