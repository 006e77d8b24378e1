"""A second, naive reading of the condition language, written straight from its tables, to hold the real one
against.

Slow and plain on purpose: verdicts are the words "true", "false" and "unknown"; nothing is compiled or
cached.
"""

from __future__ import annotations

from questionnaire.definition import UNSURE_CODES, Definition, QuestionType
from questionnaire.rules import conditions as c
from questionnaire.rules.parsing import parse_condition

Verdict = str


class Oracle:
    def __init__(
        self, definition: Definition, answers: dict[str, object], asked: set[str] | None = None
    ) -> None:
        self.definition, self.answers, self.asked = definition, answers, asked
        self.opened: dict[str, Verdict] = {}
        for link_id, question in definition.questions.items():
            self.opened[link_id] = (
                self.judge(parse_condition(question.shown_when)) if question.shown_when else "true"
            )

    def situation(self, link_id: str) -> str:
        """closed | never-asked | blank | answered"""
        opened = self.opened.get(link_id, "unknown")
        if opened == "false":
            return "closed"
        if opened == "unknown" or (self.asked is not None and link_id not in self.asked):
            return "never-asked"
        return "blank" if self.answers.get(link_id) in (None, "", [], ()) else "answered"

    def judge(self, e: c.Expression) -> Verdict:
        if isinstance(e, c.AnyOf):
            found = [self.judge(term) for term in e.terms]
            return "true" if "true" in found else "unknown" if "unknown" in found else "false"
        if isinstance(e, c.AllOf):
            found = [self.judge(term) for term in e.terms]
            return "false" if "false" in found else "unknown" if "unknown" in found else "true"
        if isinstance(e, c.Missing):
            return self.missing(e)
        if isinstance(e, c.ScoreAtLeast):
            low, high = self.bounds(e.name)
            return "true" if low >= e.number else "false" if high < e.number else "unknown"
        if isinstance(e, c.NotBelow):
            return self.not_below(e)
        return self.simple(e)

    def simple(self, e: c.OneOf | c.HasAny | c.Compare) -> Verdict:
        situation = self.situation(e.link_id)
        if situation != "answered":
            return "false" if situation == "closed" else "unknown"
        answer = self.answers[e.link_id]
        if isinstance(e, c.HasAny):
            if set(answer) & set(e.codes):
                return "true"
            return "unknown" if set(answer) & UNSURE_CODES else "false"
        if answer in UNSURE_CODES:
            return "unknown"
        if isinstance(e, c.OneOf):
            return "true" if answer in e.codes else "false"
        number = int(answer)
        holds = {
            ">=": number >= e.number,
            "<=": number <= e.number,
            ">": number > e.number,
            "<": number < e.number,
        }
        return "true" if holds[e.operator] else "false"

    def not_below(self, e: c.NotBelow) -> Verdict:
        situations = {self.situation(e.link_id), self.situation(e.other)}
        if "closed" in situations:
            return "false"
        pair = [self.answers.get(e.link_id), self.answers.get(e.other)]
        if situations != {"answered"} or any(value in UNSURE_CODES for value in pair):
            return "unknown"
        return "true" if int(pair[0]) >= int(pair[1]) else "false"

    def missing(self, e: c.Missing) -> Verdict:
        found = [self.missing_one(e.kind, link_id) for link_id in e.link_ids]
        return "true" if "true" in found else "unknown" if "unknown" in found else "false"

    def missing_one(self, kind: str, link_id: str) -> Verdict:
        situation = self.situation(link_id)
        if situation == "closed":
            return "false"
        if situation == "never-asked":
            return "unknown"
        answer = self.answers.get(link_id)
        blank = situation == "blank"
        if self.definition.questions[link_id].type is QuestionType.TEXT:
            unsure = False
        else:
            unsure = not blank and bool(
                ({answer} if isinstance(answer, str | int) else set(answer)) & UNSURE_CODES
            )
        return (
            "true" if {"unknown": blank or unsure, "unsure": unsure, "unanswered": blank}[kind] else "false"
        )

    def bounds(self, name: str) -> tuple[int, int]:
        low = high = 0
        for link_id in self.definition.scores_by_name[name].items:
            question = self.definition.questions[link_id]
            most = max(choice.points or 0 for choice in question.options if choice.code not in UNSURE_CODES)
            situation, answer = self.situation(link_id), self.answers.get(link_id)
            if situation == "answered" and answer not in UNSURE_CODES:
                low += question.choice(answer).points
                high += question.choice(answer).points
            elif situation != "closed":
                high += most
        return low, high
