"""Which submissions need attention now: one rule, as a query and for one row. The queue, figures and e-mail use it."""

from __future__ import annotations

from django.db.models import Q

from screening.models import Submission

NEEDS_ATTENTION = Q(urgent__gt=0) | Q(assessment=Submission.Assessment.NOT_ASSESSED)
"""An urgent flag, or nothing could be assessed."""


def needs_attention(submission: Submission) -> bool:
    """Whether this submission has an urgent flag, or could not be assessed."""
    return submission.urgent > 0 or submission.assessment == Submission.Assessment.NOT_ASSESSED
