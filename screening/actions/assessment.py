"""What a finished set of answers means, as the rows and counts to be stored. Pure: reads and writes nothing.

`submit()` uses it for one patient, and synthesis.py for many made-up ones.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from questionnaire.definition import Definition, Severity
from questionnaire.rules import Assessment, assess, assess_patient
from questionnaire.rules.patient import Patient
from questionnaire.rules.states import Verdict
from screening.models import Submission

log = logging.getLogger("screening.actions.assessment")


@dataclass(frozen=True)
class AssessedFlag:
    """One row of RaisedFlag, without its submission."""

    fields: dict[str, Any]


@dataclass(frozen=True)
class AssessedSubmission:
    """Whether the rules could be asked, the flags they gave, and the counts by which the queue is sorted."""

    assessment: str
    flags: tuple[AssessedFlag, ...]
    counts: dict[str, int]
    happening_now: bool = False
    """Whether a flag about this moment is raised."""


def assess_answers(definition: Definition, answers: Mapping[str, object]) -> AssessedSubmission:
    """Judge these answers. A failure of the rules never loses them: the submission is then "not assessed"."""
    return _assess_or_note_failure(definition, lambda: assess(definition, answers))


def assess_known_answers(definition: Definition, patient: Patient) -> AssessedSubmission:
    """The same for a patient whose answers were read already."""
    return _assess_or_note_failure(definition, lambda: assess_patient(definition, patient))


def _assess_or_note_failure(
    definition: Definition, ask_rules: Callable[[], Assessment]
) -> AssessedSubmission:
    try:
        return _collect_rows(definition, ask_rules())
    except Exception:  # whatever it is, staff must see the submission first rather than not at all
        log.error("the rules failed, so a submission is kept without being assessed", exc_info=True)
        return AssessedSubmission(Submission.Assessment.NOT_ASSESSED, (), _count_by_severity(Counter(), 0))


def _collect_rows(definition: Definition, assessment: Assessment) -> AssessedSubmission:
    raised = {flag.code: list(flag.because) for flag in assessment.flags}
    in_doubt = frozenset(assessment.cannot_tell)
    flags = []
    for position, flag in enumerate(definition.flags):
        if flag.code in raised or flag.code in in_doubt:
            verdict = Verdict.RAISED if flag.code in raised else Verdict.CANNOT_TELL
            fields = {
                "code": flag.code,
                "topic": flag.topic,
                "severity": str(flag.severity),
                "verdict": verdict,
            }
            flags.append(AssessedFlag({**fields, "because": raised.get(flag.code, []), "position": position}))
    counts = _count_by_severity(Counter(str(flag.severity) for flag in assessment.flags), len(in_doubt))
    now = any(flag.happening_now for flag in definition.flags if flag.code in raised)
    return AssessedSubmission(Submission.Assessment.ASSESSED, tuple(flags), counts, now)


def _count_by_severity(severities: Counter[str], cannot_tell: int) -> dict[str, int]:
    return {**{str(severity): severities[severity] for severity in Severity}, "cannot_tell": cannot_tell}
