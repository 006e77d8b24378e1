"""Which submissions need attention now: one rule, for queries and for one row.

The queue, the figures, the banner and the e-mail to staff use it. The index `submission_needs_a_person` repeats it,
because a model cannot import a query; a test compares the two.
"""

from __future__ import annotations

from django.db.models import Q

from screening.models import Submission

NEEDS_ATTENTION = Q(urgent__gt=0) | Q(assessment=Submission.Assessment.NOT_ASSESSED)
"""An urgent flag, or nothing could be assessed."""
CAN_WAIT = Q(urgent=0) & ~Q(assessment=Submission.Assessment.NOT_ASSESSED)
"""All others, written out: both databases plan it better than NOT (… OR …)."""


def needs_attention(submission: Submission) -> bool:
    """Whether this submission has an urgent flag, or could not be assessed."""
    return submission.urgent > 0 or submission.assessment == Submission.Assessment.NOT_ASSESSED
