"""What a made-up desk did with made-up submissions: opened, judged and decided, by the reviewers’ own
writers."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from django.contrib.auth.models import User

from questionnaire.definition import Severity
from questionnaire.rules.states import Verdict
from screening.actions import reviews
from screening.actions.reviews import Reviewer
from screening.models import RaisedFlag, Submission

_LEFT_OPEN = timedelta(days=2)
"""What came later than this is still on the desk."""
_SLOW = timedelta(days=10)
"""By then everything was opened and decided; before, now and then something still waits."""
_REASONS = ("Known and treated; letter on file.", "A slip, cleared up by phone.", "Long ago, no longer so.")


def review_submissions(*, reviewer: User, number: int, seed: int, now: datetime) -> int:
    """Work through the newest untouched submissions that are two days old. Returns how many were decided."""
    chance = random.Random(seed)  # noqa: S311 (made-up work needs no secrets)
    untouched = Submission.objects.filter(desk=Submission.Desk.NEW, submitted_at__lte=now - _LEFT_OPEN)
    newest = untouched.order_by("-submitted_at", "-pk")[:number]
    return sum(_review_submission(row, reviewer, chance, slow=now - _SLOW) for row in newest)


def _review_submission(row: Submission, reviewer: User, chance: random.Random, *, slow: datetime) -> bool:
    if row.submitted_at is None or (row.submitted_at > slow and chance.random() < 0.04):
        return False
    wait = chance.lognormvariate(2.5 if row.urgent else 5.2, 0.9)
    opened_at = row.submitted_at + timedelta(minutes=wait)
    reviews.mark_opened(submission=row, now=opened_at)
    row.refresh_from_db()
    for flag in row.flags.filter(verdict=Verdict.RAISED):
        if flag.severity == Severity.URGENT or chance.random() < 0.35:
            _judge_flag(row, flag, reviewer, chance, opened_at)
    if row.submitted_at > slow and chance.random() < 0.3:
        return False
    decision = chance.choices(["discussed", "needs-records", "needs-call", "closed"], [6, 1, 1, 2])[0]
    decided_at = opened_at + timedelta(hours=chance.lognormvariate(2.8, 0.8))
    actor = Reviewer(reviewer, decided_at, revision=row.desk_revision)
    reviews.decide_submission(submission=row, decision=decision, words="", actor=actor)
    return True


def _judge_flag(
    row: Submission, flag: RaisedFlag, reviewer: User, chance: random.Random, now: datetime
) -> None:
    """Mostly agreement; flags about scores and plans are doubted more often than the rest."""
    doubted = 0.45 if flag.severity == "info" else 0.12
    kind = RaisedFlag.Opinion.NOT_RELEVANT if chance.random() < doubted else RaisedFlag.Opinion.AGREE
    reason = chance.choice(_REASONS) if kind == RaisedFlag.Opinion.NOT_RELEVANT else ""
    actor = Reviewer(reviewer, now, revision=row.desk_revision)
    reviews.judge_flag(submission=row, code=flag.code, opinion=kind, reason=reason, actor=actor)
    row.refresh_from_db()
