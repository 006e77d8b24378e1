"""Which submissions need attention: now (an alarm stands), or ever. One rule each, for queries and for one
row.

The queue, the banner, the counts and the e-mail to staff ask for alarms; the statistics ask who ever was
urgent.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from questionnaire.definition import Severity
from questionnaire.rules.states import Verdict
from screening.models import RaisedFlag, Submission

ALARM_STANDS = Q(alarm=True)
"""Somebody has to act now, wherever the submission is on the desk."""
NO_ALARM = Q(alarm=False)

NEEDS_ATTENTION = Q(urgent__gt=0) | Q(assessment=Submission.Assessment.NOT_ASSESSED)
"""An urgent flag, or nothing could be assessed."""


def list_unjudged_flags(submission: Submission) -> QuerySet[RaisedFlag]:
    """The urgent flags of this submission on which nobody gave an opinion, in the questionnaire's order."""
    raised = RaisedFlag.objects.filter(submission=submission, verdict=Verdict.RAISED)
    return raised.filter(severity=str(Severity.URGENT), opinion="")
