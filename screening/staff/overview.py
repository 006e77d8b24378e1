"""/staff/overview/: the clinic's work in numbers. No patient can be seen here."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from questionnaire.http import StaffRequest
from screening.core import access
from screening.queries.statistics import PERIODS, collect_statistics


@access.staff_page("GET")
def show_overview(request: StaffRequest) -> HttpResponse:
    """The last 12 weeks, or `?weeks=4` or `52`; anything else is 12."""
    weeks = next((period for period in PERIODS if request.GET.get("weeks") == str(period)), 12)
    now = timezone.now()
    statistics = collect_statistics(weeks=weeks, now=now)
    context = {
        "here": "overview",
        "now": now,
        "figures": statistics,
        "weeks": weeks,
        "periods": PERIODS,
        "most_flagged": max((topic.number for topic in statistics.topics), default=0),
        "most_unknown": max((question.rate for question in statistics.unknowns), default=0),
    }
    return render(request, "staff/pages/overview.html", context)
