"""The patient's pages around the questions, in a preview: each looks as it is, does nothing, and leads nowhere else."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from html import escape, unescape
from typing import Any

from django.http import HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone

CODE, REFERENCE = "7KQ2-MX4D-9RTB", "K7M-4QX"
"""What stands in for a code and a reference: nothing was kept that they could open."""


@dataclass(frozen=True)
class Beside:
    """One page: its template, and the page its button leads to ("" for the way through the questions)."""

    template: str
    then: str = ""


PAGES = {
    "start": Beside("patient/pages/start.html"),
    "you": Beside("patient/pages/identity.html"),
    "help": Beside("patient/pages/help_now.html"),
    "contact": Beside("patient/pages/contact_request.html", "contact-sent"),
    "contact-sent": Beside("patient/pages/contact_request_sent.html"),
    "save": Beside("patient/pages/save_for_later.html", "saved"),
    "saved": Beside("patient/pages/save_for_later.html", "start"),
    "resume": Beside("patient/pages/resume.html"),
    "delete": Beside("patient/pages/delete.html", "deleted"),
    "deleted": Beside("patient/pages/deleted.html"),
    "print-only": Beside("patient/pages/print_only.html", "absent"),
    "withdraw": Beside("patient/pages/withdraw.html", "withdrawn"),
    "withdrawn": Beside("patient/pages/withdrawn.html"),
    "absent": Beside("preview/pages/absent.html"),
}
"""By the name of the patient's address."""


def filling(page: str, days: int) -> dict[str, Any]:
    """What such a page says beside its form; `days`: how long a saved form is kept."""
    until = timezone.now() + timedelta(days=days) if page == "saved" else None
    return {"code": CODE, "until": until, "form_open": True, "form_here": True}


_LINK = re.compile(r'(?<=\s)(href|action|formaction)="(/[^"#?]*)[^"#]*(#[^"]*)?"')


def kept_inside(response: HttpResponse, to: Callable[[str, dict[str, Any]], str]) -> HttpResponse:
    """The page with every address of a patient's page turned into one of the preview: none leads out of it.

    `to`: the preview's address for a patient's address of this name and these parts.
    """

    def inside(found: re.Match[str]) -> str:
        attribute, path, place = found[1], unescape(found[2]), found[3] or ""
        try:
            match = resolve(path)
        except Resolver404:
            return found[0]
        if match.namespace != "patient":
            return found[0]
        return f'{attribute}="{escape(to(match.url_name or "", match.kwargs))}{place}"'

    response.content = _LINK.sub(inside, response.content.decode()).encode()
    return response
