"""/staff/counts/: what waits, for the pages that are open. No read is recorded, and no session is kept alive
by it."""

from __future__ import annotations

import hashlib

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import get_conditional_response

from questionnaire.http import StaffRequest
from screening.core import access
from screening.queries.desk_status import read_status
from screening.queries.queue import MOST_COUNTED


@access.staff_page("GET")
def show_counts(request: StaffRequest) -> HttpResponse:
    """The banner and the counts as a piece of a page; 304 if they are what the page has already.

    Who is not signed in, or was idle for too long, gets 401 (accounts/middleware.py): a script asks, not a
    person.
    """
    now = timezone.now()
    status = read_status(now=now)
    counts = [(str(group), number) for group, number in status.counts.items()]
    context = {
        "now": now,
        "overdue": status.overdue,
        "counts": counts,
        "urgent": status.now,
        "most": MOST_COUNTED,
    }
    html = render_to_string("staff/parts/counts_now.html", context)
    etag = f'"{hashlib.sha256(html.encode()).hexdigest()[:32]}"'
    response = HttpResponse(html, headers={"ETag": etag})
    return get_conditional_response(request, etag=etag, response=response) or response
