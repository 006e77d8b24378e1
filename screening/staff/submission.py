"""One submission on the screen: flags with their reasons on the left, the answers as asked on the right."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from questionnaire.actions.publishing import AlteredDocumentError
from questionnaire.http import StaffRequest
from questionnaire.presenters.chart import read_chart
from questionnaire.presenters.desk_answers import DeskAnswers
from questionnaire.presenters.reader import Reader
from questionnaire.presenters.score_lines import score_lines
from screening.actions import reads
from screening.core import access
from screening.core.encryption import DecryptionError
from screening.core.filled_by import describe_filled_by
from screening.models import Submission
from screening.queries import clinic, filters, queue
from screening.queries.labels import SHORTCUTS, day, decision_words, group_words, opinion_words, severity_words
from screening.queries.overdue import overdue
from screening.queries.submission import LoadedSubmission
from screening.staff.submission_history import trail_of

log = logging.getLogger("screening.staff")


@access.staff_page("GET")
def page(request: StaffRequest, reference: str) -> HttpResponse:
    try:
        return answer(request, reference, now=timezone.now())
    except Http404:
        row = reads.find_withdrawn(request, reference)
        if row is None:
            raise
        return render(request, "staff/pages/withdrawn.html", {"row": row}, status=410)


def answer(
    request: StaffRequest,
    reference: str,
    *,
    now: datetime,
    status: int = 200,
    trouble: str = "",
    typed: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The page, recorded as read. `trouble` says why a step was not taken; `typed` keeps what was written for it."""
    try:
        loaded = reads.look_at(request, reference, now=now)
        context = _context(request, loaded, now)
    except (DecryptionError, AlteredDocumentError) as error:
        log.error("a submission cannot be shown", extra={"error": type(error).__name__})
        return render(request, "staff/pages/unreadable.html", {"reference": reference}, status=503)
    context |= {"trouble": trouble, "typed": typed or {}}
    return render(request, "staff/pages/submission.html", context, status=status)


def _context(request: StaffRequest, loaded: LoadedSubmission, now: datetime) -> dict[str, Any]:
    row, definition = loaded.row, loaded.definition
    me, values = request.user, clinic.current()
    then = clinic.by_id(row.settings_id)
    reader = Reader(row.language, then.emergency_number, then.crisis_number)
    answers = DeskAnswers(definition, loaded.response.answers, reader)
    assessed = row.assessment == Submission.Assessment.ASSESSED
    chart = read_chart(answers, row.flags.all(), severity_words=severity_words(), today=now.date())
    query = filters.Filters(request.GET) if request.GET else None
    return {
        "row": row,
        "now": now,
        "assessed": assessed,
        "group": group_words()[queue.group_of(row)],
        "raised": chart.raised,
        "in_doubt": chart.in_doubt,
        "answers": answers,
        "scores": score_lines(definition, answers.values) if assessed else [],
        "identity": _identity(loaded.identity or {}),
        "invitation": getattr(row, "invitation", None),
        "credits": definition.credits,
        "decisions": list(decision_words(values).items()),
        "decided": decision_words(values).get(row.decision, row.decision),
        "trail": trail_of(row, definition, values, me=me, now=now),
        "colleagues": filters.colleagues(),
        "opinion_words": opinion_words(),
        "shortcuts": request.COOKIES.get(SHORTCUTS) != "off",
        "may_work": me.has_perm(access.WORK),
        "query": query.query if query else "",
        **_neighbours(query, row, me),
        "overdue": overdue(now=now, minutes=values.escalation_minutes),
    }


def _neighbours(query: filters.Filters | None, row: Submission, me: User) -> dict[str, str]:
    """The submissions before and after this one: in the list it was opened from, else in its group."""
    if query and query.query:
        before, after = queue.neighbours(query.rows(me), row, newest=queue.newest_first(query.group))
    else:
        group = queue.group_of(row)
        before, after = queue.neighbours(queue.in_group(group), row, newest=queue.newest_first(group))
    return {"previous": before, "next": after}


def _identity(identity: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """What the patient said of themselves: name of it, value, and where it leads: a phone number is dialled."""
    names = {"name": _("Name"), "birth_date": _("Date of birth"), "phone": _("Phone"), "email": _("E-mail")}
    given = {**identity, "birth_date": day(identity.get("birth_date", ""))}
    links = {"phone": "tel:" + "".join(identity.get("phone", "").split())}
    shown = [(words, given.get(name, ""), links.get(name, "")) for name, words in names.items()]
    more = [
        (_("Filled in by"), describe_filled_by(identity)),
        (_("Their link was made for"), identity.get("invited_as", "")),
    ]
    return [*shown, *((words, value, "") for words, value in more if value)]
