"""What stands on top of every page of the desk: what waits too long, what is new, and what an administrator
must set.

A script asks for the first again every half minute (static/status.js); without it, the next page says what is
new.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.db import DatabaseError
from django.utils import timezone

from questionnaire.http import StaffRequest
from screening.core import access
from screening.queries import clinic
from screening.queries.desk_status import Arrivals, count_arrivals
from screening.queries.overdue import find_overdue

register = template.Library()
LOOKED = "looked"
"""Key of the session: when its owner last saw on a page of the desk what was new."""


@register.inclusion_tag("staff/parts/status.html", takes_context=True)
def desk_status(context: dict[str, Any]) -> dict[str, Any]:
    """Nothing for people who may not see submissions, nor on a page that says the database is down."""
    request = context.get("request")
    user = getattr(request, "user", None)
    try:
        if request is None or user is None or not user.is_authenticated:
            return {}
        return _read_status(request)
    except DatabaseError:
        return {}


def _read_status(request: StaffRequest) -> dict[str, Any]:
    now, values = timezone.now(), clinic.current()
    status: dict[str, Any] = {
        "now": now,
        "no_duty": request.user.has_perm(access.CHANGE_SETTINGS) and not values.on_duty,
    }
    if not request.user.has_perm(access.READ):
        return status
    overdue = find_overdue(now=now, minutes=values.escalation_minutes)
    return status | {"may_read": True, "overdue": overdue, "arrivals": _find_arrivals(request, now)}


def _find_arrivals(request: StaffRequest, now: datetime) -> Arrivals | None:
    """What is new since the last page that said so. The session is written only when there is something to
    say."""
    looked = request.session.get(LOOKED)
    arrivals = count_arrivals(since=datetime.fromisoformat(looked)) if looked else None
    if arrivals or not looked:
        request.session[LOOKED] = now.isoformat()
    return arrivals


@register.filter
def at_most(number: int, most: int) -> str:
    """A number as it is shown: counting stops at `most`."""
    return f"{most - 1}+" if number >= most else str(number)
