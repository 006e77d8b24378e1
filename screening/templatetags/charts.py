"""Charts as plain SVG, drawn by the server: no script, no style, readable without colour.

Words and figures stand in the table beside or under a chart, as text; the chart adds shape.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from screening.queries.statistics import WeekStatistics

register = template.Library()
_HEIGHT = 100


@dataclass(frozen=True)
class Column:
    """One bar of a column chart, in the chart's own units: from the left, width, and where its two parts
    begin."""

    left: float
    width: float
    top: float
    height: float
    dark_top: float
    dark_height: float


@register.inclusion_tag("staff/parts/columns.html")
def week_columns(weeks: Sequence[WeekStatistics]) -> dict[str, Any]:
    """A column for each week; the dark foot are those that needed a person now."""
    highest = max((week.number for week in weeks), default=0) or 1
    step = 1000 / max(len(weeks), 1)
    return {
        "columns": [_column(place, step, week, highest) for place, week in enumerate(weeks)],
        "label": _("Submissions per week, at most %(highest)d in a week") % {"highest": highest},
    }


def _column(place: int, step: float, week: WeekStatistics, highest: int) -> Column:
    whole, dark = (round(_HEIGHT * number / highest, 2) for number in (week.number, week.pressing))
    left, width = round(place * step + step * 0.12, 2), round(step * 0.76, 2)
    return Column(left, width, round(_HEIGHT - whole, 2), whole, round(_HEIGHT - dark, 2), dark)


@register.inclusion_tag("staff/parts/bar.html")
def bar(solid: float, most: float, open: float = 0) -> dict[str, Any]:
    """One bar: a solid part and, after it, an open (dashed) part, out of `most`."""
    scale = 100 / most if most else 0
    return {"solid": round(solid * scale, 2), "open": round(open * scale, 2)}


@register.filter
def seconds(wait: timedelta | None) -> float:
    """A waiting time as a length to draw; nothing where there is none yet."""
    return wait.total_seconds() if wait else 0


@register.filter
def percent(share: float) -> str:
    """0.125 as "13 %"."""
    return f"{round(share * 100)} %"


@register.filter
def roughly(wait: timedelta | None) -> str:
    """A waiting time as a person would say it."""
    if wait is None:
        return _("none yet")
    minutes = round(wait.total_seconds() / 60)
    if minutes < 90:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours = round(minutes / 60)
    if hours < 48:
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    days = round(hours / 24)
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
