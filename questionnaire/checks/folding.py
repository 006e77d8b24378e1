"""What is wrong with flags that stand for others (`covers`). Pure Python.

Whether a flag can be raised without one it covers is proved at the gate: see proofs/gate.py.
"""

from __future__ import annotations

from collections.abc import Iterator

from questionnaire.checks.problem import Problem, suggest_spelling
from questionnaire.definition import Definition, Flag


def find_folding_problems(definition: Definition) -> Iterator[Problem]:
    """Unknown codes, circles, and flags that would hide something more pressing or something patients may
    read."""
    for flag in definition.flags:
        for code in flag.covers:
            other = definition.flags_by_code.get(code)
            if other is None:
                hint = suggest_spelling(code, definition.flags_by_code)
                yield Problem(
                    "covers-unknown", f"flag {flag.code}", f'covers "{code}", which is no flag{hint}'
                )
            else:
                yield from _pair_problems(flag, other)
        if circle := _find_circle(definition, flag.code):
            yield Problem("covers-circle", f"flag {flag.code}", f"covers itself: {' → '.join(circle)}")


def _pair_problems(flag: Flag, other: Flag) -> Iterator[Problem]:
    where = f"flag {flag.code}"
    if flag.severity.rank > other.severity.rank:
        message = (
            f"covers {other.code}, which is more severe ({other.severity}): that one is shown on its own"
        )
        yield Problem("covers-weaker", where, message, blocks=False)
    if flag.staff_only and not other.staff_only:
        message = (
            f"is for staff only and covers {other.code}, which patients read: that one is shown on its own"
        )
        yield Problem("covers-staff-only", where, message, blocks=False)


def _find_circle(definition: Definition, code: str) -> list[str]:
    """The shortest way from this flag over what it covers back to itself; empty where there is none."""
    ways, seen = [[code]], {code}
    while ways:
        way = ways.pop(0)
        flag = definition.flags_by_code.get(way[-1])
        for next_code in flag.covers if flag else ():
            if next_code == code:
                return [*way, code]
            if next_code not in seen:
                seen.add(next_code)
                ways.append([*way, next_code])
    return []
