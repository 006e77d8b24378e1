"""Patient stories: what they notice, how little they need to say, and that every shipped flag has its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from questionnaire import document, document_reading, proofs, yaml_file
from questionnaire.definition import Definition, QuestionType, Vignette
from questionnaire.document_place import DocumentError
from questionnaire.proof_results import GoalKind, Outcome
from questionnaire.rules import answers
from questionnaire.rules.states import Verdict
from questionnaire.vignettes import run
from questionnaire.vignettes.run import MismatchKind, VignetteMismatch
from tests.builders.definitions import choice, number, questionnaire, several, words
from tests.builders.shipped import shipped
from tests.builders.vignettes import CALM, calm_and


def differences(*told: Vignette, definition: Definition | None = None) -> tuple[VignetteMismatch, ...]:
    results = run.run_vignettes(definition or calm_and(*told))
    assert len(results) == 1 + len(told)
    return results[-1].mismatches


# What a story notices ---------------------------------------------------------------------------------------


def test_a_story_that_is_told_right_passes() -> None:
    assert differences() == ()
    told = Vignette(
        "b", "Has b.", (("a", "yes"), ("m", ("b",))), like="calm", raised=("f",), not_raised=("old",)
    )
    assert differences(told) == ()


@pytest.mark.parametrize(
    ("expected", "fault"),
    [
        ({"raised": ("old",)}, VignetteMismatch(MismatchKind.NOT_RAISED, "old", Verdict.CLEAR)),
        ({"not_raised": ("unsure",)}, VignetteMismatch(MismatchKind.NOT_CLEAR, "unsure", Verdict.RAISED)),
        ({"cannot_tell": ("old",)}, VignetteMismatch(MismatchKind.NOT_IN_DOUBT, "old", Verdict.CLEAR)),
        ({"not_raised": ("f",)}, VignetteMismatch(MismatchKind.NOT_CLEAR, "f", Verdict.CANNOT_TELL)),
        ({"raised": ("gone",)}, VignetteMismatch(MismatchKind.UNKNOWN_FLAG, "gone")),
    ],
)
def test_a_story_notices_a_flag_that_says_something_else(
    expected: dict[str, tuple[str, ...]], fault: VignetteMismatch
) -> None:
    assert differences(Vignette("doubt", "Not sure.", (("a", "not-sure"),), like="calm", **expected)) == (
        fault,
    )


def test_a_story_notices_a_question_that_opens_or_closes_though_no_flag_changes() -> None:
    asked = questionnaire(choice("a"), several("m"), number("n"), old="n >= 65")
    assert differences(definition=replace(asked, vignettes=(replace(CALM, not_raised=()),))) == (
        VignetteMismatch(MismatchKind.NOW_ASKED, "m"),
    )
    told = Vignette("yes", "Says yes.", (("a", "yes"), ("m", ("a",))), like="calm")
    assert differences(replace(told, answers=(("m", ("a",)),))) == (
        VignetteMismatch(MismatchKind.NO_LONGER_ASKED, "m"),
    )


def test_what_is_left_blank_is_said_so() -> None:
    definition = questionnaire(choice("a"), words("w"), left="unanswered(w)")
    told = Vignette("quiet", "Leaves the words out.", (("a", "no"), ("w", None)), raised=("left",))
    assert run.run_vignettes(replace(definition, vignettes=(told,)))[0].passed
    silent = replace(told, answers=(("a", "no"),))
    assert run.run_vignettes(replace(definition, vignettes=(silent,)))[0].mismatches == (
        VignetteMismatch(MismatchKind.NOW_ASKED, "w"),
    )


def test_an_answer_its_question_cannot_take_is_a_fault() -> None:
    assert VignetteMismatch(MismatchKind.UNREADABLE, "a") in differences(
        Vignette("odd", "Odd.", (("a", "maybe"),), like="calm")
    )
    assert VignetteMismatch(MismatchKind.UNREADABLE, "gone") in differences(
        Vignette("odd", "Odd.", (("gone", "yes"),), like="calm")
    )


# How little it says -----------------------------------------------------------------------------------------


def test_a_person_is_like_another_but_for_what_is_told() -> None:
    told = Vignette("yes", "Says yes.", (("a", "yes"), ("m", ("a",))), like="calm")
    again = Vignette("again", "Says no again.", (("a", "no"),), like="yes", not_asked=("m",))
    assert run.build_people(calm_and(told, again)) == {
        "calm": {"a": "no", "n": 40},
        "yes": {"a": "yes", "m": ("a",), "n": 40},
        "again": {"a": "no", "n": 40},
    }


@pytest.mark.parametrize("like", ["later", "nobody", "itself"])
def test_a_person_can_only_be_like_somebody_before_them(like: str) -> None:
    told = Vignette("itself", "Like whom?", (("a", "no"), ("n", 1)), like=like)
    later = Vignette("later", "Comes later.", like="calm")
    result = run.run_vignettes(calm_and(told, later))[1]
    assert result.mismatches == (VignetteMismatch(MismatchKind.LIKE_NOBODY, like),)


def test_a_new_story_is_told_by_how_it_differs_from_the_plain_person_nearest_to_it() -> None:
    made = run.make_vignette(
        calm_and(), {"a": "yes", "m": ["b"], "n": 40}, name="b", story="Has b.", just_misses=["old"]
    )  # fmt: skip
    assert made == Vignette("b", "Has b.", (("a", "yes"), ("m", ("b",))), "calm", (), ("f",), ("old",), ())
    assert differences(made) == ()


def test_a_new_story_names_what_the_plain_person_was_asked_and_this_one_is_not() -> None:
    told = Vignette("full", "All of it.", (("a", "yes"), ("m", ("a",)), ("n", 40)))
    definition = replace(calm_and(), vignettes=(told,))
    made = run.make_vignette(definition, {"a": "not-sure", "n": 40}, name="doubt", story="Not sure.")
    assert (made.like, made.answers, made.not_asked) == ("full", (("a", "not-sure"),), ("m",))
    assert (made.raised, made.cannot_tell) == (("unsure",), ("f",))


def test_the_first_story_is_told_in_full() -> None:
    made = run.make_vignette(
        replace(calm_and(), vignettes=()), {"a": "no", "n": 3}, name="first", story="The first."
    )
    assert (made.like, made.answers) == (None, (("a", "no"), ("n", 3)))


def test_stories_survive_the_document_and_the_readable_file() -> None:
    told = Vignette(
        "b", "Has “b”: ünï 🙂.", (("a", "yes"), ("m", ("a", "b")), ("n", 0), ("w", None)), "calm", ("x",)
    )
    definition = calm_and(told, Vignette("bare", "Says nothing new.", like="calm"))
    assert document_reading.definition_from_plain(document.definition_to_plain(definition)) == definition
    assert yaml_file.read_yaml(yaml_file.write_yaml(definition)) == definition
    assert "answers: {a: 'yes', m: [a, b], n: 0, w: null}" in yaml_file.write_yaml(definition)


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        ({"name": "x"}, 'the key "story" is missing'),
        ({"name": "x", "story": "y", "answers": ["a"]}, "expected named values"),
        ({"name": "x", "story": "y", "answers": {"a": {"b": 1}}}, "expected text"),
        ({"name": "x", "story": "y", "raised": "a"}, "expected a list"),
        ({"name": "x", "story": "y", "extra": 1}, "an unknown key"),
    ],
)
def test_a_story_of_the_wrong_shape_is_refused_with_its_place(story: object, expected: str) -> None:
    plain = {**document.definition_to_plain(calm_and()), "vignettes": [story]}
    with pytest.raises(DocumentError, match=f"vignettes › 0.*{expected}"):
        document_reading.definition_from_plain(plain)


# The shipped stories ----------------------------------------------------------------------------------------


def test_every_shipped_story_passes() -> None:
    results = run.run_vignettes(shipped())
    assert {result.vignette.name: result.mismatches for result in results if not result.passed} == {}
    assert len(results) >= 80


def test_every_flag_has_a_story_that_raises_it_one_that_just_misses_and_one_that_cannot_tell() -> None:
    """But for flags about the unknown that are proved never to be in doubt themselves."""
    never = {
        proof.subject
        for proof in proofs.check_gate(shipped()).proofs
        if (proof.wanted, proof.outcome) == (GoalKind.CANNOT_TELL, Outcome.IMPOSSIBLE)
    }
    assert run.find_uncovered_flags(shipped()) == dict.fromkeys(
        [flag.code for flag in shipped().flags if flag.code in never], (Verdict.CANNOT_TELL,)
    )


def test_every_shipped_story_is_short_and_in_plain_words() -> None:
    for told in shipped().vignettes:
        assert told.like or told.name in {"plain-man", "plain-woman"}
        assert 20 <= len(told.story) <= 130 and told.story.endswith(".") and "\n" not in told.story
        assert not told.like or len(told.answers) <= 16, told.name
        assert told.name == told.name.lower() and len(told.name) <= 50


def test_no_two_shipped_stories_are_the_same_person() -> None:
    people = [tuple(person.items()) for person in run.build_people(shipped()).values()]
    assert len(set(people)) == len(people)


def test_shipped_people_are_plausible() -> None:
    for name, person in run.build_people(shipped()).items():
        age = person["age"] if isinstance(person["age"], int) else 40
        assert 17 <= age <= 90
        could_be_pregnant = person.get("pregnancy-status") in {"yes", "could-be", "trying"}
        assert not could_be_pregnant or 18 <= age <= 50, name
        if isinstance(person.get("bp-systolic"), int) and isinstance(person.get("bp-diastolic"), int):
            assert name.endswith("swapped") or person["bp-systolic"] > person["bp-diastolic"], name
        for link_id, value in person.items():
            if shipped().questions[link_id].type is not QuestionType.TEXT:
                assert answers.read_answer(shipped().questions[link_id], value) == (value or None)


def test_the_readable_file_shows_a_story_in_a_few_lines() -> None:
    text = (Path(yaml_file.__file__).parent / "instruments" / "ketamine.yaml").read_text(encoding="utf-8")
    lines = text[text.index("\nvignettes:\n") : text.index("\ntranslations:\n")].splitlines()
    assert len(lines) / len(shipped().vignettes) < 16
