"""What the rules say so far: shown beside the page, for the editor."""

from __future__ import annotations

from dataclasses import dataclass

from questionnaire import rules
from questionnaire.definition import Definition, Flag
from questionnaire.rules.answers import is_blank, is_unsure
from questionnaire.rules.explain import ExplainedCondition, explain_condition
from questionnaire.rules.parsing import find_questions_read
from questionnaire.rules.states import Verdict
from screening.preview.preview_patient import PreviewPatient


@dataclass(frozen=True)
class TracedFlag:
    """One flag that is raised, or in doubt because of an answer, and why."""

    flag: Flag
    verdict: Verdict
    explained: ExplainedCondition


def trace_flags(definition: Definition, patient: PreviewPatient) -> list[TracedFlag]:
    """Raised flags, then those in doubt for something that was said or left out.

    Flags about questions that are still ahead are left out. Raises ConditionError or KeyError for a draft
    that cannot be judged.
    """
    assessment = rules.assess(definition, patient.answers, asked=patient.asked)
    in_doubt = [code for code in assessment.cannot_tell if _is_asked_and_unknown(definition, patient, code)]
    verdicts = [(flag.code, Verdict.RAISED) for flag in assessment.flags]
    verdicts += [(code, Verdict.CANNOT_TELL) for code in in_doubt]
    return [
        _trace(definition, patient, definition.flags_by_code[code], verdict) for code, verdict in verdicts
    ]


def _trace(definition: Definition, patient: PreviewPatient, flag: Flag, verdict: Verdict) -> TracedFlag:
    return TracedFlag(
        flag, verdict, explain_condition(definition, flag.condition, patient.answers, patient.asked)
    )


def _is_asked_and_unknown(definition: Definition, patient: PreviewPatient, code: str) -> bool:
    read = find_questions_read(definition, definition.flags_by_code[code].condition) & patient.asked
    return any(
        is_blank(patient.answers.get(link_id)) or is_unsure(patient.answers[link_id]) for link_id in read
    )
