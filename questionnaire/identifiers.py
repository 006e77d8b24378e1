"""Ids of questions, options, flags and other parts: what may be one, and how a new one is made from words.

Pure Python. An id is made once and never reused, because stored answers and records refer to it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

ID_PATTERN = re.compile(r"[a-z][a-z0-9-]{0,79}")
CODE_PATTERN = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
"""An option code may begin with a digit."""
CONDITION_WORDS = frozenset(
    {"in", "has", "has-any", "score", "unknown", "unknown-any", "unsure", "unanswered", "and", "or"}
)
"""Words of the condition language, which no id may be."""
PAGE_FIELD_NAMES = frozenset(
    {
        *("csrfmiddlewaretoken", "seen", "was", "queried", "swap", "save", "keep", "language"),
        *("all", "story", "question"),
    }
)
"""What pages that ask a question send beside its answer: a question of that name could not be answered."""
_LONGEST_STEM = 60


def make_id(words: str, taken: Collection[str]) -> str:
    """An id made from these words that was never used in any version: "bp-systolic", then "bp-systolic-2"."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_STEM].strip("-") or "new"
    stem = stem if stem[0].isalpha() else f"n-{stem}"
    reserved = CONDITION_WORDS | PAGE_FIELD_NAMES
    candidates = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(taken) + 4))
    return next(candidate for candidate in candidates if candidate not in taken and candidate not in reserved)
