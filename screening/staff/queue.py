"""The queue: what needs attention now, then everything else, oldest first; filters live in the URL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from questionnaire.http import SeeOther, StaffRequest
from screening.actions.read_record import record_search
from screening.core import access
from screening.models import ReviewEntry, SavedView, Submission
from screening.queries import clinic
from screening.queries.desk_status import count_groups
from screening.queries.filters import QueueFilters
from screening.queries.labels import SHORTCUTS, decision_labels, group_labels
from screening.queries.overdue import list_callers
from screening.queries.person_index import hash_person
from screening.queries.queue import (
    FIRST_ROWS,
    MOST_COUNTED,
    REFERENCE,
    ListOrder,
    QueueGroup,
    QueuePage,
    UnknownCursorError,
    count_rows,
    find_order,
    list_group,
    list_sent,
    order_rows,
    read_page,
)
from screening.queries.reviews import find_last_entry, may_undo
from screening.queries.staff_mail import list_late_mail
from screening.staff.search import SearchForm

MOST_CALLERS_SHOWN = 50
_A_YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class QueueList:
    """One list on the page."""

    id: str
    title: str
    shown: QueuePage
    group: QueueGroup | None
    """The group it shows, if it is filtered by nothing else."""
    more: bool = False
    """Whether the group has more rows than these first ones."""
    mixed: bool = False
    """Whether its rows are of several groups, so that each has to say which."""
    sent: bool = False
    """Whether it says when each was sent, not how long it has waited."""
    number: int = 0
    """How many rows there are in all; 0 where a heading of its own says so."""


@access.staff_page("GET")
def show_queue(request: StaffRequest) -> HttpResponse:
    return _render_queue(request, SearchForm(), now=timezone.now())


@access.staff_page("POST")
def search_submissions(request: StaffRequest) -> HttpResponse:
    """Find by reference, or by exact name with phone or date of birth. Names are posted, so no address holds
    one."""
    now = timezone.now()
    form = SearchForm(request.POST)
    if not form.is_valid():
        return _render_queue(request, form, now=now, status=422)
    wanted = form.cleaned_data
    record_search(request, by=form.by, now=now)
    if wanted["reference"]:
        if Submission.objects.filter(
            reference=wanted["reference"], state=Submission.State.SUBMITTED
        ).exists():
            return SeeOther(reverse("staff:submission", args=[wanted["reference"]]))
        form.add_error("reference", _("No submission has this reference"))
        return _render_queue(request, form, now=now, status=422)
    born = wanted["birth_date"].isoformat() if wanted["birth_date"] else ""
    person = hash_person(wanted["name"], phone="" if born else wanted["phone"], birth_date=born)
    return SeeOther(f"{reverse('staff:queue')}?who={person}")


@access.staff_page("POST")
def set_shortcuts(request: StaffRequest) -> HttpResponse:
    """Turn the keys on or off, on this device."""
    response = SeeOther(reverse("staff:queue"))
    choice = "off" if request.POST.get("shortcuts") == "off" else "on"
    response.set_cookie(
        SHORTCUTS, choice, max_age=_A_YEAR, samesite="Lax", httponly=True, secure=request.is_secure()
    )
    return response


def _render_queue(
    request: StaffRequest, form: SearchForm, *, now: datetime, status: int = 200
) -> HttpResponse:
    user, values = request.user, clinic.current()
    filters = QueueFilters(request.GET)
    trouble = ""
    lists: list[QueueList] = []
    callers = list_callers()
    counts = count_groups(callers)
    try:
        if filters.is_valid() or not filters.is_bound:
            lists = _build_lists(request, filters, counts)
    except UnknownCursorError:
        trouble = _(
            "The page you asked for starts at a submission that is not there. Start from the first page."
        )
    if filters.errors or trouble:
        status = 400
    context = {
        "here": "queue",
        "now": now,
        "filters": filters,
        "search": form,
        "trouble": trouble,
        "lists": lists,
        "contacts": callers[:MOST_CALLERS_SHOWN] if _shows_callers(filters) else [],
        "kiosk": values.kiosk,
        "counts": [(group, label, counts[group]) for group, label in group_labels().items()],
        "group_words": group_labels(),
        "decision_words": decision_labels(values),
        "views": list(SavedView.objects.filter(owner=user)),
        "may_work": user.has_perm(access.WORK),
        "late_mail": list_late_mail(now=now) if user.has_perm(access.CHANGE_SETTINGS) else [],
        "taken": _find_just_taken(request, now),
        "shortcuts": request.COOKIES.get(SHORTCUTS) != "off",
        "most": MOST_COUNTED,
    }
    return render(request, "staff/pages/queue.html", context, status=status)


def _find_just_taken(request: StaffRequest, now: datetime) -> Submission | None:
    """The submission that was taken from this page a moment ago, so that this can be taken back here."""
    reference = request.GET.get("taken", "")
    if not REFERENCE.fullmatch(reference):
        return None
    row = list_sent().filter(reference=reference).first()
    last = find_last_entry(row) if row else None
    is_claimed = last and last.kind == ReviewEntry.Kind.CLAIM and may_undo(last, request.user, now)
    return row if is_claimed else None


def _build_lists(
    request: StaffRequest, filters: QueueFilters, counts: dict[QueueGroup, int]
) -> list[QueueList]:
    """One list when anything narrows the queue down; else the open groups, each with its first rows."""
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    if not (filters.chosen or after or before):
        shown = [(group, label) for group, label in group_labels().items() if group in FIRST_ROWS]
        return [_build_preview(group, label, counts[group]) for group, label in shown]
    order, rows = find_order(filters.group), filters.find_rows(request.user)
    group = filters.group if filters.chosen.keys() == {"state"} else None
    filtered = QueueList(
        id="found",
        title=group_labels()[filters.group] if filters.group else _("Found"),
        shown=read_page(rows, order=order, after=after, before=before),
        group=group,
        mixed=filters.group in {None, QueueGroup.NOW},
        sent=order == ListOrder.NEWEST,
        number=counts[group] if group else count_rows(rows),
    )
    return [filtered]


def _build_preview(group: QueueGroup, label: str, number: int) -> QueueList:
    most = FIRST_ROWS[group]
    rows = list(order_rows(list_group(group), find_order(group))[: most + 1])
    is_mixed = group == QueueGroup.NOW
    page, more = QueuePage(rows[:most]), len(rows) > most
    return QueueList(id=group, title=label, shown=page, group=group, mixed=is_mixed, more=more, number=number)


def _shows_callers(filters: QueueFilters) -> bool:
    """They stand with those who need attention, also when only these are shown."""
    return filters.group == QueueGroup.NOW or not filters.chosen
