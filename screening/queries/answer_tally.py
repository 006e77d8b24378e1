"""How often each question was asked and left unknown, read from the letters of actions/answer_tally.py."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from questionnaire.definition import Definition


@dataclass(frozen=True)
class AnswerShare:
    """How often one question was asked, left blank, and answered "not sure" or "prefer not to say"."""

    link_id: str
    asked: int
    blank: int
    unsure: int

    @property
    def unknown(self) -> float:
        """Between 0 and 1."""
        return (self.blank + self.unsure) / self.asked if self.asked else 0.0


def count_shares(definition: Definition, marks: Iterable[str]) -> list[AnswerShare]:
    """One share for each question that was asked at all, in file order."""
    columns = zip(*marks, strict=True)
    shares = []
    for link_id, column in zip(definition.questions, columns, strict=False):
        letters = Counter(column)
        asked = letters["k"] + letters["b"] + letters["u"]
        if asked:
            shares.append(AnswerShare(link_id, asked, letters["b"], letters["u"]))
    return shares
