"""Scores as bounds, not guesses: "PHQ-9 at least 7", because some items were declined or not asked.

The sum over answered open items is the lower bound. The upper bound adds the highest weight of every item
that is unknown or was never asked. An item that does not apply counts 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from questionnaire.definition import Definition, Score
from questionnaire.rules.states import State, Truth

_NOT_APPLICABLE, _KNOWN = State.NOT_APPLICABLE, State.KNOWN
"""Bound once, for speed: see compilation.py."""


@dataclass(frozen=True)
class ScoreBounds:
    """The least and most a score can be, and how many of its items were answered."""

    at_least: int
    at_most: int
    answered: int
    of: int

    @property
    def complete(self) -> bool:
        return self.answered == self.of


@dataclass(frozen=True)
class ScoreItem:
    """One item of a score: its place in the file, the points of each option, and the most it can add."""

    place: int
    points: Mapping[Any, int]
    highest: int


ScoreItems = tuple[ScoreItem, ...]


def compile_score_items(definition: Definition, score: Score, places: Mapping[str, int]) -> ScoreItems:
    """The items of a score. Raises KeyError for an item that is not a question: checks/ says so first."""
    return tuple(_compile_item(definition, link_id, places[link_id]) for link_id in score.items)


def _compile_item(definition: Definition, link_id: str, place: int) -> ScoreItem:
    options = definition.questions[link_id].options
    points = {choice.code: choice.points or 0 for choice in options if not choice.is_unsure}
    return ScoreItem(place, points, max(points.values(), default=0))


def compute_bounds(items: ScoreItems, states: Sequence[State], values: Sequence[Any]) -> ScoreBounds:
    """The bounds of a score, from the states and values of a `Patient`."""
    low = missing = answered = 0
    for item in items:
        state = states[item.place]
        if state is _KNOWN:
            low += item.points[values[item.place]]
            answered += 1
        elif state is not _NOT_APPLICABLE:
            missing += item.highest
    return ScoreBounds(low, low + missing, answered, len(items))


def compare_score(items: ScoreItems, number: int, states: Sequence[State], values: Sequence[Any]) -> Truth:
    """`score >= number`: true if even the lower bound is, false if not even the upper bound is, else
    unknown."""
    bounds = compute_bounds(items, states, values)
    if bounds.at_least >= number:
        return True
    return False if bounds.at_most < number else None
