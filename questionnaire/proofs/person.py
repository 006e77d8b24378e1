"""Variables for what one person would say to every question, and the constraints that make these answers at
all.

What they would say to a closed question is left open: a condition never reads it, so nothing has to be
constrained.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import z3

from questionnaire.definition import NONE_CODE, UNSURE_CODES, Definition, Question, QuestionType
from questionnaire.proofs.formulas import Formula, all_of, any_of, negate


@dataclass(frozen=True)
class AnswerFormulas:
    """What one person would say to one question, if asked."""

    blank: Formula
    unsure: Formula
    codes: Mapping[str, Formula]
    number: Any = None

    @property
    def known(self) -> Formula:
        """Answered, and not only with "not sure": for several choices, more than unsure codes may be
        ticked."""
        return all_of(negate(self.blank), negate(self.unsure))

    def includes_any(self, codes: Iterable[str]) -> Formula:
        """That any of these codes is chosen; codes the question does not have are left out."""
        return any_of(*(self.codes[code] for code in codes if code in self.codes))

    def equals(self, value: Any) -> Formula:
        """That this is exactly what they say: a value as stored, None for blank."""
        if value is None:
            return self.blank
        if self.codes:
            wanted = {value} if isinstance(value, str) else set(value)
            return all_of(
                *(ticked if code in wanted else negate(ticked) for code, ticked in self.codes.items())
            )
        if isinstance(value, int):
            return all_of(self.known, self.number == value)
        return self.unsure if self.number is not None else negate(self.blank)


class PersonVariables:
    """Variables for one person's answers, and what makes them answers at all (`constraints`).

    `strict` is a variable too: assumed, nobody leaves a required question blank, as on the patient's pages.
    """

    def __init__(
        self, definition: Definition, name: str = "", shared: Mapping[str, AnswerFormulas] | None = None
    ) -> None:
        """`name` stands before the names of the variables; `shared` are answers given by another person
        too."""
        self.definition, self.name = definition, name
        self.strict: Formula = z3.Bool("strict")
        self.constraints: list[Formula] = []
        shared = shared or {}
        self.answers = {
            q.link_id: shared.get(q.link_id) or self._declare(q) for q in definition.questions.values()
        }

    def _declare(self, question: Question) -> AnswerFormulas:
        answer = self._declare_variables(question)
        if question.required and answer.blank is not False:
            self.constraints.append(z3.Implies(self.strict, z3.Not(answer.blank)))
        return answer

    def _declare_variables(self, question: Question) -> AnswerFormulas:
        name = f"{self.name}{question.link_id}"
        if question.type is QuestionType.TEXT:
            return AnswerFormulas(z3.Bool(f"{name}|blank"), False, {})
        if question.type is QuestionType.INTEGER:
            return self._declare_number(question, name)
        codes = {choice.code: z3.Bool(f"{name}|{choice.code}") for choice in question.options}
        self._exclude_codes(question, codes)
        unsure = any_of(*(codes[code] for code in codes if code in UNSURE_CODES))
        return AnswerFormulas(negate(any_of(*codes.values())), unsure, codes)

    def _declare_number(self, question: Question, name: str) -> AnswerFormulas:
        number, blank, unsure = z3.Int(f"{name}|number"), z3.Bool(f"{name}|blank"), z3.Bool(f"{name}|unsure")
        self.constraints.append(z3.Not(z3.And(blank, unsure)))
        if question.minimum is not None:
            self.constraints.append(number >= question.minimum)
        if question.maximum is not None:
            self.constraints.append(number <= question.maximum)
        return AnswerFormulas(blank, unsure, {}, number)

    def _exclude_codes(self, question: Question, codes: Mapping[str, Formula]) -> None:
        """A choice is at most one code; "none" stands alone among several."""
        if question.type is QuestionType.CHOICE and len(codes) > 1:
            self.constraints.append(z3.AtMost(*codes.values(), 1))
        elif NONE_CODE in codes:
            others = any_of(*(ticked for code, ticked in codes.items() if code != NONE_CODE))
            self.constraints.append(negate(all_of(codes[NONE_CODE], others)))
