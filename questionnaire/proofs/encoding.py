"""A questionnaire as formulas: every person who could answer it at once, judged in the same three verdicts.

A condition is two formulas (`TruthFormulas`): when it is true, and when it is false; where neither holds it is unknown.
The table is that of `rules/evaluation.py`; `tests/rules/test_proofs_encoding.py` holds one against the other.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, assert_never

import z3

from questionnaire.definition import NONE_CODE, UNSURE_CODES, Definition, Question, QuestionType, Score
from questionnaire.rules import conditions
from questionnaire.rules.conditions import (
    AllOf,
    AnyOf,
    Compare,
    Expression,
    HasAny,
    Missing,
    MissingKind,
    NotBelow,
    OneOf,
    ScoreAtLeast,
)
from questionnaire.rules.parsing import parse_condition

Formula = Any
"""A z3 Bool, or Python's True or False: constants are folded while building, which keeps formulas small."""


def all_of(*terms: Formula) -> Formula:
    kept = [term for term in terms if term is not True]
    if any(term is False for term in kept):
        return False
    return (_join(z3.Z3_mk_and, kept) if len(kept) > 1 else kept[0]) if kept else True


def any_of(*terms: Formula) -> Formula:
    kept = [term for term in terms if term is not False]
    if any(term is True for term in kept):
        return True
    return (_join(z3.Z3_mk_or, kept) if len(kept) > 1 else kept[0]) if kept else False


def _join(make: Callable[..., Any], terms: list[Formula]) -> Formula:
    """z3.And and z3.Or without their checks of every argument, which took most of the time of a whole gate."""
    context = z3.main_ctx()
    return z3.BoolRef(make(context.ref(), len(terms), (z3.Ast * len(terms))(*(t.as_ast() for t in terms))), context)


def negate(term: Formula) -> Formula:
    return (not term) if isinstance(term, bool) else z3.Not(term)


def is_same(one: Formula, other: Formula) -> bool:
    """Whether two formulas are the very same; different formulas may still mean the same."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one.eq(other))


@dataclass(frozen=True)
class TruthFormulas:
    """When a condition is true, and when it is false. Never both."""

    t: Formula
    f: Formula

    @property
    def unknown(self) -> Formula:
        return all_of(negate(self.t), negate(self.f))

    def same(self, other: TruthFormulas) -> bool:
        return is_same(self.t, other.t) and is_same(self.f, other.f)


def join_by_or(terms: Sequence[TruthFormulas]) -> TruthFormulas:
    """True where any term is true, false where all are false, else unknown."""
    return TruthFormulas(any_of(*(term.t for term in terms)), all_of(*(term.f for term in terms)))


def join_by_and(terms: Sequence[TruthFormulas]) -> TruthFormulas:
    """True where all terms are true, false where any is false, else unknown."""
    return TruthFormulas(all_of(*(term.t for term in terms)), any_of(*(term.f for term in terms)))


ALWAYS, NEVER = TruthFormulas(True, False), TruthFormulas(False, True)


@dataclass(frozen=True)
class AnswerFormulas:
    """What one person would say to one question, if asked."""

    blank: Formula
    unsure: Formula
    codes: Mapping[str, Formula]
    number: Any = None

    @property
    def known(self) -> Formula:
        """Answered, and not only with "not sure": for several choices, more than unsure codes may be ticked."""
        return all_of(negate(self.blank), negate(self.unsure))

    def any_of(self, codes: Iterable[str]) -> Formula:
        return any_of(*(self.codes[code] for code in codes if code in self.codes))

    def says(self, value: Any) -> Formula:
        """That this is exactly what they say: a value as stored, None for blank."""
        if value is None:
            return self.blank
        if self.codes:
            wanted = {value} if isinstance(value, str) else set(value)
            return all_of(*(formula if code in wanted else negate(formula) for code, formula in self.codes.items()))
        if isinstance(value, int):
            return all_of(self.known, self.number == value)
        return self.unsure if self.number is not None else negate(self.blank)


class PersonVariables:
    """Variables for one person's answers, and what makes them answers at all (`rules`).

    `strict` is a variable too: assumed, nobody leaves a required question blank, as on the patient's pages.
    """

    def __init__(
        self, definition: Definition, name: str = "", shared: Mapping[str, AnswerFormulas] | None = None
    ) -> None:
        self.definition, self.name = definition, name
        self.strict: Formula = z3.Bool("strict")
        self.rules: list[Formula] = []
        shared = shared or {}
        self.said = {q.link_id: shared.get(q.link_id) or self._say(q) for q in definition.questions.values()}

    def _say(self, question: Question) -> AnswerFormulas:
        said = self._free(question)
        if question.required and said.blank is not False:
            self.rules.append(z3.Implies(self.strict, z3.Not(said.blank)))
        return said

    def _free(self, question: Question) -> AnswerFormulas:
        name = f"{self.name}{question.link_id}"
        if question.type is QuestionType.TEXT:
            return AnswerFormulas(z3.Bool(f"{name}|blank"), False, {})
        if question.type is QuestionType.INTEGER:
            return self._number(question, name)
        codes = {choice.code: z3.Bool(f"{name}|{choice.code}") for choice in question.options}
        self._exclude(question, codes)
        unsure = any_of(*(codes[code] for code in codes if code in UNSURE_CODES))
        return AnswerFormulas(negate(any_of(*codes.values())), unsure, codes)

    def _number(self, question: Question, name: str) -> AnswerFormulas:
        number, blank, unsure = z3.Int(f"{name}|number"), z3.Bool(f"{name}|blank"), z3.Bool(f"{name}|unsure")
        self.rules.append(z3.Not(z3.And(blank, unsure)))
        if question.minimum is not None:
            self.rules.append(number >= question.minimum)
        if question.maximum is not None:
            self.rules.append(number <= question.maximum)
        return AnswerFormulas(blank, unsure, {}, number)

    def _exclude(self, question: Question, codes: Mapping[str, Formula]) -> None:
        """A choice is at most one code; "none" stands alone among several."""
        if question.type is QuestionType.CHOICE and len(codes) > 1:
            self.rules.append(z3.AtMost(*codes.values(), 1))
        elif NONE_CODE in codes:
            others = any_of(*(formula for code, formula in codes.items() if code != NONE_CODE))
            self.rules.append(negate(all_of(codes[NONE_CODE], others)))


class Encoding:
    """One questionnaire judged for one person: `opened` by link id, `flags` by code.

    Raises KeyError or ConditionError for a definition that was never checked.
    """

    def __init__(
        self,
        definition: Definition,
        said: Mapping[str, AnswerFormulas],
        *,
        opened: Mapping[str, TruthFormulas] | None = None,
        known: dict[Expression, TruthFormulas] | None = None,
    ) -> None:
        """`opened` overrules what opens a question; `known` are conditions that were encoded before."""
        self.definition, self.said = definition, said
        self._known: dict[Expression, TruthFormulas] = known or {}
        overruled = opened or {}
        self.opened: dict[str, TruthFormulas] = {}
        self.flags: dict[str, TruthFormulas] = {}
        for link_id, question in definition.questions.items():
            always = overruled.get(link_id, ALWAYS)
            overrule = link_id in overruled or not question.shown_when
            self.opened[link_id] = always if overrule else self.condition(question.shown_when or "")
        for flag in definition.flags:
            self.flags[flag.code] = self.condition(flag.condition)

    def with_opened(self, link_id: str, rail: TruthFormulas) -> Encoding:
        """The same questionnaire, but for what opens one question; only what depends on it is encoded anew."""
        touched = {link_id}
        for question in self.definition.questions.values():
            if question.shown_when and touched & self.reads(parse_condition(question.shown_when)):
                touched.add(question.link_id)
        known = {expression: rail for expression, rail in self._known.items() if not touched & self.reads(expression)}
        return Encoding(self.definition, self.said, opened={link_id: rail}, known=known)

    def reads(self, expression: Expression) -> set[str]:
        """The questions a condition depends on directly."""
        found: set[str] = set()
        for test in conditions.iter_tests(expression):
            found |= {*conditions.list_link_ids(test)}
            if isinstance(test, ScoreAtLeast):
                found |= {*self.definition.scores_by_name[test.name].items}
        return found

    def condition(self, text: str) -> TruthFormulas:
        return self.expression(parse_condition(text))

    def expression(self, expression: Expression) -> TruthFormulas:
        if expression not in self._known:
            self._known[expression] = self._rail(expression)
        return self._known[expression]

    def _rail(self, expression: Expression) -> TruthFormulas:
        match expression:
            case AnyOf(terms):
                return join_by_or([self.expression(term) for term in terms])
            case AllOf(terms):
                return join_by_and([self.expression(term) for term in terms])
            case OneOf() | HasAny():
                return self._codes(expression.link_id, frozenset(expression.codes))
            case Compare():
                return self._compare(expression)
            case NotBelow():
                return self._not_below(expression)
            case ScoreAtLeast():
                return self._score(self.definition.scores_by_name[expression.name], expression.number)
            case Missing():
                return join_by_or([self._missing(expression.kind, link_id) for link_id in expression.link_ids])
            case _:
                assert_never(expression)

    def _codes(self, link_id: str, codes: frozenset[str]) -> TruthFormulas:
        opened, said = self.opened[link_id], self.said[link_id]
        if self.definition.questions[link_id].type is QuestionType.CHOICE:
            known = [code for code in said.codes if code not in UNSURE_CODES]
            hit = said.any_of(code for code in known if code in codes)
            miss = said.any_of(code for code in known if code not in codes)
            return TruthFormulas(all_of(opened.t, hit), any_of(opened.f, all_of(opened.t, miss)))
        hit = said.any_of(codes - UNSURE_CODES)
        if codes & UNSURE_CODES:  # "not sure" beside another code is seen by a test that names it; alone it is unknown
            hit = any_of(hit, all_of(said.any_of(codes & UNSURE_CODES), said.any_of(said.codes.keys() - UNSURE_CODES)))
        return TruthFormulas(all_of(opened.t, hit), any_of(opened.f, all_of(opened.t, said.known, negate(hit))))

    def _compare(self, test: Compare) -> TruthFormulas:
        question, said, opened = (
            self.definition.questions[test.link_id], self.said[test.link_id], self.opened[test.link_id]
        )  # fmt: skip
        if question.type is not QuestionType.INTEGER:
            numbers = (code for code in question.codes if code.isdecimal())
            return self._codes(test.link_id, frozenset(c for c in numbers if _holds(int(c), test)))
        holds, known = _holds(said.number, test), all_of(opened.t, said.known)
        return TruthFormulas(all_of(known, holds), any_of(opened.f, all_of(known, negate(holds))))

    def _not_below(self, test: NotBelow) -> TruthFormulas:
        one, other = self.said[test.link_id], self.said[test.other]
        opened = self.opened[test.link_id], self.opened[test.other]
        known = all_of(*(rail.t for rail in opened), one.known, other.known)
        holds = one.number >= other.number
        return TruthFormulas(all_of(known, holds), any_of(*(rail.f for rail in opened), all_of(known, negate(holds))))

    def _missing(self, kind: MissingKind, link_id: str) -> TruthFormulas:
        said, opened = self.said[link_id], self.opened[link_id]
        missing = {"unsure": said.unsure, "unanswered": said.blank, "unknown": any_of(said.unsure, said.blank)}[kind]
        return TruthFormulas(all_of(opened.t, missing), any_of(opened.f, all_of(opened.t, negate(missing))))

    def _score(self, score: Score, number: int) -> TruthFormulas:
        """Counts in unary what the items add at least and at most; see `_reaches`."""
        low, high = [], []
        for link_id in score.items:
            points, known, closed = self._points(link_id)
            answered = any_of(*(formula for formula, _ in known))
            low.append([*known, (negate(answered), 0)])
            most = max(points, default=0)
            high.append([*known, (closed, 0), (all_of(negate(answered), negate(closed)), most)])
        return TruthFormulas(_reaches(low, number), negate(_reaches(high, number)))

    def _points(self, link_id: str) -> tuple[list[int], list[tuple[Formula, int]], Formula]:
        question, opened = self.definition.questions[link_id], self.opened[link_id]
        codes = {choice.code: choice.points or 0 for choice in question.options if not choice.is_unsure}
        known = [(all_of(opened.t, self.said[link_id].codes[code]), points) for code, points in codes.items()]
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
            any_of(
                reached[total], *(all_of(when, reached[max(0, total - (a - least))]) for when, a in cases if a > least)
            )
            for total in range(1, target + 1)
        ]
    return reached[target]
