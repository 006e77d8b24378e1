"""Whether a message may be left where a patient can be called: others may listen to it."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy

MESSAGE_WISHES = {
    "yes": gettext_lazy("Yes"),
    "no": gettext_lazy("No"),
    "not-sure": gettext_lazy("I am not sure"),
}
"""No answer is not a yes."""


def describe_message_wish(identity: Mapping[str, str]) -> str:
    """In words; empty where it was not said."""
    return str(MESSAGE_WISHES.get(identity.get("message", ""), ""))
