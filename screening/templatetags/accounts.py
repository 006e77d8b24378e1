"""Parts of the pages on the way in: the picture an authenticator app scans, and the question "are you still
there?"."""

from __future__ import annotations

from typing import Any

import segno
from django import template
from django.utils.translation import gettext as _

from screening.accounts import stashed_text
from screening.accounts.middleware import PRECISION_SECONDS
from screening.queries import clinic

register = template.Library()
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    *(("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows")),
    *(("Mac OS", "Mac"), ("CrOS", "Chromebook"), ("Linux", "Linux")),
)
_QUIET = 4
"""Empty squares around the picture, as the standard asks."""
_MARGIN_SECONDS = 10
"""By which a page leaves before the server would end the session, so that it can still hand over its
words."""


@register.inclusion_tag("accounts/parts/qr.html", name="qr")
def draw_qr_code(text: str, label: str = "") -> dict[str, Any]:
    """A QR code as one SVG path: nothing is fetched, nothing is trusted as HTML. `label` says what it leads
    to."""
    matrix = segno.make(text, error="m", micro=False).matrix
    dark = ((x, y) for y, line in enumerate(matrix) for x, square in enumerate(line) if square)
    path = "".join(f"M{x + _QUIET} {y + _QUIET}h1v1h-1z" for x, y in dark)
    label = label or _("Picture to scan with an authenticator app")
    return {"path": path, "size": len(matrix) + 2 * _QUIET, "label": label}


@register.filter("browser_named")
def name_browser(user_agent: str) -> str:
    """ "Firefox, Windows", as its owner would name it; the first name that fits."""
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    return ", ".join(filter(None, (browser, system))) or _("A browser")


@register.simple_tag(takes_context=True, name="unsent")
def count_unsent_forms(context: dict[str, Any]) -> int:
    """How many forms wait that this person was writing when they were signed out."""
    return len(stashed_text.list_stashed_forms(context["request"])) if "request" in context else 0


@register.inclusion_tag("accounts/parts/idle.html", name="still_there")
def ask_still_there() -> dict[str, Any]:
    """A question that a script asks two minutes before an idle session ends."""
    return {"seconds": clinic.remembered().idle_minutes * 60 - PRECISION_SECONDS - _MARGIN_SECONDS}
