"""A questionnaire as formulas: every person who could answer it at once, judged in the same three verdicts.

The table is that of `rules/compilation.py`; `tests/rules/test_proofs_encoding.py` holds one against the
other.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, assert_never

from questionnaire.definition import UNSURE_CODES, Definition, QuestionType, Score
from questionnaire.proofs.formulas import (
    ALWAYS,
    Formula,
    TruthFormulas,
    all_of,
    any_of,
    join_by_and,
    join_by_or,
    negate,
)
from questionnaire.proofs.person import AnswerFormulas
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
    iter_tests,
    list_link_ids,
)
from questionnaire.rules.parsing import parse_condition


class Encoding:
    """One questionnaire judged for one person: what opens each question by link id, and the flags by code.

    Raises KeyError or ConditionError for a definition that was never checked.
    """

    def __init__(
        self,
        definition: Definition,
        answers: Mapping[str, AnswerFormulas],
        *,
        opening: Mapping[str, TruthFormulas] | None = None,
        known: dict[Expression, TruthFormulas] | None = None,
    ) -> None:
        """`opening` overrules what opens a question; `known` are conditions that were encoded before."""
        self.definition, self.answers = definition, answers
        self._known: dict[Expression, TruthFormulas] = known or {}
        self.opening: dict[str, TruthFormulas] = {}
        self.flags: dict[str, TruthFormulas] = {}
        for link_id, question in definition.questions.items():
            if opening and link_id in opening:
                self.opening[link_id] = opening[link_id]
            else:
                self.opening[link_id] = (
                    self.encode_text(question.shown_when) if question.shown_when else ALWAYS
                )
        for flag in definition.flags:
            self.flags[flag.code] = self.encode_text(flag.condition)

    def with_opening(self, link_id: str, formulas: TruthFormulas) -> Encoding:
        """The same questionnaire, but for what opens one question; only what depends on it is encoded
        anew."""
        touched = {link_id}
        for question in self.definition.questions.values():
            if question.shown_when and touched & self._find_questions_read(
                parse_condition(question.shown_when)
            ):
                touched.add(question.link_id)
        known = {
            expression: encoded
            for expression, encoded in self._known.items()
            if not touched & self._find_questions_read(expression)
        }
        return Encoding(self.definition, self.answers, opening={link_id: formulas}, known=known)

    def _find_questions_read(self, expression: Expression) -> set[str]:
        """The questions a condition depends on directly."""
        link_ids: set[str] = set()
        for test in iter_tests(expression):
            link_ids |= {*list_link_ids(test)}
            if isinstance(test, ScoreAtLeast):
                link_ids |= {*self.definition.scores_by_name[test.name].items}
        return link_ids

    def encode_text(self, text: str) -> TruthFormulas:
        """The formulas of a condition. Raises ConditionError or KeyError for one that was never checked."""
        return self.encode(parse_condition(text))

    def encode(self, expression: Expression) -> TruthFormulas:
        """The formulas of an expression. Raises KeyError for one that was never checked."""
        if expression not in self._known:
            self._known[expression] = self._encode(expression)
        return self._known[expression]

    def _encode(self, expression: Expression) -> TruthFormulas:
        match expression:
            case AnyOf(terms):
                return join_by_or([self.encode(term) for term in terms])
            case AllOf(terms):
                return join_by_and([self.encode(term) for term in terms])
            case OneOf() | HasAny():
                return self._encode_codes(expression.link_id, frozenset(expression.codes))
            case Compare():
                return self._encode_comparison(expression)
            case NotBelow():
                return self._encode_not_below(expression)
            case ScoreAtLeast():
                return self._encode_score(self.definition.scores_by_name[expression.name], expression.number)
            case Missing():
                return join_by_or(
                    [self._encode_missing(expression.kind, link_id) for link_id in expression.link_ids]
                )
            case _:
                assert_never(expression)

    def _encode_codes(self, link_id: str, codes: frozenset[str]) -> TruthFormulas:
        opening, answer = self.opening[link_id], self.answers[link_id]
        if self.definition.questions[link_id].type is QuestionType.CHOICE:
            known = [code for code in answer.codes if code not in UNSURE_CODES]
            hit = answer.includes_any(code for code in known if code in codes)
            miss = answer.includes_any(code for code in known if code not in codes)
            return _while_open(opening, hit, miss)
        hit = answer.includes_any(codes - UNSURE_CODES)
        if (
            codes & UNSURE_CODES
        ):  # "not sure" beside another code is seen by a test that names it; alone it is unknown
            beside = answer.includes_any(answer.codes.keys() - UNSURE_CODES)
            hit = any_of(hit, all_of(answer.includes_any(codes & UNSURE_CODES), beside))
        return _while_open(opening, hit, all_of(answer.known, negate(hit)))

    def _encode_comparison(self, test: Compare) -> TruthFormulas:
        question, answer = self.definition.questions[test.link_id], self.answers[test.link_id]
        if question.type is not QuestionType.INTEGER:
            numbers = (code for code in question.codes if code.isdecimal())
            return self._encode_codes(
                test.link_id, frozenset(code for code in numbers if _holds(int(code), test))
            )
        holds = _holds(answer.number, test)
        hit, miss = all_of(answer.known, holds), all_of(answer.known, negate(holds))
        return _while_open(self.opening[test.link_id], hit, miss)

    def _encode_not_below(self, test: NotBelow) -> TruthFormulas:
        one, other = self.answers[test.link_id], self.answers[test.other]
        known, holds = all_of(one.known, other.known), one.number >= other.number
        both_open = join_by_and([self.opening[test.link_id], self.opening[test.other]])
        return _while_open(both_open, all_of(known, holds), all_of(known, negate(holds)))

    def _encode_missing(self, kind: MissingKind, link_id: str) -> TruthFormulas:
        answer = self.answers[link_id]
        match kind:
            case MissingKind.UNSURE:
                missing = answer.unsure
            case MissingKind.UNANSWERED:
                missing = answer.blank
            case MissingKind.UNKNOWN:
                missing = any_of(answer.unsure, answer.blank)
            case _:
                assert_never(kind)
        return _while_open(self.opening[link_id], missing, negate(missing))

    def _encode_score(self, score: Score, number: int) -> TruthFormulas:
        """True where what the items add at least reaches the number, false where not even the most does."""
        least, most = [], []
        for link_id in score.items:
            points, known, closed = self._encode_points(link_id)
            answered = any_of(*(formula for formula, _ in known))
            least.append([*known, (negate(answered), 0)])
            highest = max(points, default=0)
            most.append([*known, (closed, 0), (all_of(negate(answered), negate(closed)), highest)])
        return TruthFormulas(_encode_sum_reaches(least, number), negate(_encode_sum_reaches(most, number)))

    def _encode_points(self, link_id: str) -> tuple[list[int], Cases, Formula]:
        """The points an item can add, when a known answer adds which, and when the item does not apply."""
        question, opening = self.definition.questions[link_id], self.opening[link_id]
        codes = {choice.code: choice.points or 0 for choice in question.options if not choice.is_unsure}
        ticked = self.answers[link_id].codes
        known = [(all_of(opening.when_true, ticked[code]), points) for code, points in codes.items()]
        return list(codes.values()), known, opening.when_false


def _while_open(opening: TruthFormulas, hit: Formula, miss: Formula) -> TruthFormulas:
    """A test of an open question is true on a hit and false on a miss; of a question that does not apply,
    false."""
    return TruthFormulas(
        all_of(opening.when_true, hit), any_of(opening.when_false, all_of(opening.when_true, miss))
    )


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


def _encode_sum_reaches(items: list[Cases], number: int) -> Formula:
    """That the items together add up to `number`. Amounts are shifted so that none is negative."""
    # A unary counter, one Bool for each total so far: sums are small, and z3's own pseudo-Boolean constraints
    # (PbGe, PbLe) took 16 to 19 seconds for one comparison of versions that takes under one second this way.
    lowest = [min(amount for _, amount in cases) for cases in items]
    target = number - sum(lowest)
    if target <= 0:
        return True
    reached: list[Formula] = [True] + [False] * target
    for cases, least in zip(items, lowest, strict=True):
        steps = [(when, amount - least) for when, amount in cases if amount > least]
        reached = [True] + [
            any_of(reached[total], *(all_of(when, reached[max(0, total - step)]) for when, step in steps))
            for total in range(1, target + 1)
        ]
    return reached[target]
