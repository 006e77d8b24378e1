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
from screening.queries.attention import NEEDS_ATTENTION, needs_attention

REFERENCE = re.compile(r"[2-9A-Z]{3}-[2-9A-Z]{3}")
PAGE = 50
MOST_COUNTED = 1_000
"""Counting stops here: a heading says "999+" and costs the same at any size."""


class Group(StrEnum):
    """Where staff look for a submission, the most pressing first."""

    NOW = "now"
    NEW = "new"
    IN_REVIEW = "in-review"
    WAITING = "waiting"
    DONE = "done"


_GROUPS: dict[Group, Q] = {
    Group.NOW: Q(desk=Submission.Desk.NEW) & NEEDS_ATTENTION,
    Group.NEW: Q(desk=Submission.Desk.NEW) & Q(urgent=0) & ~Q(assessment=Submission.Assessment.NOT_ASSESSED),
    Group.IN_REVIEW: Q(desk=Submission.Desk.IN_REVIEW),
    Group.WAITING: Q(desk=Submission.Desk.WAITING),
    Group.DONE: Q(desk=Submission.Desk.DONE),
}


PREVIEW = {Group.NOW: 25, Group.NEW: 25, Group.IN_REVIEW: 10, Group.WAITING: 10}
"""Rows of each group on the page of all groups: most of what nobody has taken yet."""


@dataclass(frozen=True)
class Shown:
    """One page of a list, and the references that the pages beside it start from."""

    rows: Sequence[Submission]
    after: str = ""
    before: str = ""


class BadCursor(ValueError):
    """The page that was asked for starts at a submission that does not exist."""


def sent() -> QuerySet[Submission]:
    """Every submission staff may see, without its answers."""
    rows = Submission.objects.filter(state=Submission.State.SUBMITTED).select_related("assignee")
    return rows.defer("response", "identity", "token_hash")


def in_group(group: Group) -> QuerySet[Submission]:
    return sent().filter(_GROUPS[group])


def group_of(row: Submission) -> Group:
    """The group this submission is in now."""
    if row.desk == Submission.Desk.NEW:
        return Group.NOW if needs_attention(row) else Group.NEW
    return Group(row.desk)


def newest_first(group: Group | None) -> bool:
    """Work is done oldest first; what is done, or looked up, is read newest first."""
    return group in {None, Group.DONE}


def count(rows: QuerySet[Submission]) -> int:
    """How many, up to `MOST_COUNTED`; in the order of the index, so that no more than those are read."""
    return _ordered(rows, newest=False).values("pk")[:MOST_COUNTED].count()


def page(rows: QuerySet[Submission], *, newest: bool, after: str = "", before: str = "") -> Shown:
    """The page that follows one submission, or that ends before it. Raises BadCursor."""
    anchor = after or before
    forward = not (before and not after)
    found = _beyond(rows, _anchor(anchor), newest=newest == forward) if anchor else _ordered(rows, newest)
    taken = list(found[: PAGE + 1])
    more, taken = len(taken) > PAGE, taken[:PAGE]
    if not forward:
        taken.reverse()
    if not taken:
        return Shown(())
    has_next, has_previous = (more, bool(anchor)) if forward else (True, more)
    first, last = str(taken[0].reference), str(taken[-1].reference)
    return Shown(taken, after=last if has_next else "", before=first if has_previous else "")


def neighbours(rows: QuerySet[Submission], row: Submission, *, newest: bool) -> tuple[str, str]:
    """References of the submissions before and after this one in the list; empty at its ends."""
    references = rows.select_related(None)
    before = _beyond(references, row, newest=not newest).values_list("reference", flat=True).first()
    after = _beyond(references, row, newest=newest).values_list("reference", flat=True).first()
    return before or "", after or ""


def unopened_since(moment: datetime) -> list[Submission]:
    """Urgent submissions that nobody has opened since then, the oldest first; at most 100."""
    late = in_group(Group.NOW).filter(opened_at=None, submitted_at__lte=moment)
    return list(_ordered(late.select_related(None).only("reference", "submitted_at"), newest=False)[:100])


def _ordered(rows: QuerySet[Submission], newest: bool) -> QuerySet[Submission]:
    return rows.order_by("-submitted_at", "-id") if newest else rows.order_by("submitted_at", "id")


def _beyond(rows: QuerySet[Submission], row: Submission, *, newest: bool) -> QuerySet[Submission]:
    """What follows this submission in this direction. The first condition makes the index start there."""
    at, key = row.submitted_at, row.pk
    if newest:
        rest = rows.filter(submitted_at__lte=at).filter(Q(submitted_at__lt=at) | Q(id__lt=key))
    else:
        rest = rows.filter(submitted_at__gte=at).filter(Q(submitted_at__gt=at) | Q(id__gt=key))
    return _ordered(rest, newest)


def _anchor(reference: str) -> Submission:
    sent = Submission.objects.only("submitted_at").filter(submitted_at__isnull=False)
    found = sent.filter(reference=reference).first() if REFERENCE.fullmatch(reference) else None
    if found is None:
        raise BadCursor(reference)
    return found
