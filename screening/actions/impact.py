"""What a draft would say to the patients of the past: every submission judged again, next to what was said then.

Runs in the background, in batches, on every core. It reads submissions and writes none. What was said then comes from
the flags stored when a submission was sent; questions a patient was never asked count as never asked under the draft.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import repeat
from multiprocessing import get_context
from typing import Any

import django
from django.core.cache import cache
from django.db import transaction
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from questionnaire.actions import drafts, publishing
from questionnaire.definition import Definition
from questionnaire.document import compute_fingerprint
from questionnaire.models import Version
from questionnaire.rules import Assessment, assess
from screening.actions import audit
from screening.core import encryption
from screening.core.response import Response
from screening.demo.made_up_people import Synthesis
from screening.models import RaisedFlag, Submission

RAISED, CANNOT_TELL, CLEAR, ABSENT = "raised", "cannot-tell", "clear", "absent"
VERDICTS = (RAISED, CANNOT_TELL, CLEAR)
BATCH = 1_000
FEW = 200
"""With fewer submissions than this, made-up patients are judged as well."""
MADE_UP = 2_000
EXAMPLES = 20
"""References kept for each change of one flag."""
_PARALLEL_FROM = 3_000
_PROGRESS_SECONDS = 3_600

Change = tuple[str, str, str]
"""(flag code, what it said then, what it would say)."""
Counts = Counter[Change]


class Overtaken(Exception):
    """The draft was changed while it was being judged by."""


@dataclass(frozen=True)
class Tally:
    """What came of some submissions: changes and steady verdicts counted, and a few references for each change."""

    judged: int
    unreadable: int
    counts: Counts
    examples: dict[Change, list[str]]


@dataclass(frozen=True)
class Run:
    """One run over the past submissions of a draft, as far as it is."""

    state: str
    """waiting | running | done | failed"""
    done: int = 0
    of: int = 0
    result: dict[str, Any] | None = None
    finished_at: datetime | None = None


# Starting, and looking how far it is ---------------------------------------------------------------------------------


@transaction.atomic
def start(*, version: Version, actor: str, now: datetime, request_id: str = "") -> None:
    """Judge past submissions under this draft, in the background; once, however often it is asked for."""
    text = compute_fingerprint(drafts.read_draft(version))
    run = latest(version, text)
    if run and run.state in {"waiting", "running"}:
        return
    audit.record(
        actor=actor,
        action="submissions.rejudge",
        object_type="version",
        object_id=str(version.pk),
        now=now,
        request_id=request_id,
    )
    rejudge.enqueue(version.pk, text)


def latest(version: Version, text: str) -> Run | None:
    """The newest run for exactly this text of the draft (its fingerprint), or None."""
    rows = DBTaskResult.objects.filter(task_path=rejudge.module_path).order_by("-enqueued_at")[:100]
    row = next((row for row in rows if row.args_kwargs["args"] == [version.pk, text]), None)
    if row is None:
        return None
    done, of = cache.get(_progress_key(version.pk, text)) or (0, 0)
    return Run(_STATES[TaskResultStatus(row.status)], done, of, row.return_value, row.finished_at)


_STATES = {
    TaskResultStatus.READY: "waiting",
    TaskResultStatus.RUNNING: "running",
    TaskResultStatus.SUCCESSFUL: "done",
    TaskResultStatus.FAILED: "failed",
}


def _progress_key(version_id: int, text: str) -> str:
    return f"impact:{version_id}:{text}"


@task()
def rejudge(version_id: int, text: str) -> dict[str, Any]:
    """The whole run. A draft that was changed since is not judged: its result would speak of something else."""
    version = Version.objects.select_related("questionnaire").get(pk=version_id)
    draft = drafts.read_draft(version)
    if compute_fingerprint(draft) != text:
        return {"overtaken": True}
    return impact(version, draft)


# Judging again -------------------------------------------------------------------------------------------------------


def impact(version: Version, draft: Definition) -> dict[str, Any]:
    """The result as plain data: `submissions`, and `made_up` patients where there are few (see `_plain`)."""
    ids = list(_past(version).order_by("pk").values_list("pk", flat=True))
    batches = [(ids[start], ids[min(start + BATCH, len(ids)) - 1]) for start in range(0, len(ids), BATCH)]
    key = _progress_key(version.pk, compute_fingerprint(draft))
    done, tallies = 0, []
    for tally in _tallies(draft, version, batches, parallel=len(ids) >= _PARALLEL_FROM):
        tallies.append(tally)
        done += tally.judged + tally.unreadable
        cache.set(key, (done, len(ids)), _PROGRESS_SECONDS)
    result = {"submissions": _plain(_together(tallies))}
    if len(ids) < FEW and (current := publishing.find_published(version.questionnaire.slug)):
        result["made_up"] = _plain(_made_up(current, draft))
    return result


def _past(version: Version) -> Any:
    """Submissions of any version of this questionnaire that were sent and could be judged."""
    sent = Submission.objects.filter(state=Submission.State.SUBMITTED, assessment=Submission.Assessment.ASSESSED)
    return sent.filter(version__questionnaire=version.questionnaire_id)


def _tallies(draft: Definition, version: Version, batches: list[tuple[int, int]], *, parallel: bool) -> Iterator[Tally]:
    if not parallel:
        yield from (_batch(draft, version.questionnaire_id, first, last) for first, last in batches)
        return
    ends = zip(*batches, strict=True)
    same = (repeat(version.pk), repeat(compute_fingerprint(draft)))
    pool = ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn"), initializer=django.setup)
    with pool:
        yield from pool.map(_batch_elsewhere, *same, *ends)


def _batch_elsewhere(version_id: int, text: str, first: int, last: int) -> Tally:
    draft, questionnaire_id = _draft(version_id, text)
    return _batch(draft, questionnaire_id, first, last)


@lru_cache(maxsize=1)
def _draft(version_id: int, text: str) -> tuple[Definition, int]:
    """In a process of its own: the draft, read once. A whole questionnaire is too much for the pipe between them."""
    version = Version.objects.select_related("questionnaire").get(pk=version_id)
    draft = drafts.read_draft(version)
    if compute_fingerprint(draft) != text:
        raise Overtaken
    return draft, version.questionnaire_id


def _batch(draft: Definition, questionnaire_id: int, first: int, last: int) -> Tally:
    """Everything sent from one id to another, judged under the draft."""
    rows = Submission.objects.filter(
        pk__gte=first,
        pk__lte=last,
        version__questionnaire=questionnaire_id,
        state=Submission.State.SUBMITTED,
        assessment=Submission.Assessment.ASSESSED,
    ).values_list("pk", "uuid", "reference", "response", "version_id")
    then = _said_then(first, last)
    tally = Tally(0, 0, Counter(), {})
    judged = unreadable = 0
    for pk, uuid, reference, blob, version_id in rows:
        try:
            response = Response.unsealed(blob, f"submission:{uuid}:response")
        except encryption.DecryptionError:
            unreadable += 1
            continue
        judged += 1
        old = publishing.load_definition(version_id)
        now = assess(draft, response.answers, asked=response.asked)
        _count(tally, old, draft, then.get(pk, {}), now, reference or "")
    return Tally(judged, unreadable, tally.counts, tally.examples)


def _said_then(first: int, last: int) -> dict[int, dict[str, str]]:
    """Submission id to the verdict of each of its flags that was not clear."""
    rows = RaisedFlag.objects.filter(submission__gte=first, submission__lte=last)
    found: dict[int, dict[str, str]] = {}
    for pk, code, verdict in rows.values_list("submission_id", "code", "verdict"):
        found.setdefault(pk, {})[code] = verdict
    return found


def _count(
    tally: Tally, old: Definition, draft: Definition, was: Mapping[str, str], now: Assessment, reference: str
) -> None:
    """Count one patient. Flags that were clear and stay clear are not counted: they are the rest."""
    would = verdicts(now)
    for code in was.keys() | would.keys():
        before = was.get(code, CLEAR) if code in old.flags_by_code else ABSENT
        after = would.get(code, CLEAR) if code in draft.flags_by_code else ABSENT
        change = (code, before, after)
        tally.counts[change] += 1
        if before != after and reference and len(kept := tally.examples.setdefault(change, [])) < EXAMPLES:
            kept.append(reference)


def verdicts(judged: Assessment) -> dict[str, str]:
    """Flag code to verdict, for those that are not clear."""
    return dict.fromkeys(judged.cannot_tell, CANNOT_TELL) | dict.fromkeys(judged.raised, RAISED)


def _made_up(current: Version, draft: Definition) -> Tally:
    """The same for people who do not exist, as the published version asks them."""
    synthesis = Synthesis(current, seed="impact")
    tally = Tally(MADE_UP, 0, Counter(), {})
    for person in synthesis.people(MADE_UP):
        was = verdicts(assess(synthesis.definition, person.answers))
        now = assess(draft, person.answers, asked=person.asked)
        _count(tally, synthesis.definition, draft, was, now, "")
    return tally


def _together(tallies: Iterable[Tally]) -> Tally:
    judged = unreadable = 0
    counts: Counts = Counter()
    examples: dict[Change, list[str]] = {}
    for tally in tallies:
        judged += tally.judged
        unreadable += tally.unreadable
        counts.update(tally.counts)
        for change, references in tally.examples.items():
            kept = examples.setdefault(change, [])
            kept += references[: EXAMPLES - len(kept)]
    return Tally(judged, unreadable, counts, examples)


def _plain(tally: Tally) -> dict[str, Any]:
    """{"judged", "unreadable", "flags": {code: [[was, would, number, [references]], …]}}: ready for JSON."""
    flags: dict[str, list[Any]] = {}
    for change, number in sorted(tally.counts.items()):
        code, was, would = change
        flags.setdefault(code, []).append([was, would, number, tally.examples.get(change, [])])
    return {"judged": tally.judged, "unreadable": tally.unreadable, "flags": flags}
