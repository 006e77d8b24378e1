"""The editorial record: who changed what in which version, when and why. Append-only, by trigger.

`record_event()` is called inside the transaction of the change it records. It holds no patient data.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from questionnaire.models import (
    Choice,
    Flag,
    HistoryEvent,
    Question,
    Questionnaire,
    Score,
    Section,
    Topic,
    Version,
    Vignette,
)

WHOLE = "version"


def record_event(
    *,
    version: Version,
    actor: str,
    action: str,
    now: datetime,
    subject: str = WHOLE,
    before: Any = None,
    after: Any = None,
    reason: str = "",
    second_person: str = "",
) -> HistoryEvent:
    """Write one act into the record. `before` and `after` are plain data, None where there was or is nothing.

    For a change of a draft `after` is the list of differences in words, each with its before and after.
    """
    return HistoryEvent.objects.create(
        version=version,
        at=now,
        actor=actor,
        second_person=second_person,
        action=action,
        subject=subject,
        before=before,
        after=after,
        reason=reason,
    )


def find_used_ids(questionnaire: Questionnaire) -> frozenset[str]:
    """Every link id, flag code and other id of any version of this questionnaire: none is ever used again."""
    rows = (
        Question.objects.filter(version__questionnaire=questionnaire).values_list("link_id", flat=True),
        Section.objects.filter(version__questionnaire=questionnaire).values_list("slug", flat=True),
        Flag.objects.filter(version__questionnaire=questionnaire).values_list("code", flat=True),
        Topic.objects.filter(version__questionnaire=questionnaire).values_list("slug", flat=True),
        Score.objects.filter(version__questionnaire=questionnaire).values_list("name", flat=True),
        Vignette.objects.filter(version__questionnaire=questionnaire).values_list("name", flat=True),
    )
    once = HistoryEvent.objects.filter(version__questionnaire=questionnaire).exclude(subject=WHOLE)
    past = (subject.partition(" ")[2] for subject in once.values_list("subject", flat=True).distinct())
    return frozenset(past).union(*rows)


def find_used_codes(questionnaire: Questionnaire, link_id: str) -> frozenset[str]:
    """Every option code this question has in any version: what a code meant once, it means for ever."""
    choices = Choice.objects.filter(question__version__questionnaire=questionnaire, question__link_id=link_id)
    return frozenset(choices.values_list("code", flat=True))
