"""Who filled the form in: it helps the physician to read the answers, and decides nothing."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy

FILLED_BY = {
    "self": gettext_lazy("I did, for myself"),
    "helper": gettext_lazy("Someone helped me, or did it for me"),
    "staff": gettext_lazy("Staff of the clinic did it with me"),
}
"""Who was typing: it helps the physician to read the answers, and decides nothing."""


def describe_filled_by(identity: Mapping[str, str]) -> str:
    """In words; empty where it was not said."""
    return str(FILLED_BY.get(identity.get("filled_by", ""), ""))
