"""Phone numbers as people write them."""

from __future__ import annotations

import re

_PHONE = re.compile(r"[\d\s().+/x#*-]+", re.IGNORECASE)


def is_phone(typed: str) -> bool:
    """Whether this can be dialled: digits with the signs that people put between them."""
    digits = sum(character.isdecimal() for character in typed)
    return bool(_PHONE.fullmatch(typed)) and 5 <= digits <= 20
