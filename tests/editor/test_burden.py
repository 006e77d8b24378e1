"""The burden meter: how much a questionnaire asks on its shortest, usual and longest path."""

from __future__ import annotations

from dataclasses import replace

from questionnaire.checks import burden
from questionnaire.definition import Text
from tests.builders.definitions import choice, number, questionnaire, several, words
from tests.builders.shipped import shipped


def test_follow_ups_make_the_difference_between_the_shortest_and_the_longest_path() -> None:
    definition = questionnaire(
        choice("heart"),
        several("pains", shown_when="heart = yes"),
        number("times", shown_when="pains has-any {a, b}"),
        words("more", shown_when="times >= 200"),
    )
    found = burden.measure_burden(definition)
    assert (found.shortest.questions, found.longest.questions) == (1, 4)
    assert found.shortest.minutes < found.longest.minutes


def test_without_follow_ups_everybody_is_asked_the_same() -> None:
    found = burden.measure_burden(questionnaire(choice("heart"), number("age")))
    assert found.shortest == found.median == found.longest
    assert found.median.questions == 2


def test_longer_words_take_longer() -> None:
    short = choice("heart")
    long = replace(
        short, wording=Text.of("Has a doctor or a nurse ever told you that your heart is not well? " * 3)
    )
    assert burden.estimate_seconds(long) > burden.estimate_seconds(short)


def test_the_figures_of_one_questionnaire_stay_the_same() -> None:
    assert burden.measure_burden(shipped()) == burden.measure_burden(shipped())


def test_the_shipped_questionnaire_is_measured() -> None:
    found = burden.measure_burden(shipped())
    everything = len(shipped().questions)
    assert 25 <= found.shortest.questions < found.median.questions < found.longest.questions <= everything
    assert found.median.minutes < 20
