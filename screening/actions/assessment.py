"""What a finished set of answers means, as the rows and counts to be stored. Pure: reads and writes nothing.

`submit()` uses it for one patient; anything that makes many submissions can use the same function.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from questionnaire.definition import Definition, Severity
from questionnaire.rules import Assessment, assess, assess_patient
from questionnaire.rules.evaluation import Patient
from screening.models import RaisedFlag, Submission

log = logging.getLogger("screening.actions.assessment")


@dataclass(frozen=True)
class JudgedFlag:
    """One row of RaisedFlag, without its submission."""

    fields: dict[str, Any]


@dataclass(frozen=True)
class Judged:
    """Whether the rules could be asked, the flags they gave, and the counts a queue is sorted by."""

    assessment: str
    flags: tuple[JudgedFlag, ...]
    counts: dict[str, int]


def judge(definition: Definition, answers: Mapping[str, object]) -> Judged:
    """Judge these answers. A failure of the rules is never a reason to lose them: then it says "not assessed"."""
    return _kept(definition, lambda: assess(definition, answers))


def judge_patient(definition: Definition, patient: Patient) -> Judged:
    """The same for a patient whose answers were read already."""
    return _kept(definition, lambda: assess_patient(definition, patient))


def _kept(definition: Definition, assessed: Callable[[], Assessment]) -> Judged:
    try:
        return _judged(definition, assessed())
    except Exception:  # whatever it is, staff must see the submission first rather than not at all
        log.error("the rules failed, so a submission is kept without being assessed", exc_info=True)
        return Judged(Submission.Assessment.NOT_ASSESSED, (), _counts(Counter(), 0))


def _judged(definition: Definition, assessment: Assessment) -> Judged:
    raised = {flag.code: list(flag.because) for flag in assessment.flags}
    in_doubt = frozenset(assessment.cannot_tell)
    flags = []
    for position, flag in enumerate(definition.flags):
        if flag.code in raised or flag.code in in_doubt:
            verdict = RaisedFlag.Verdict.RAISED if flag.code in raised else RaisedFlag.Verdict.CANNOT_TELL
            fields = {"code": flag.code, "topic": flag.topic, "severity": str(flag.severity), "verdict": verdict}
            flags.append(JudgedFlag({**fields, "because": raised.get(flag.code, []), "position": position}))
    counts = _counts(Counter(str(flag.severity) for flag in assessment.flags), len(in_doubt))
    return Judged(Submission.Assessment.ASSESSED, tuple(flags), counts)


def _counts(severities: Counter[str], cannot_tell: int) -> dict[str, int]:
    return {**{str(severity): severities[severity] for severity in Severity}, "cannot_tell": cannot_tell}
