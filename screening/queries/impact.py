"""What a draft would say to the patients of the past: every submission judged again, next to what was said
then.

In batches, on every core. It reads submissions and writes none. What was said then comes from the flags
stored when a submission was sent; questions a patient was never asked count as never asked under the draft.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import repeat
from multiprocessing import get_context
from typing import Any

import django
from django.db.models import QuerySet

from questionnaire.actions import drafts, publishing
from questionnaire.definition import Definition
from questionnaire.document import compute_fingerprint
from questionnaire.models import Version
from questionnaire.rules import Assessment, assess
from questionnaire.rules.states import Verdict
from screening.core import encryption
from screening.core.patient_response import PatientResponse
from screening.demo.made_up_people import PeopleMaker
from screening.models import RaisedFlag, Submission
from screening.queries.submission import sealing_purpose

ABSENT = "absent"
"""In place of a verdict: the flag is not there."""
BATCH = 1_000
FEW = 200
"""With fewer submissions than this, made-up patients are judged as well."""
MADE_UP = 2_000
MOST_EXAMPLES = 20
"""References kept for each change of one flag."""
_PARALLEL_FROM = 3_000

Change = tuple[str, str, str]
"""(flag code, what it said then, what it would say)."""


class DraftChangedError(Exception):
    """The draft was changed while past submissions were judged by it."""


@dataclass
class ImpactTally:
    """What came of some submissions: changes and steady verdicts counted, and a few references for each
    change."""

    judged: int = 0
    unreadable: int = 0
    counts: Counter[Change] = field(default_factory=Counter)
    examples: dict[Change, list[str]] = field(default_factory=dict)


def judge_past_submissions(
    version: Version,
    draft: Definition,
    *,
    report_progress: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, Any]:
    """The result as plain data: `submissions`, and `made_up` patients where there are few (see
    `_as_plain_data`).

    `report_progress` is called after each batch with the submissions judged and those in all.
    """
    ids = list(_list_past_submissions(version.questionnaire_id).order_by("pk").values_list("pk", flat=True))
    batches = [(ids[start], ids[min(start + BATCH, len(ids)) - 1]) for start in range(0, len(ids), BATCH)]
    total = ImpactTally()
    for tally in _judge_batches(draft, version, batches, parallel=len(ids) >= _PARALLEL_FROM):
        _add_tally(total, tally)
        report_progress(total.judged + total.unreadable, len(ids))
    result = {"submissions": _as_plain_data(total)}
    if len(ids) < FEW and (current := publishing.find_published(version.questionnaire.slug)):
        result["made_up"] = _as_plain_data(_judge_made_up_patients(current, draft))
    return result


def find_verdicts(assessment: Assessment) -> dict[str, Verdict]:
    """Flag code to verdict, for those that are not clear."""
    return dict.fromkeys(assessment.cannot_tell, Verdict.CANNOT_TELL) | dict.fromkeys(
        assessment.raised, Verdict.RAISED
    )


def _list_past_submissions(questionnaire_id: int) -> QuerySet[Submission]:
    """Submissions of any version of this questionnaire that were sent and could be judged."""
    sent = Submission.objects.filter(
        state=Submission.State.SUBMITTED, assessment=Submission.Assessment.ASSESSED
    )
    return sent.filter(version__questionnaire=questionnaire_id)


def _judge_batches(
    draft: Definition, version: Version, batches: list[tuple[int, int]], *, parallel: bool
) -> Iterator[ImpactTally]:
    if not parallel:
        yield from (_judge_batch(draft, version.questionnaire_id, first, last) for first, last in batches)
        return
    ends = zip(*batches, strict=True)
    same_draft = (repeat(version.pk), repeat(compute_fingerprint(draft)))
    # Started afresh, not forked: a forked process would share this one's database connection.
    pool = ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn"), initializer=django.setup)
    with pool:
        yield from pool.map(_judge_batch_elsewhere, *same_draft, *ends)


def _judge_batch_elsewhere(version_id: int, draft_fingerprint: str, first: int, last: int) -> ImpactTally:
    """In a process of its own."""
    draft, questionnaire_id = _load_draft(version_id, draft_fingerprint)
    return _judge_batch(draft, questionnaire_id, first, last)


@lru_cache(maxsize=1)
def _load_draft(version_id: int, draft_fingerprint: str) -> tuple[Definition, int]:
    """The draft, read once in each process: a whole questionnaire is too much for the pipe between them."""
    version = Version.objects.select_related("questionnaire").get(pk=version_id)
    draft = drafts.read_draft(version)
    if compute_fingerprint(draft) != draft_fingerprint:
        raise DraftChangedError
    return draft, version.questionnaire_id


def _judge_batch(draft: Definition, questionnaire_id: int, first: int, last: int) -> ImpactTally:
    """Everything sent from one id to another, judged under the draft."""
    batch = _list_past_submissions(questionnaire_id).filter(pk__gte=first, pk__lte=last)
    verdicts_then = _load_verdicts_then(first, last)
    tally = ImpactTally()
    for pk, uuid, reference, sealed, version_id in batch.values_list(
        "pk", "uuid", "reference", "response", "version_id"
    ):
        try:
            response = PatientResponse.unseal(sealed, sealing_purpose(uuid, "response"))
        except encryption.DecryptionError:
            tally.unreadable += 1
            continue
        tally.judged += 1
        asked_version = publishing.load_definition(version_id)
        verdicts_now = find_verdicts(assess(draft, response.answers, asked=response.asked))
        _count_changes(tally, asked_version, draft, verdicts_then.get(pk, {}), verdicts_now, reference or "")
    return tally


def _load_verdicts_then(first: int, last: int) -> dict[int, dict[str, str]]:
    """Submission id to the verdict of each of its flags that was not clear."""
    flags = RaisedFlag.objects.filter(submission__gte=first, submission__lte=last)
    verdicts: dict[int, dict[str, str]] = {}
    for pk, code, verdict in flags.values_list("submission_id", "code", "verdict"):
        verdicts.setdefault(pk, {})[code] = verdict
    return verdicts


def _count_changes(
    tally: ImpactTally,
    asked_version: Definition,
    draft: Definition,
    then: Mapping[str, str],
    now: Mapping[str, str],
    reference: str,
) -> None:
    """Count one patient. Flags that were clear and stay clear are not counted: they are the rest."""
    for code in then.keys() | now.keys():
        was = then.get(code, Verdict.CLEAR) if code in asked_version.flags_by_code else ABSENT
        would_be = now.get(code, Verdict.CLEAR) if code in draft.flags_by_code else ABSENT
        change = (code, was, would_be)
        tally.counts[change] += 1
        if was != would_be and reference:
            examples = tally.examples.setdefault(change, [])
            if len(examples) < MOST_EXAMPLES:
                examples.append(reference)


def _judge_made_up_patients(current: Version, draft: Definition) -> ImpactTally:
    """The same for people who do not exist, as the published version asks them."""
    maker = PeopleMaker(current, seed="impact")
    tally = ImpactTally(judged=MADE_UP)
    for person in maker.draw_people(MADE_UP):
        then = find_verdicts(assess(maker.definition, person.answers))
        now = find_verdicts(assess(draft, person.answers, asked=person.asked))
        _count_changes(tally, maker.definition, draft, then, now, reference="")
    return tally


def _add_tally(total: ImpactTally, tally: ImpactTally) -> None:
    total.judged += tally.judged
    total.unreadable += tally.unreadable
    total.counts.update(tally.counts)
    for change, references in tally.examples.items():
        examples = total.examples.setdefault(change, [])
        examples += references[: MOST_EXAMPLES - len(examples)]


def _as_plain_data(tally: ImpactTally) -> dict[str, Any]:
    """{"judged", "unreadable", "flags": {code: [[was, would be, number, [references]], …]}}: ready for
    JSON."""
    flags: dict[str, list[Any]] = {}
    for change, number in sorted(tally.counts.items()):
        code, was, would_be = change
        flags.setdefault(code, []).append([was, would_be, number, tally.examples.get(change, [])])
    return {"judged": tally.judged, "unreadable": tally.unreadable, "flags": flags}
