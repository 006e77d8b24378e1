"""Finding a person without decrypting anything: keyed hashes of name with phone, and of name with date of
birth.

Exact matches only, after case, accents' composition, spaces and the punctuation of phone numbers are evened
out. A name by itself is never hashed: too many people share one, and too few use it once.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from screening.core.encryption import keyed_hash

COLUMNS = {"name_phone": "phone", "name_birth": "birth_date"}
"""Column of a submission: what is hashed there together with the name."""
_SHORTEST_PHONE = 5


def hash_identity(identity: Mapping[str, str]) -> dict[str, str]:
    """The columns to be stored with a submission; empty where the name or the other half was not given."""
    name = identity.get("name", "")
    return {column: hash_person(name, **{half: identity.get(half, "")}) for column, half in COLUMNS.items()}


def hash_person(name: str, *, phone: str = "", birth_date: str = "") -> str:
    """The hash of a name with a phone number, or with a birth date such as "1980-07-01"; empty if either is
    missing."""
    plain_name = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    digits = _read_digits(phone)
    if not plain_name or not (digits or birth_date):
        return ""
    half = f"phone {digits}" if digits else f"born {birth_date}"
    return keyed_hash(f"{plain_name}\n{half}", purpose="find a person")


def _read_digits(phone: str) -> str:
    """The digits of a phone number, without the country code of North America."""
    digits = "".join(str(unicodedata.decimal(letter)) for letter in phone if letter.isdecimal())
    digits = digits[1:] if len(digits) == 11 and digits.startswith("1") else digits
    return digits if len(digits) >= _SHORTEST_PHONE else ""
