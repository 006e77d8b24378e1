"""Whether an urgent patient can be reached: worked out from the form as it is now, stored nowhere in
clear."""

from __future__ import annotations

from collections.abc import Mapping

from screening.queries.submission import LoadedSubmission, find_urgent_flags

ASKED = "asked_to_be_reachable"
"""In the identity: the page that asks an urgent patient for a phone number was answered, with or without
one."""
_WAYS = ("phone", "email", "invited_phone")


def can_be_reached(*known: Mapping[str, str]) -> bool:
    """Whether the patient gave a phone number or an e-mail address, or their invitation holds a number.
    Pure."""
    return any(one.get(way) for one in known for way in _WAYS)


def is_urgent(loaded: LoadedSubmission) -> bool:
    """Whether an urgent flag stands on what was answered so far."""
    return bool(find_urgent_flags(loaded, {}))


def should_ask_to_reach(loaded: LoadedSubmission) -> bool:
    """An urgent answer came after the page about them: it is shown once more. On the clinic's tablet staff
    are near."""
    identity = loaded.identity
    if identity is None or loaded.row.kiosk or ASKED in identity:
        return False
    return not can_be_reached(identity, loaded.response.invited) and is_urgent(loaded)
