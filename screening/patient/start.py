"""The start page: what this is, what it is not, and who reads it. Its button always begins a new form.

On the clinic's tablet a form begins with a code from the staff: its own start page stands in for this one.
"""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from questionnaire.actions import publishing
from questionnaire.http import Request, SeeOther
from screening.actions import submissions
from screening.patient.errors import answers_to, unavailable
from screening.patient.journey import answer, cookie_name, is_tablet
from screening.patient.languages import pressed, remember
from screening.patient.resume import taken_up
from screening.queries import clinic
from screening.queries.opening import find_version_to_open
from screening.queries.submission import load_with_token


@answers_to("GET", "POST")
def start(request: Request) -> HttpResponse:
    if is_tablet(request):
        return SeeOther(reverse("patient:kiosk-welcome" if request.COOKIES.get(cookie_name()) else "patient:kiosk"))
    if pressed(request):
        response = SeeOther(reverse("patient:start"))
        remember(response, pressed(request))
        return response
    if request.method == "POST":
        return _begin(request)
    return answer(request, "patient/pages/start.html", {}, values=clinic.current())


def _begin(request: Request) -> HttpResponse:
    now = timezone.now()
    version = find_version_to_open(clinic.current())
    if version is None:
        return unavailable(request)
    known, shown = publishing.load_definition(version.pk).languages, get_language() or ""
    language = shown if shown in known else known[0]
    token = submissions.start(
        version_id=version.pk,
        language=language,
        now=now,
        request_id=request.request_id,
    )
    return taken_up(request, load_with_token(token, now=now), token, now)
