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
from questionnaire.definition import Severity
from questionnaire.http import StaffRequest
from questionnaire.presenters.chart import read_chart
from questionnaire.presenters.desk_answers import DeskAnswers
from questionnaire.presenters.score_lines import score_lines
from screening.actions.read_record import view_submission
from screening.core import access
from screening.core.encryption import DecryptionError
from screening.core.filled_by import describe_filled_by
from screening.models import Submission
from screening.queries import clinic
from screening.queries.filters import QueueFilters, list_colleagues
from screening.queries.labels import (
    SHORTCUTS,
    decision_labels,
    describe_ways_to_reach,
    format_day,
    group_labels,
    opinion_labels,
    severity_labels,
)
from screening.queries.queue import find_group, find_neighbours, find_order, list_group
from screening.queries.submission import LoadedSubmission, find_withdrawn_submission
from screening.staff.submission_history import load_trail

log = logging.getLogger("screening.staff")


@access.staff_page("GET")
def show_submission(request: StaffRequest, reference: str) -> HttpResponse:
    """The submission, recorded as read; 410 and a word on it where the patient took it back."""
    try:
        return render_submission(request, reference, now=timezone.now())
    except Http404:
        if row := find_withdrawn_submission(reference):
            return render(request, "staff/pages/withdrawn.html", {"row": row}, status=410)
        raise


def render_submission(
    request: StaffRequest,
    reference: str,
    *,
    now: datetime,
    status: int = 200,
    trouble: str = "",
    typed: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The page, recorded as read. `trouble` says why a step was not taken; `typed` keeps what was written for
    it."""
    try:
        loaded = view_submission(request, reference, now=now)
        context = _build_context(request, loaded, now)
    except (DecryptionError, AlteredDocumentError) as error:
        log.error("a submission cannot be shown", extra={"error": type(error).__name__})
        return render(request, "staff/pages/unreadable.html", {"reference": reference}, status=503)
    context |= {"trouble": trouble, "typed": typed or {}}
    return render(request, "staff/pages/submission.html", context, status=status)


def _build_context(request: StaffRequest, loaded: LoadedSubmission, now: datetime) -> dict[str, Any]:
    row, user, values = loaded.row, request.user, clinic.current()
    decisions = decision_labels(values)
    filters = QueueFilters(request.GET) if request.GET else None
    return {
        "row": row,
        "now": now,
        "group": group_labels()[find_group(row)],
        **_read_answers(loaded, now),
        "identity": _list_identity(loaded.identity or {}),
        "invitation": getattr(row, "invitation", None),
        "decisions": list(decisions.items()),
        "decided": decisions.get(row.decision, row.decision),
        "trail": load_trail(row, loaded.definition, values, user=user, now=now),
        "colleagues": list_colleagues(),
        "opinion_words": opinion_labels(),
        "shortcuts": request.COOKIES.get(SHORTCUTS) != "off",
        "may_work": user.has_perm(access.WORK),
        "query": filters.query if filters else "",
        **_find_neighbours(filters, row, user),
    }


def _read_answers(loaded: LoadedSubmission, now: datetime) -> dict[str, Any]:
    """The answers, flags and scores, with the numbers that the patient was shown."""
    row, definition = loaded.row, loaded.definition
    shown = clinic.by_id(row.settings_id)
    reader = shown.reader(row.language)
    answers = DeskAnswers(definition, loaded.response.answers, reader)
    assessed = row.assessment == Submission.Assessment.ASSESSED
    chart = read_chart(answers, row.flags.all(), severity_words=severity_labels(), today=now.date())
    return {
        "answers": answers,
        "assessed": assessed,
        "raised": chart.raised,
        "unjudged": [card for card in chart.raised if _is_unjudged(card.flag.severity, card.opinion)],
        "in_doubt": chart.in_doubt,
        "scores": score_lines(definition, answers.values) if assessed else [],
        "credits": definition.credits,
    }


def _is_unjudged(severity: Severity, opinion: str) -> bool:
    return severity is Severity.URGENT and not opinion


def _find_neighbours(filters: QueueFilters | None, row: Submission, user: User) -> dict[str, str]:
    """The submissions before and after this one: in the list it was opened from, else in its group."""
    if filters and filters.query:
        rows, order = filters.find_rows(user), find_order(filters.group)
    else:
        group = find_group(row)
        rows, order = list_group(group), find_order(group)
    before, after = find_neighbours(rows, row, order=order)
    return {"previous": before, "next": after}


def _list_identity(identity: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """What the patient said of themselves: name of it, value, and where it leads: a phone number is
    dialled."""
    labels = {"name": _("Name"), "birth_date": _("Date of birth"), "phone": _("Phone"), "email": _("E-mail")}
    values = {**identity, "birth_date": format_day(identity.get("birth_date", ""))}
    links = {name: "tel:" + "".join(identity.get(name, "").split()) for name in ("phone", "invited_phone")}
    always = [(label, values.get(name, ""), links.get(name, "")) for name, label in labels.items()]
    if_known = [
        *((label, value, links.get(name, "")) for name, label, value in describe_ways_to_reach(identity)),
        (_("Filled in by"), describe_filled_by(identity), ""),
        (_("Their link was made for"), identity.get("invited_as", ""), ""),
    ]
    return [*always, *(line for line in if_known if line[1])]
