"""What leaves the desk: the summary for the chart, one submission as JSON, the filtered queue as CSV. All recorded."""

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
from screening.queries import clinic, filters
from screening.queries.labels import decision_labels
from screening.queries.submission import LoadedSubmission
from screening.reports import csv_export
from screening.reports.chart_summary import Summary, summary, visit_summary
from screening.reports.evidence import evidence
from screening.reports.printing import Layout

T = TypeVar("T", bound=HttpResponseBase)


@access.staff_page("GET")
def summary_page(request: StaffRequest, reference: str) -> HttpResponse:
    """The summary for the chart, to read and to print."""
    now = timezone.now()
    loaded = view_submission(request, reference, now=now, action="submission.print")
    return render(request, "staff/pages/summary.html", {"page": _summary(loaded, now), "clinic": clinic.current()})


@access.staff_page("GET")
def summary_pdf(request: StaffRequest, reference: str) -> HttpResponse:
    """The same as a tagged PDF, A4 or Letter."""
    now = timezone.now()
    loaded = view_submission(request, reference, now=now, action="submission.print")
    made = visit_summary(_summary(loaded, now), clinic.current(), now=now, layout=Layout.asked_for(request.GET))
    return _file(HttpResponse(made, content_type="application/pdf"), f"summary-{reference}.pdf")


@access.staff_page("GET", may=access.EXPORT)
def submission_json(request: StaffRequest, reference: str) -> HttpResponse:
    """One submission as frozen evidence."""
    now = timezone.now()
    loaded = view_submission(request, reference, now=now, may=access.EXPORT, action="submission.export")
    made = JsonResponse(evidence(loaded), json_dumps_params={"ensure_ascii": False, "indent": 1})
    return _file(made, f"submission-{reference}.json")


@access.staff_page("GET")
def queue_csv(request: StaffRequest) -> HttpResponse:
    """The filtered queue. `?answers=1` adds the answers, for roles that may take them out.

    Filters that make no sense lead to the queue, which says what is wrong with them.
    """
    query = request.GET.copy()
    answers = "1" in query.pop("answers", [])
    chosen = filters.QueueFilters(query)
    if query and not chosen.is_valid():
        return SeeOther(f"{reverse('staff:queue')}?{query.urlencode()}")
    rows = chosen.find_rows(access.authorise(request, access.EXPORT if answers else access.READ))
    rows = rows.filter(submitted_at__lte=(now := timezone.now())).order_by("-submitted_at", "-id")
    record_export(request, rows, answers=answers, filtered_by=sorted(chosen.chosen), now=now)
    made = StreamingHttpResponse(csv_export.lines(rows, with_answers=answers), content_type="text/csv; charset=utf-8")
    return cast("HttpResponse", _file(made, "submissions.csv"))


def _summary(loaded: LoadedSubmission, now: datetime) -> Summary:
    row, values = loaded.row, clinic.current()
    lines = [(_("State"), row.get_desk_display())]
    if row.assignee:
        lines.append((_("Assigned to"), row.assignee.get_full_name() or row.assignee.get_username()))
    if row.decision:
        lines.append((_("Decided"), decision_labels(values).get(row.decision, row.decision)))
    return summary(loaded, row.flags.all(), values, row.version, now=now, review=lines)


def _file(response: T, name: str) -> T:
    """Sent as a file to keep. Names hold the reference and nothing else of the patient."""
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
