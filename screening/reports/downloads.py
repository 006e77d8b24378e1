"""What leaves the desk: the summary for the chart, one submission as JSON, the filtered queue as CSV. All
recorded."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar, cast

from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from questionnaire.http import SeeOther, StaffRequest
from screening.actions.read_record import record_export, view_submission
from screening.core import access
from screening.queries import clinic
from screening.queries.filters import QueueFilters
from screening.queries.labels import decision_labels, name_account
from screening.queries.submission import LoadedSubmission
from screening.reports import csv_export
from screening.reports.chart_summary import ChartSummary, build_summary, typeset_summary
from screening.reports.evidence import build_evidence
from screening.reports.printing import Layout

T = TypeVar("T", bound=HttpResponseBase)


@access.staff_page("GET")
def show_summary(request: StaffRequest, reference: str) -> HttpResponse:
    """The summary for the chart, to read and to print."""
    now = timezone.now()
    loaded = view_submission(request, reference, now=now, action="submission.print")
    context = {"page": _build_summary(loaded, now), "clinic": clinic.current()}
    return render(request, "staff/pages/summary.html", context)


@access.staff_page("GET")
def download_summary(request: StaffRequest, reference: str) -> HttpResponse:
    """The same as a tagged PDF, A4 or Letter."""
    now = timezone.now()
    loaded = view_submission(request, reference, now=now, action="submission.print")
    layout = Layout.from_query(request.GET)
    pdf = typeset_summary(_build_summary(loaded, now), clinic.current(), now=now, layout=layout)
    return _as_download(HttpResponse(pdf, content_type="application/pdf"), f"summary-{reference}.pdf")


@access.staff_page("GET", may=access.EXPORT)
def download_submission(request: StaffRequest, reference: str) -> HttpResponse:
    """One submission as frozen evidence."""
    now = timezone.now()
    loaded = view_submission(request, reference, now=now, may=access.EXPORT, action="submission.export")
    evidence = JsonResponse(build_evidence(loaded), json_dumps_params={"ensure_ascii": False, "indent": 1})
    return _as_download(evidence, f"submission-{reference}.json")


@access.staff_page("GET")
def download_queue(request: StaffRequest) -> HttpResponse:
    """The filtered queue. `?answers=1` adds the answers, for roles that may take them out.

    Filters that make no sense lead to the queue, which says what is wrong with them.
    """
    query = request.GET.copy()
    answers = "1" in query.pop("answers", [])
    filters = QueueFilters(query)
    if query and not filters.is_valid():
        return SeeOther(f"{reverse('staff:queue')}?{query.urlencode()}")
    now, user = timezone.now(), access.authorise(request, access.EXPORT if answers else access.READ)
    rows = filters.find_rows(user).filter(submitted_at__lte=now).order_by("-submitted_at", "-id")
    record_export(request, rows, answers=answers, filtered_by=sorted(filters.chosen), now=now)
    lines = csv_export.write_lines(rows, with_answers=answers)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    return cast("HttpResponse", _as_download(response, "submissions.csv"))


def _build_summary(loaded: LoadedSubmission, now: datetime) -> ChartSummary:
    row, values = loaded.row, clinic.current()
    lines = [(_("State"), row.get_desk_display())]
    if row.assignee:
        lines.append((_("Assigned to"), name_account(row.assignee)))
    if row.decision:
        lines.append((_("Decided"), decision_labels(values).get(row.decision, row.decision)))
    return build_summary(loaded, row.flags.all(), values, row.version, now=now, review=lines)


def _as_download(response: T, name: str) -> T:
    """Sent as a file to keep. Names hold the reference and nothing else of the patient."""
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
