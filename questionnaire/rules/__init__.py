"""The rules module: which concerns these answers raise, and which cannot be told. Plain Python, no clock, no database.

`assess()` is the only door. It never says what to do: every flag ends in a talk with the physician.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from questionnaire.definition import Definition, Severity
from questionnaire.rules.evaluation import Patient, compile_questionnaire
from questionnaire.rules.scores import Bounds as ScoreBounds

__all__ = ["Assessment", "Raised", "ScoreBounds", "assess", "assess_patient"]


@dataclass(frozen=True)
class FlagFinding:
    """A flag that is raised, and the questions whose answers raised it, in file order."""

    code: str
    severity: Severity
    because: tuple[str, ...]


@dataclass(frozen=True)
class Assessment:
    """Everything the rules say about one set of answers. Flags that are neither raised nor in doubt are clear."""

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


def assess(
    definition: Definition, answers: Mapping[str, object], *, asked: Collection[str] | None = None
) -> Assessment:
    """Judge one set of answers: `{link id: value}`, see answers.py for values.

    While a form is being filled in, `asked` holds the link ids already put to the patient: the rest count as never
    asked. Without it every question that is open counts as asked, and a missing answer as blank.
    An answer that cannot be read counts as blank, so it can raise a clarify flag but never clear one.
    Raises ConditionError or KeyError only for a definition that was never checked.
    """
    return assess_patient(definition, compile_questionnaire(definition).read_patient(answers, asked))


def assess_patient(definition: Definition, patient: Patient) -> Assessment:
    """Judge a patient whose answers were read already. Raises what `assess` raises."""
    compiled = compile_questionnaire(definition)
    flags: list[FlagFinding] = []
    cannot_tell: list[str] = []
    for flag, judged in compiled.flags:
        verdict = judged.judge(patient)
        if verdict:
            places = sorted(set(judged.because(patient)))
            flags.append(FlagFinding(flag.code, flag.severity, tuple(compiled.link_ids[place] for place in places)))
        elif verdict is None:
            cannot_tell.append(flag.code)
    return Assessment(
        flags=tuple(flags),
        cannot_tell=tuple(cannot_tell),
        scores={name: compiled.bound_score(name, patient) for name in compiled.scores},
        open=tuple(link_id for link_id, opened in zip(compiled.link_ids, patient.opened, strict=True) if opened),
    )
