"""Codes a person can read aloud, write down and type in again: no look-alikes, groups of four, one letter
that checks.

A code has twelve characters; the last makes their weighted sum divisible by 31, so that one wrong character
or two swapped ones are noticed at once, before anything is looked up.
"""

from __future__ import annotations

import secrets
import unicodedata

from screening.core import encryption

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0/O and 1/I/L, which are mistaken for each other. 31 of them: a prime, which the check letter
needs."""
LENGTH = 12
_GROUP = 4


def draw_code() -> str:
    """A code nobody can guess: about 54 bits."""
    return _add_check_letter([secrets.randbelow(len(LETTERS)) for _ in range(LENGTH - 1)])


def derive_code(text: str, *, purpose: str) -> str:
    """The code that belongs to this text: always the same, computable by this installation only, kept
    nowhere."""
    number = int(encryption.keyed_hash(text, purpose=purpose), 16)
    values = []
    for _ in range(LENGTH - 1):
        number, value = divmod(number, len(LETTERS))
        values.append(value)
    return _add_check_letter(values)


def read_code(typed: str) -> str | None:
    """The code in what was typed: spaces, hyphens and case do not matter. None where it cannot be a code of
    ours."""
    plain = unicodedata.normalize("NFKC", typed[:200]).upper()
    code = "".join(letter for letter in plain if letter.isalnum())
    if len(code) != LENGTH or any(letter not in LETTERS for letter in code):
        return None
    return code if _weigh([LETTERS.index(letter) for letter in code]) == 0 else None


def group_code(code: str) -> str:
    """In groups of four: "7KQ2-MX4D-9RTB"."""
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def _add_check_letter(values: list[int]) -> str:
    check = -_weigh([*values, 0]) % len(LETTERS)
    return "".join(LETTERS[value] for value in [*values, check])


def _weigh(values: list[int]) -> int:
    """Weighted by place, counted from the end, so that the check letter weighs one."""
    return sum(weight * value for weight, value in enumerate(reversed(values), 1)) % len(LETTERS)
