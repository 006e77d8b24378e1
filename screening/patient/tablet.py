"""On the clinic's tablet no ordinary form opens: its addresses lead to the form that is there, or to the code
page."""

from __future__ import annotations

from django.urls import reverse

from questionnaire.http import Request, SeeOther
from screening.patient.device import has_key, is_tablet
from screening.queries import clinic


def redirect_on_tablet(request: Request) -> SeeOther | None:
    """Where a marked tablet goes instead; None elsewhere, and where the clinic no longer uses tablets."""
    if not is_tablet(request) or not clinic.current().kiosk:
        return None
    return SeeOther(reverse("patient:kiosk-welcome" if has_key(request) else "patient:kiosk"))
