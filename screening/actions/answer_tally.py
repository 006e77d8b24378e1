"""How often each question is left unknown, counted without opening anybody's answers.

When a form is sent, one row says for every question whether it was asked and answered: a letter each, never an answer.
The row has no link to the submission, a random key, and only the week: it counts, it does not tell on anyone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.timezone import localtime

from questionnaire.definition import Definition
from questionnaire.rules.evaluation import State, program
from screening.models import AnswerTally

_LETTERS = {
    State.NEVER_ASKED: "n",
    State.NOT_APPLICABLE: "-",
    State.BLANK: "b",
    State.UNSURE: "u",
    State.PARTLY: "u",
    State.KNOWN: "k",
}


@dataclass(frozen=True)
class Share:
    """How often one question was asked, left blank, and answered "not sure" or "prefer not to say"."""

    link_id: str
    asked: int
    blank: int
    unsure: int

    @property
    def unknown(self) -> float:
        """Between 0 and 1."""
        return (self.blank + self.unsure) / self.asked if self.asked else 0.0


def tally_of(version_id: int, states: Sequence[State], now: datetime) -> AnswerTally:
    """The row for one submission, not yet saved."""
    return AnswerTally(version_id=version_id, week=week_of(now), marks="".join(_LETTERS[state] for state in states))


def count(*, definition: Definition, version_id: int, answers: Mapping[str, object], now: datetime) -> None:
    """Count one submission; part of submit()'s transaction. `answers` are those to open questions."""
    tally_of(version_id, program(definition).patient(answers).states, now).save(force_insert=True)


def week_of(moment: datetime) -> date:
    """The Monday of this moment's week, in the clinic's time."""
    day = localtime(moment).date()
    return day - timedelta(days=day.weekday())


def shares(definition: Definition, marks: Iterable[str]) -> list[Share]:
    """One share for each question that was asked at all, in file order."""
    columns = zip(*marks, strict=True)
    found = []
    for link_id, column in zip(definition.questions, columns, strict=False):
        letters = Counter(column)
        asked = letters["k"] + letters["b"] + letters["u"]
        if asked:
            found.append(Share(link_id, asked, letters["b"], letters["u"]))
    return found
