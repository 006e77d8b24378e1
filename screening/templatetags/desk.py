"""Small words for the desk's pages: how long ago, how many, who."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django import template
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from screening.models import Submission
from screening.queries.labels import name_account

register = template.Library()
register.filter("called", name_account)
_COUNTED = {
    "urgent": gettext_lazy("%(number)d urgent"),
    "high": gettext_lazy("%(number)d high"),
    "moderate": gettext_lazy("%(number)d moderate"),
    "info": gettext_lazy("%(number)d info"),
}

_EXACTLY = 6 * 60
"""Minutes up to which a wait of hours is told to the minute."""


@register.filter
def since(moment: datetime | None, now: datetime) -> str:
    """How long ago, as exactly as it matters: "just now", "42 min", "1 h 35 min", "14 h", "5 days"."""
    if moment is None:
        return ""
    passed = max(now - moment, timedelta())
    minutes = int(passed.total_seconds() // 60)
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return _("%(number)d min") % {"number": minutes}
    if minutes < _EXACTLY and minutes % 60:
        return _("%(hours)d h %(minutes)d min") % {"hours": minutes // 60, "minutes": minutes % 60}
    if minutes < 48 * 60:
        return _("%(number)d h") % {"number": minutes // 60}
    days = minutes // (24 * 60)
    return ngettext("%(number)d day", "%(number)d days", days) % {"number": days}


@register.filter
def ago(moment: datetime | None, now: datetime) -> str:
    """The same as a sentence's end: "just now", "42 min ago"."""
    time = since(moment, now)
    return time if not time or time == _("just now") else _("%(time)s ago") % {"time": time}


@register.filter
def counted(row: Submission) -> list[tuple[str, str]]:
    """The raised flags of a submission by severity, the most pressing first: ("urgent", "2 urgent")."""
    if row.assessment == Submission.Assessment.NOT_ASSESSED:
        return [("urgent", _("Not assessed"))]
    return [
        (severity, str(label) % {"number": number})
        for severity, label in _COUNTED.items()
        if (number := getattr(row, severity))
    ]


@register.filter
def entry(labels: Mapping[str, object], code: str) -> object:
    """The label of this code; the code itself where there is none."""
    return labels.get(code, code)


@register.filter
def tongue(code: str) -> str:
    """A language by its name."""
    return str(dict(settings.LANGUAGES).get(code, code))


@register.filter
def as_query(filters: str) -> str:
    """The filters of a list as the end of an address; nothing where there are none."""
    return f"?{filters}" if filters else ""
