"""How far the runs over past submissions are, as the page of a draft's impact reads them. Run by
actions/impact.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from questionnaire.models import Version

TASK_PATH = "screening.actions.impact.rejudge"
"""The task of a run, as its row names it."""
_RECENT = 100
"""Runs among which the one that is asked for is looked for."""
_STATES = {
    TaskResultStatus.READY: "waiting",
    TaskResultStatus.RUNNING: "running",
    TaskResultStatus.SUCCESSFUL: "done",
    TaskResultStatus.FAILED: "failed",
}


@dataclass(frozen=True)
class ImpactRun:
    """One run over the past submissions of a draft, as far as it is."""

    state: str
    """waiting | running | done | failed"""
    done: int = 0
    of: int = 0
    result: dict[str, Any] | None = None
    """See queries/impact.py; {"overtaken": True} where the draft was changed before it was judged."""
    finished_at: datetime | None = None


def find_latest_run(version: Version, fingerprint: str) -> ImpactRun | None:
    """The newest run for exactly this text of the draft, or None."""
    recent = DBTaskResult.objects.filter(task_path=TASK_PATH).order_by("-enqueued_at")[:_RECENT]
    row = next((row for row in recent if row.args_kwargs["args"] == [version.pk, fingerprint]), None)
    if row is None:
        return None
    done, total = cache.get(progress_key(version.pk, fingerprint)) or (0, 0)
    return ImpactRun(_STATES[TaskResultStatus(row.status)], done, total, row.return_value, row.finished_at)


def progress_key(version_id: int, fingerprint: str) -> str:
    """Where the cache holds (submissions judged, submissions in all) of a run."""
    return f"impact:{version_id}:{fingerprint}"
