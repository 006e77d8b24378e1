"""Flags folded under the one that stands for them, so that one concern is said once.

Pure Python. Nothing is taken away: every flag stays raised and recorded. A flag is folded only under one that
is at least as severe, and never when its topic would then not be shown at all.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from questionnaire.definition import Definition, Flag


@dataclass(frozen=True)
class FoldedFlag:
    """One flag that is shown, and those it stands for."""

    flag: Flag
    also: tuple[Flag, ...] = ()
    """In the order of the file."""


def fold_flags(definition: Definition, codes: Collection[str]) -> tuple[FoldedFlag, ...]:
    """These flags in the order of the file, each that another one covers folded under it."""
    flags = [flag for flag in definition.flags if flag.code in codes]
    covered = {flag.code: find_covered(definition, flag.code) for flag in flags}
    place = {flag.code: (flag.severity.rank, number) for number, flag in enumerate(flags)}

    def folds(top: Flag, flag: Flag) -> bool:
        circle = top.code in covered[flag.code]
        return (
            flag.code in covered[top.code]
            and top.severity.rank <= flag.severity.rank
            and not (circle and place[flag.code] < place[top.code])
        )

    tops = [flag for flag in flags if not any(folds(other, flag) for other in flags if other is not flag)]
    topics = {flag.topic for flag in tops}
    for flag in flags:
        if flag.topic not in topics:
            tops.append(flag)
            topics.add(flag.topic)
    also: dict[str, list[Flag]] = {flag.code: [] for flag in tops}
    for flag in flags:
        if flag.code not in also:
            best = min((top for top in tops if folds(top, flag)), key=lambda top: place[top.code])
            also[best.code].append(flag)
    return tuple(FoldedFlag(flag, tuple(also[flag.code])) for flag in flags if flag.code in also)


def find_covered(definition: Definition, code: str) -> frozenset[str]:
    """The codes of every flag this one covers, those covered by a covered one among them."""
    found: set[str] = set()
    waiting = [code]
    while waiting:
        flag = definition.flags_by_code.get(waiting.pop())
        new = {other for other in (flag.covers if flag else ()) if other not in found}
        found |= new
        waiting += new
    return frozenset(found - {code})
