"""One thing that is wrong with a questionnaire, said so that an editor can act on it. Pure Python."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """`where` names the place ("question bp-systolic shown_when"); `blocks` says whether it stops
    publishing."""

    code: str
    where: str
    message: str
    blocks: bool = True

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


def suggest_spelling(word: str, known: Iterable[str]) -> str:
    """ "; did you mean …?" when one of the known words is close, else nothing."""
    close = difflib.get_close_matches(word, list(known), 1, 0.6)
    return f'; did you mean "{close[0]}"?' if close else ""
