"""The rules module: which concerns these answers raise, and which cannot be told. Plain Python, no clock, no
database.

`assess()` is the only door. It never says what to do: every flag ends in a talk with the physician.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from questionnaire.definition import Definition, Severity
from questionnaire.rules.evaluation import compile_questionnaire
from questionnaire.rules.patient import Patient
from questionnaire.rules.scores import ScoreBounds
from questionnaire.rules.states import Verdict

__all__ = ["Assessment", "FlagFinding", "assess", "assess_patient"]


@dataclass(frozen=True)
class FlagFinding:
    """A flag that is raised, and the questions whose answers raised it, in file order."""

    code: str
    severity: Severity
    because: tuple[str, ...]


@dataclass(frozen=True)
class Assessment:
    """Everything the rules say about one set of answers. Flags that are neither raised nor in doubt are
    clear."""

    flags: tuple[FlagFinding, ...]
    cannot_tell: tuple[str, ...]
    scores: dict[str, ScoreBounds]
    open: tuple[str, ...]

    @property
    def urgent(self) -> frozenset[str]:
        """Codes of the raised flags that may need help before any appointment."""
        return frozenset(flag.code for flag in self.flags if flag.severity is Severity.URGENT)

    @property
    def raised(self) -> frozenset[str]:
        return frozenset(flag.code for flag in self.flags)

    def find_verdict(self, code: str) -> Verdict:
        """What the flag with this code says; clear also for a flag that the questionnaire does not have."""
        if code in self.raised:
            return Verdict.RAISED
        return Verdict.CANNOT_TELL if code in self.cannot_tell else Verdict.CLEAR


def assess(
    definition: Definition, answers: Mapping[str, object], *, asked: Collection[str] | None = None
) -> Assessment:
    """Judge one set of answers: `{link id: value}`, see answers.py for values.

    While a form is being filled in, `asked` holds the link ids already put to the patient: the rest count as
    never asked. Without it every question that is open counts as asked, and a missing answer as blank. An
    answer that cannot be read counts as blank, so it can raise a clarify flag but never clear one. Raises
    ConditionError or KeyError only for a definition that was never checked.
    """
    return assess_patient(definition, compile_questionnaire(definition).read_patient(answers, asked))


def assess_patient(definition: Definition, patient: Patient) -> Assessment:
    """Judge a patient whose answers were read already. Raises what `assess` raises."""
    compiled = compile_questionnaire(definition)
    findings: list[FlagFinding] = []
    cannot_tell: list[str] = []
    for flag, condition in compiled.flags:
        truth = condition.judge(patient)
        if truth:
            places = sorted(set(condition.because(patient)))
            because = tuple(compiled.link_ids[place] for place in places)
            findings.append(FlagFinding(flag.code, flag.severity, because))
        elif truth is None:
            cannot_tell.append(flag.code)
    return Assessment(
        flags=tuple(findings),
        cannot_tell=tuple(cannot_tell),
        scores={name: compiled.compute_score(name, patient) for name in compiled.scores},
        open=compiled.find_open_questions(patient),
    )
