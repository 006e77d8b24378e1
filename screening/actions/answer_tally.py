"""How often each question is left unknown, counted without opening anybody's answers.

When a form is sent, one row says for every question whether it was asked and answered: a letter each, never
an answer. The row has no link to the submission, a random key, and only the week, so it leads to nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.utils.timezone import localtime

from questionnaire.definition import Definition
from questionnaire.rules.evaluation import compile_questionnaire
from questionnaire.rules.states import State
from screening.models import AnswerTally

_LETTERS = {
    State.NEVER_ASKED: "n",
    State.NOT_APPLICABLE: "-",
    State.BLANK: "b",
    State.UNSURE: "u",
    State.PARTLY: "u",
    State.KNOWN: "k",
}


def build_tally(version_id: int, states: Sequence[State], now: datetime) -> AnswerTally:
    """The row for one submission, not yet saved."""
    return AnswerTally(
        version_id=version_id, week=find_monday(now), marks="".join(_LETTERS[state] for state in states)
    )


def record_tally(
    *, definition: Definition, version_id: int, answers: Mapping[str, object], now: datetime
) -> None:
    """Count one submission, in the transaction of submit(), which calls it. `answers` are those to open
    questions."""
    build_tally(version_id, compile_questionnaire(definition).read_patient(answers).states, now).save(
        force_insert=True
    )


def find_monday(moment: datetime) -> date:
    """The Monday of this moment's week, in the clinic's time."""
    day = localtime(moment).date()
    return day - timedelta(days=day.weekday())
