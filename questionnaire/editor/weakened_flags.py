"""Flags that protect somebody less than before: who that is, and which new flags took an old one over."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from questionnaire.actions import proof_runs
from questionnaire.definition import Definition, Flag
from questionnaire.editor.made_up_person import DescribedPerson, describe_person
from questionnaire.models import Version
from questionnaire.proof_results import Weakening, WeakeningKind, Witness
from questionnaire.proofs import report
from questionnaire.rules.parsing import find_questions_read
from questionnaire.service import service


@dataclass(frozen=True)
class PossibleSuccessor:
    """One flag of the draft that may have taken the old one over."""

    code: str
    title: str
    named: bool


@dataclass(frozen=True)
class DescribedWeakening:
    """A weakening in words, with the patient it no longer protects."""

    key: str
    code: str
    title: str
    words: str
    person: DescribedPerson | None
    preview: str
    """Where that patient can be looked at, walking through the draft."""
    seen: bool
    heirs: tuple[PossibleSuccessor, ...]
    """Flags that may be named as its successors; none where a milder flag is what is weaker."""


def describe_weakenings(
    version: Version,
    definition: Definition,
    previous: Definition | None,
    evidence: proof_runs.Evidence,
    seen: Collection[str],
) -> list[DescribedWeakening]:
    """Every weakening that the proofs found in the draft. `seen`: the keys of those that were looked at."""
    if previous is None:
        return []
    return [
        _describe_weakening(version, definition, previous, weaker, seen) for weaker in evidence.weakenings
    ]


def _describe_weakening(
    version: Version,
    definition: Definition,
    previous: Definition,
    weakening: Weakening,
    seen: Collection[str],
) -> DescribedWeakening:
    flag = previous.flags_by_code[weakening.flag]
    key = proof_runs.name_weakening(weakening)
    before, after = weakening.before, weakening.after
    read = find_questions_read(previous, flag.condition)
    return DescribedWeakening(
        key=key,
        code=flag.code,
        title=definition.flags_by_code.get(flag.code, flag).title,
        words=report.describe_weakening(weakening),
        person=describe_person(previous, before, first=read) if before else None,
        preview=_address_preview(version, definition, after) if after else "",
        seen=key in seen,
        heirs=()
        if weakening.kind is WeakeningKind.LOWERED
        else _list_possible(version, definition, previous, flag),
    )


def _address_preview(version: Version, definition: Definition, witness: Witness) -> str:
    slug, number = version.questionnaire.slug, version.number
    return service().preview_address_of(slug, number, definition=definition, answers=witness.answers)


def _list_possible(
    version: Version, definition: Definition, previous: Definition, flag: Flag
) -> tuple[PossibleSuccessor, ...]:
    """Those that are named already, new ones, and those of its topic."""
    named = version.successors.get(flag.code, [])
    return tuple(
        PossibleSuccessor(other.code, other.title, other.code in named)
        for other in definition.flags
        if other.code != flag.code
        and (other.code in named or other.code not in previous.flags_by_code or other.topic == flag.topic)
    )


def list_successors(
    version: Version, definition: Definition, previous: Definition | None
) -> list[tuple[str, list[str]]]:
    """(title of an old flag, titles of the flags that took it over), as named."""
    successors = proof_runs.filter_successors(definition, previous, version.successors)
    old, new = (previous.flags_by_code if previous else {}), definition.flags_by_code
    return [(old[code].title, [new[heir].title for heir in codes]) for code, codes in successors.items()]
