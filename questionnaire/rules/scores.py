"""Scores as bounds, not guesses: "PHQ-9 at least 7", because some items were declined or not asked.

The sum over answered open items is the lower bound. The upper bound adds the highest weight of every item that is
unknown or was never asked. An item that does not apply counts 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from questionnaire.definition import Definition, Score

_NOT_APPLICABLE, _KNOWN = 1, 5
"""`judging.State` by number: judging imports this module."""


@dataclass(frozen=True)
class Bounds:
    """The least and most a score can be, and how many of its items were answered."""

    at_least: int
    at_most: int
    answered: int
    of: int

    @property
    def complete(self) -> bool:
        return self.answered == self.of


@dataclass(frozen=True)
class Item:
    """One item of a score: its place in the file, the points of each option, and the most it can add."""

    place: int
    points: Mapping[Any, int]
    highest: int


Items = tuple[Item, ...]


def score_items(definition: Definition, score: Score, place: Mapping[str, int]) -> Items:
    """The items of a score. Raises KeyError for an item that is not a question: checks/ says so first."""
    return tuple(_item(definition, link_id, place[link_id]) for link_id in score.items)


def _item(definition: Definition, link_id: str, place: int) -> Item:
    options = definition.questions[link_id].options
    points = {choice.code: choice.points or 0 for choice in options if not choice.is_unsure}
    return Item(place, points, max(points.values(), default=0))


def bounds(items: Items, states: Sequence[int], values: Sequence[Any]) -> Bounds:
    """The bounds of a score for one patient (see judging.Patient)."""
    low = missing = answered = 0
    for item in items:
        state = states[item.place]
        if state == _KNOWN:
            low += item.points[values[item.place]]
            answered += 1
        elif state != _NOT_APPLICABLE:
            missing += item.highest
    return Bounds(low, low + missing, answered, len(items))


def at_least(items: Items, number: int, states: Sequence[int], values: Sequence[Any]) -> bool | None:
    """`score >= number`: true if even the lower bound is, false if not even the upper bound is, else unknown."""
    found = bounds(items, states, values)
    if found.at_least >= number:
        return True
    return False if found.at_most < number else None
