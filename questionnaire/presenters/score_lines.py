"""Scores in words, for staff: a total only of what was asked in full, else what single items say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from questionnaire.definition import Definition, Score
from questionnaire.rules import assess
from questionnaire.rules.answers import Value
from questionnaire.rules.scores import ScoreBounds


@dataclass(frozen=True)
class ScoreLine:
    """One score in words: never a total of what was not asked in full."""

    name: str
    words: str
    complete: bool


def score_lines(definition: Definition, values: Mapping[str, Value]) -> list[ScoreLine]:
    """Each score that was asked in full as bounds; of the others the single items that were asked.

    For example "PHQ-9 at least 7" for declined items; "PHQ-2 = 1", "PHQ-9 item 9 = 0" while its gate is
    closed.
    """
    assessment = assess(definition, values)
    open_questions = frozenset(assessment.open)
    in_full = [score for score in definition.scores if open_questions.issuperset(score.items)]
    covered = {item for score in in_full for item in score.items}
    lines: list[ScoreLine] = []
    for score in definition.scores:
        if score in in_full:
            lines.append(_total(score, assessment.scores[score.name]))
        else:
            lines += _single_items(definition, score, values, open_questions - covered)
    return lines


def _total(score: Score, bounds: ScoreBounds) -> ScoreLine:
    if bounds.at_least == bounds.at_most:
        return ScoreLine(_short_name(score), f"= {bounds.at_least}", True)
    between = f"at least {bounds.at_least}, at most {bounds.at_most}"
    return ScoreLine(
        _short_name(score), f"{between} ({bounds.answered} of {bounds.of} items answered)", False
    )


def _single_items(
    definition: Definition, score: Score, values: Mapping[str, Value], open_questions: frozenset[str]
) -> Iterable[ScoreLine]:
    """The items of an unfinished score that were asked by themselves."""
    for number, item in enumerate(score.items, 1):
        if item in open_questions:
            choice = definition.questions[item].choice(str(values.get(item)))
            points = None if choice is None or choice.is_unsure else choice.points
            name = f"{_short_name(score)} item {number}"
            yield ScoreLine(name, "not known" if points is None else f"= {points}", points is not None)


def _short_name(score: Score) -> str:
    """ "PHQ-9" of "PHQ-9 (depression)"."""
    return score.title.split(" (")[0]
