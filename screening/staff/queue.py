"""The queue: who needs a person now, then everything else, oldest first; filters live in the URL."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from questionnaire.http import SeeOther, StaffRequest
from screening.actions import reads
from screening.core import access
from screening.models import ContactRequest, ReviewEntry, SavedView, Submission
from screening.queries import clinic, person_index
from screening.queries import queue as queue_lists
from screening.queries.filters import Filters
from screening.queries.labels import SHORTCUTS, decision_words, group_words
from screening.queries.overdue import callers, overdue
from screening.queries.queue import Group
from screening.queries.reviews import find_last_entry, may_undo
from screening.queries.staff_mail import list_late_mail
from screening.staff.search import SearchForm

MOST_CALLERS_SHOWN = 50


@access.staff_page("GET")
def queue(request: StaffRequest) -> HttpResponse:
    return _answer(request, SearchForm(), now=timezone.now())


@access.staff_page("POST")
def search(request: StaffRequest) -> HttpResponse:
    """Find by reference, or by exact name with phone or date of birth. Names are posted, so no address holds one."""
    now = timezone.now()
    form = SearchForm(request.POST)
    if not form.is_valid():
        return _answer(request, form, now=now, status=422)
    asked = form.cleaned_data
    reads.record_search(request, by=form.by, now=now)
    if asked["reference"]:
        if Submission.objects.filter(reference=asked["reference"], state=Submission.State.SUBMITTED).exists():
            return SeeOther(reverse("staff:submission", args=[asked["reference"]]))
        form.add_error("reference", _("No submission has this reference"))
        return _answer(request, form, now=now, status=422)
    born = asked["birth_date"].isoformat() if asked["birth_date"] else ""
    who = person_index.person(asked["name"], phone="" if born else asked["phone"], birth_date=born)
    return SeeOther(f"{reverse('staff:queue')}?who={who}")


@access.staff_page("POST")
def shortcuts(request: StaffRequest) -> HttpResponse:
    """Turn the keys on or off, on this device."""
    response = SeeOther(reverse("staff:queue"))
    choice = "off" if request.POST.get("shortcuts") == "off" else "on"
    response.set_cookie(
        SHORTCUTS, choice, max_age=365 * 24 * 3600, samesite="Lax", httponly=True, secure=request.is_secure()
    )
    return response


def _answer(request: StaffRequest, form: SearchForm, *, now: datetime, status: int = 200) -> HttpResponse:
    me, values = request.user, clinic.current()
    query = Filters(request.GET)
    trouble = ""
    lists: list[dict[str, Any]] = []
    try:
        if query.is_valid() or not query.is_bound:
            lists = _lists(request, query, me)
    except queue_lists.BadCursor:
        trouble = _("The page you asked for starts at a submission that is not there. Start from the first page.")
    if query.errors or trouble:
        status = 400
    asked = callers()
    context = {
        "here": "queue",
        "now": now,
        "filters": query,
        "search": form,
        "trouble": trouble,
        "lists": lists,
        "contacts": asked[:MOST_CALLERS_SHOWN] if _with_callers(query) else [],
        "kiosk": values.kiosk,
        "counts": [(group, words, _count(group, asked)) for group, words in group_words().items()],
        "group_words": group_words(),
        "decision_words": decision_words(values),
        "overdue": overdue(now=now, minutes=values.escalation_minutes, asked=asked),
        "views": list(SavedView.objects.filter(owner=me)),
        "may_work": me.has_perm(access.WORK),
        "late_mail": list_late_mail(now=now) if me.has_perm(access.SETTLE) else [],
        "taken": _taken(request, me, now),
        "shortcuts": request.COOKIES.get(SHORTCUTS) != "off",
        "most": queue_lists.MOST_COUNTED,
    }
    return render(request, "staff/pages/queue.html", context, status=status)


def _taken(request: StaffRequest, me: User, now: datetime) -> Submission | None:
    """The submission that was taken from this page a moment ago, so that this can be taken back here."""
    reference = request.GET.get("taken", "")
    row = queue_lists.sent().filter(reference=reference).first() if queue_lists.REFERENCE.fullmatch(reference) else None
    last = find_last_entry(row) if row else None
    claimed = last and last.kind == ReviewEntry.Kind.CLAIM and may_undo(last, me, now)
    return row if claimed else None


def _lists(request: StaffRequest, query: Filters, me: User) -> list[dict[str, Any]]:
    """One list when anything narrows the queue down; else the open groups, each with its first rows."""
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    if query.chosen or after or before:
        newest = queue_lists.newest_first(query.group)
        shown = queue_lists.page(query.rows(me), newest=newest, after=after, before=before)
        title = group_words()[query.group] if query.group else _("Found")
        group = query.group if query.chosen.keys() == {"state"} else None
        found = {"id": "found", "title": title, "shown": shown, "mixed": not query.group, "sent": newest, "more": False}
        return [{**found, "group": group, "number": 0 if group else queue_lists.count(query.rows(me))}]
    return [_preview(group, words) for group, words in group_words().items() if group in queue_lists.PREVIEW]


def _count(group: Group, asked: list[ContactRequest]) -> int:
    """How many are in this group; who asked to be called needs a person now, too."""
    return queue_lists.count(queue_lists.in_group(group)) + (len(asked) if group == Group.NOW else 0)


def _with_callers(query: Filters) -> bool:
    """They stand with those who need a person now, also when only these are shown."""
    return query.group == Group.NOW or not query.chosen


def _preview(group: Group, words: str) -> dict[str, Any]:
    most = queue_lists.PREVIEW[group]
    rows = list(queue_lists.in_group(group).order_by("submitted_at", "id")[: most + 1])
    return {
        "id": group,
        "title": words,
        "shown": queue_lists.Shown(rows[:most]),
        "group": group,
        "more": len(rows) > most,
    }
