"""Starting a run over past submissions under a draft, and running it in the background."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.db import transaction
from django_tasks import task

from questionnaire.actions import drafts
from questionnaire.document import compute_fingerprint
from questionnaire.models import Version
from screening.actions import audit
from screening.core.actor import Actor
from screening.queries.impact import judge_past_submissions
from screening.queries.impact_runs import find_latest_run, progress_key

_PROGRESS_SECONDS = 3_600


@transaction.atomic
def start_impact_run(*, version: Version, actor: Actor) -> None:
    """Judge past submissions under this draft, in the background; once, however often it is asked for.

    Called for anybody who may read questionnaire versions.
    """
    draft_fingerprint = compute_fingerprint(drafts.read_draft(version))
    run = find_latest_run(version, draft_fingerprint)
    if run and run.state in {"waiting", "running"}:
        return
    audit.record(
        actor=actor.code,
        action="submissions.rejudge",
        object_type="version",
        object_id=str(version.pk),
        now=actor.now,
        request_id=actor.request_id,
    )
    rejudge.enqueue(version.pk, draft_fingerprint)


@task()
def rejudge(version_id: int, draft_fingerprint: str) -> dict[str, Any]:
    """The whole run. A draft that was changed since is not judged: its result would speak of something
    else."""
    version = Version.objects.select_related("questionnaire").get(pk=version_id)
    draft = drafts.read_draft(version)
    if compute_fingerprint(draft) != draft_fingerprint:
        return {"overtaken": True}
    key = progress_key(version_id, draft_fingerprint)
    return judge_past_submissions(
        version, draft, report_progress=lambda done, total: cache.set(key, (done, total), _PROGRESS_SECONDS)
    )
