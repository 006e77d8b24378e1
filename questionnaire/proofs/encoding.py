"""A questionnaire as formulas: every person who could answer it at once, judged in the same three verdicts.

A condition is two formulas (`Rail`): when it is true, and when it is false; where neither holds it is unknown. The
table is that of `rules/evaluation.py`; `tests/rules/test_proofs_encoding.py` holds one against the other.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import z3

from questionnaire.definition import NONE_CODE, UNSURE_CODES, Definition, Question, QuestionType, Score
from questionnaire.rules import conditions
from questionnaire.rules.conditions import All, Compare, Either, Expression, Missing, NotBelow, ScoreAtLeast

Formula = Any
"""A z3 Bool, or Python's True or False: constants are folded while building, which keeps formulas small."""


def both(*terms: Formula) -> Formula:
    kept = [term for term in terms if term is not True]
    if any(term is False for term in kept):
        return False
    return (_join(z3.Z3_mk_and, kept) if len(kept) > 1 else kept[0]) if kept else True


def either(*terms: Formula) -> Formula:
    kept = [term for term in terms if term is not False]
    if any(term is True for term in kept):
        return True
    return (_join(z3.Z3_mk_or, kept) if len(kept) > 1 else kept[0]) if kept else False


def _join(make: Callable[..., Any], terms: list[Formula]) -> Formula:
    """z3.And and z3.Or without their checks of every argument, which took most of the time of a whole gate."""
    context = z3.main_ctx()
    return z3.BoolRef(make(context.ref(), len(terms), (z3.Ast * len(terms))(*(t.as_ast() for t in terms))), context)


def no(term: Formula) -> Formula:
    return (not term) if isinstance(term, bool) else z3.Not(term)


def same(one: Formula, other: Formula) -> bool:
    """Whether two formulas are the very same; different formulas may still mean the same."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one.eq(other))


@dataclass(frozen=True)
class Rail:
    """When a condition is true, and when it is false. Never both."""

    t: Formula
    f: Formula

    @property
    def unknown(self) -> Formula:
        return both(no(self.t), no(self.f))

    def same(self, other: Rail) -> bool:
        return same(self.t, other.t) and same(self.f, other.f)


ALWAYS, NEVER = Rail(True, False), Rail(False, True)


@dataclass(frozen=True)
class Said:
    """What one person would say to one question, if asked."""

    blank: Formula
    unsure: Formula
    codes: Mapping[str, Formula]
    number: Any = None

    @property
    def known(self) -> Formula:
        """Answered, and not only with "not sure": for several choices, more than unsure codes may be ticked."""
        return both(no(self.blank), no(self.unsure))

    def any_of(self, codes: Iterable[str]) -> Formula:
        return either(*(self.codes[code] for code in codes if code in self.codes))

    def says(self, value: Any) -> Formula:
        """That this is exactly what they say: a value as stored, None for blank."""
        if value is None:
            return self.blank
        if self.codes:
            wanted = {value} if isinstance(value, str) else set(value)
            return both(*(formula if code in wanted else no(formula) for code, formula in self.codes.items()))
        if isinstance(value, int):
            return both(self.known, self.number == value)
        return self.unsure if self.number is not None else no(self.blank)


class Person:
    """Variables for one person's answers, and what makes them answers at all (`rules`).

    `strict` is a variable too: assumed, nobody leaves a required question blank, as on the patient's pages.
    """

    def __init__(self, definition: Definition, name: str = "", shared: Mapping[str, Said] | None = None) -> None:
        self.definition, self.name = definition, name
        self.strict: Formula = z3.Bool("strict")
        self.rules: list[Formula] = []
        shared = shared or {}
        self.said = {q.link_id: shared.get(q.link_id) or self._say(q) for q in definition.questions.values()}

    def _say(self, question: Question) -> Said:
        said = self._free(question)
        if question.required and said.blank is not False:
            self.rules.append(z3.Implies(self.strict, z3.Not(said.blank)))
        return said

    def _free(self, question: Question) -> Said:
        name = f"{self.name}{question.link_id}"
        if question.type is QuestionType.TEXT:
            return Said(z3.Bool(f"{name}|blank"), False, {})
        if question.type is QuestionType.INTEGER:
            return self._number(question, name)
        codes = {choice.code: z3.Bool(f"{name}|{choice.code}") for choice in question.options}
        self._exclude(question, codes)
        unsure = either(*(codes[code] for code in codes if code in UNSURE_CODES))
        return Said(no(either(*codes.values())), unsure, codes)

    def _number(self, question: Question, name: str) -> Said:
        number, blank, unsure = z3.Int(f"{name}|number"), z3.Bool(f"{name}|blank"), z3.Bool(f"{name}|unsure")
        self.rules.append(z3.Not(z3.And(blank, unsure)))
        if question.minimum is not None:
            self.rules.append(number >= question.minimum)
        if question.maximum is not None:
            self.rules.append(number <= question.maximum)
        return Said(blank, unsure, {}, number)

    def _exclude(self, question: Question, codes: Mapping[str, Formula]) -> None:
        """A choice is at most one code; "none" stands alone among several."""
        if question.type is QuestionType.CHOICE and len(codes) > 1:
            self.rules.append(z3.AtMost(*codes.values(), 1))
        elif NONE_CODE in codes:
            others = either(*(formula for code, formula in codes.items() if code != NONE_CODE))
            self.rules.append(no(both(codes[NONE_CODE], others)))


class Encoding:
    """One questionnaire judged for one person: `opened` by link id, `flags` by code.

    Raises KeyError or ConditionError for a definition that was never checked.
    """

    def __init__(
        self,
        definition: Definition,
        said: Mapping[str, Said],
        *,
        opened: Mapping[str, Rail] | None = None,
        known: dict[Expression, Rail] | None = None,
    ) -> None:
        """`opened` overrules what opens a question; `known` are conditions that were encoded before."""
        self.definition, self.said = definition, said
        self._known: dict[Expression, Rail] = known or {}
        overruled = opened or {}
        self.opened: dict[str, Rail] = {}
        self.flags: dict[str, Rail] = {}
        for link_id, question in definition.questions.items():
            always = overruled.get(link_id, ALWAYS)
            overrule = link_id in overruled or not question.shown_when
            self.opened[link_id] = always if overrule else self.condition(question.shown_when or "")
        for flag in definition.flags:
            self.flags[flag.code] = self.condition(flag.condition)

    def with_opened(self, link_id: str, rail: Rail) -> Encoding:
        """The same questionnaire, but for what opens one question; only what depends on it is encoded anew."""
        touched = {link_id}
        for question in self.definition.questions.values():
            if question.shown_when and touched & self.reads(conditions.parse(question.shown_when)):
                touched.add(question.link_id)
        known = {expression: rail for expression, rail in self._known.items() if not touched & self.reads(expression)}
        return Encoding(self.definition, self.said, opened={link_id: rail}, known=known)

    def reads(self, expression: Expression) -> set[str]:
        """The questions a condition depends on directly."""
        found: set[str] = set()
        for test in conditions.tests(expression):
            found |= {*conditions.link_ids(test)}
            if isinstance(test, ScoreAtLeast):
                found |= {*self.definition.scores_by_name[test.name].items}
        return found

    def condition(self, text: str) -> Rail:
        return self.expression(conditions.parse(text))

    def expression(self, expression: Expression) -> Rail:
        if expression not in self._known:
            self._known[expression] = self._rail(expression)
        return self._known[expression]

    def _rail(self, expression: Expression) -> Rail:
        if isinstance(expression, Either):
            terms = [self.expression(term) for term in expression.terms]
            return Rail(either(*(term.t for term in terms)), both(*(term.f for term in terms)))
        if isinstance(expression, All):
            terms = [self.expression(term) for term in expression.terms]
            return Rail(both(*(term.t for term in terms)), either(*(term.f for term in terms)))
        if isinstance(expression, Missing):
            terms = [self._missing(expression.kind, link_id) for link_id in expression.link_ids]
            return Rail(either(*(term.t for term in terms)), both(*(term.f for term in terms)))
        if isinstance(expression, ScoreAtLeast):
            return self._score(self.definition.scores_by_name[expression.name], expression.number)
        if isinstance(expression, NotBelow):
            return self._not_below(expression)
        if isinstance(expression, Compare):
            return self._compare(expression)
        return self._codes(expression.link_id, frozenset(expression.codes))

    def _codes(self, link_id: str, codes: frozenset[str]) -> Rail:
        opened, said = self.opened[link_id], self.said[link_id]
        if self.definition.questions[link_id].type is QuestionType.CHOICE:
            known = [code for code in said.codes if code not in UNSURE_CODES]
            hit = said.any_of(code for code in known if code in codes)
            miss = said.any_of(code for code in known if code not in codes)
            return Rail(both(opened.t, hit), either(opened.f, both(opened.t, miss)))
        hit = said.any_of(codes - UNSURE_CODES)
        if codes & UNSURE_CODES:  # "not sure" beside another code is seen by a test that names it; alone it is unknown
            hit = either(hit, both(said.any_of(codes & UNSURE_CODES), said.any_of(said.codes.keys() - UNSURE_CODES)))
        return Rail(both(opened.t, hit), either(opened.f, both(opened.t, said.known, no(hit))))

    def _compare(self, test: Compare) -> Rail:
        question, said, opened = (
            self.definition.questions[test.link_id], self.said[test.link_id], self.opened[test.link_id]
        )  # fmt: skip
        if question.type is not QuestionType.INTEGER:
            numbers = (code for code in question.codes if code.isdecimal())
            return self._codes(test.link_id, frozenset(c for c in numbers if _holds(int(c), test)))
        holds, known = _holds(said.number, test), both(opened.t, said.known)
        return Rail(both(known, holds), either(opened.f, both(known, no(holds))))

    def _not_below(self, test: NotBelow) -> Rail:
        one, other = self.said[test.link_id], self.said[test.other]
        opened = self.opened[test.link_id], self.opened[test.other]
        known = both(*(rail.t for rail in opened), one.known, other.known)
        holds = one.number >= other.number
        return Rail(both(known, holds), either(*(rail.f for rail in opened), both(known, no(holds))))

    def _missing(self, kind: str, link_id: str) -> Rail:
        said, opened = self.said[link_id], self.opened[link_id]
        missing = {"unsure": said.unsure, "unanswered": said.blank, "unknown": either(said.unsure, said.blank)}[kind]
        return Rail(both(opened.t, missing), either(opened.f, both(opened.t, no(missing))))

    def _score(self, score: Score, number: int) -> Rail:
        """Counts in unary what the items add at least and at most; see `_reaches`."""
        low, high = [], []
        for link_id in score.items:
            points, known, closed = self._points(link_id)
            answered = either(*(formula for formula, _ in known))
            low.append([*known, (no(answered), 0)])
            most = max(points, default=0)
            high.append([*known, (closed, 0), (both(no(answered), no(closed)), most)])
        return Rail(_reaches(low, number), no(_reaches(high, number)))

    def _points(self, link_id: str) -> tuple[list[int], list[tuple[Formula, int]], Formula]:
        question, opened = self.definition.questions[link_id], self.opened[link_id]
        codes = {choice.code: choice.points or 0 for choice in question.options if not choice.is_unsure}
        known = [(both(opened.t, self.said[link_id].codes[code]), points) for code, points in codes.items()]
        return list(codes.values()), known, opened.f


def _holds(value: Any, test: Compare) -> Formula:
    return _COMPARISONS[test.operator](value, test.number)


_COMPARISONS: dict[str, Callable[[Any, int], Formula]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}

Cases = list[tuple[Formula, int]]
"""What one item may add, and when; exactly one case holds."""


def _reaches(items: list[Cases], number: int) -> Formula:
    """Whether the items together add up to `number`. Amounts are shifted so that none is negative."""
    lowest = [min(amount for _, amount in cases) for cases in items]
    target = number - sum(lowest)
    if target <= 0:
        return True
    reached: list[Formula] = [True] + [False] * target
    for cases, least in zip(items, lowest, strict=True):
        reached = [True] + [
            either(
                reached[total], *(both(when, reached[max(0, total - (a - least))]) for when, a in cases if a > least)
            )
            for total in range(1, target + 1)
        ]
    return reached[target]
