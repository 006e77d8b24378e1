"""Formulas for the solver, with Python's True and False folded while building, and three truth values as a
pair.

A condition is two formulas: when it is true, and when it is false. Where neither holds it is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import z3

Formula = Any
"""A z3 Bool, or Python's True or False: constants are folded while building, which keeps formulas small."""


def all_of(*terms: Formula) -> Formula:
    """That all of these hold."""
    open_terms = [term for term in terms if term is not True]
    if any(term is False for term in open_terms):
        return False
    return (_join(z3.Z3_mk_and, open_terms) if len(open_terms) > 1 else open_terms[0]) if open_terms else True


def any_of(*terms: Formula) -> Formula:
    """That any of these holds."""
    open_terms = [term for term in terms if term is not False]
    if any(term is True for term in open_terms):
        return True
    return (_join(z3.Z3_mk_or, open_terms) if len(open_terms) > 1 else open_terms[0]) if open_terms else False


def _join(make: Callable[..., Any], terms: list[Formula]) -> Formula:
    # z3.And and z3.Or check the sort of every argument in Python, which took most of the time of a whole
    # gate. Everything here is a Bool of the one main context, so the C function is called directly.
    context = z3.main_ctx()
    return z3.BoolRef(
        make(context.ref(), len(terms), (z3.Ast * len(terms))(*(t.as_ast() for t in terms))), context
    )


def negate(term: Formula) -> Formula:
    """That this does not hold."""
    return (not term) if isinstance(term, bool) else z3.Not(term)


def is_same(one: Formula, other: Formula) -> bool:
    """Whether two formulas are the very same; different formulas may still mean the same."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one.eq(other))


@dataclass(frozen=True)
class TruthFormulas:
    """When a condition is true, and when it is false. Never both."""

    when_true: Formula
    when_false: Formula

    @property
    def when_unknown(self) -> Formula:
        return all_of(negate(self.when_true), negate(self.when_false))

    def is_same(self, other: TruthFormulas) -> bool:
        return is_same(self.when_true, other.when_true) and is_same(self.when_false, other.when_false)


ALWAYS, NEVER = TruthFormulas(True, False), TruthFormulas(False, True)


def join_by_or(terms: Sequence[TruthFormulas]) -> TruthFormulas:
    """True where any term is true, false where all are false, else unknown."""
    return TruthFormulas(
        any_of(*(term.when_true for term in terms)), all_of(*(term.when_false for term in terms))
    )


def join_by_and(terms: Sequence[TruthFormulas]) -> TruthFormulas:
    """True where all terms are true, false where any is false, else unknown."""
    return TruthFormulas(
        all_of(*(term.when_true for term in terms)), any_of(*(term.when_false for term in terms))
    )


def encode_disagreement(one: TruthFormulas, other: TruthFormulas) -> Formula:
    """That two conditions give different verdicts."""
    if one.is_same(other):
        return False
    return any_of(
        all_of(one.when_true, negate(other.when_true)),
        all_of(other.when_true, negate(one.when_true)),
        all_of(one.when_false, negate(other.when_false)),
        all_of(other.when_false, negate(one.when_false)),
    )
