"""Addresses that carry a secret: what of them may be written down, and what the next page may learn."""

from __future__ import annotations

import re

INVITATION = "/i/"
"""Before the key in the link of an invitation."""
_KEY = re.compile(rf"{INVITATION}[^/\s?#]+")
REFERRER = "strict-origin"
"""Tells the next page no more than the site. Not "no-referrer", under which browsers send forms with `Origin:
null`."""


def holds_a_secret(path: str) -> bool:
    return path.startswith(INVITATION)


def mask_secrets(text: str) -> str:
    """The same words without any secret, fit for a log."""
    return _KEY.sub(f"{INVITATION}…", text)
