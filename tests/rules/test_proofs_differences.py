"""A script tries to weaken the shipped rules, one way after the other: every one is stopped, with a person
left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from questionnaire import rules
from questionnaire.definition import (
    Choice,
    Definition,
    Flag,
    Page,
    Question,
    QuestionType,
    Section,
    Severity,
    Text,
)
from questionnaire.proof_results import Outcome, Weakening, WeakeningKind, Witness
from questionnaire.proofs.differences import MOST_TIDY, Successors, prove_differences
from tests.builders.definitions import choice, flag, number, questionnaire, several, words
from tests.builders.shipped import shipped

Edit = Callable[[Definition], Definition]
DELETED, SILENCED, DOUBTED, DOUBT_LOST, LOWERED, NOT_DECIDED = WeakeningKind


def find_weakenings(
    previous: Definition, draft: Definition, *, successors: Successors | None = None
) -> tuple[Weakening, ...]:
    """What publishing this draft must not do without a written reason and a second person."""
    return prove_differences(previous, draft, successors=successors).weakenings


# What an editor can do --------------------------------------------------------------------------------------


def with_flag(code: str, **values: Any) -> Edit:
    return lambda d: replace(d, flags=tuple(replace(f, **values) if f.code == code else f for f in d.flags))


def without_flag(code: str) -> Edit:
    return lambda d: replace(d, flags=tuple(f for f in d.flags if f.code != code))


def condition(code: str, old: str, new: str) -> Edit:
    """Change one part of a flag's condition."""

    def edit(definition: Definition) -> Definition:
        written = definition.flags_by_code[code].condition
        assert old in written
        return with_flag(code, condition=written.replace(old, new))(definition)

    return edit


def each_question(change: Callable[[Question], Question | None]) -> Edit:
    def page(before: Page) -> Page:
        return Page(tuple(q for q in map(change, before.questions) if q is not None))

    def edit(definition: Definition) -> Definition:
        sections = tuple(replace(s, pages=tuple(page(p) for p in s.pages)) for s in definition.sections)
        return replace(definition, sections=sections)

    return edit


def question(link_id: str, **values: Any) -> Edit:
    return each_question(lambda q: replace(q, **values) if q.link_id == link_id else q)


def options(link_id: str, change: Callable[[tuple[Choice, ...]], tuple[Choice, ...]]) -> Edit:
    return each_question(lambda q: replace(q, options=change(q.options)) if q.link_id == link_id else q)


def without_option(link_id: str, *codes: str) -> Edit:
    return options(link_id, lambda choices: tuple(c for c in choices if c.code not in codes))


def swapped_labels(link_id: str, one: str, other: str) -> Edit:
    def swap(choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
        labels = {c.code: c.label for c in choices}
        labels[one], labels[other] = labels[other], labels[one]
        return tuple(replace(c, label=labels[c.code]) for c in choices)

    return options(link_id, swap)


def score(name: str, **values: Any) -> Edit:
    return lambda d: replace(d, scores=tuple(replace(s, **values) if s.name == name else s for s in d.scores))


def weights(link_id: str, **points: int) -> Edit:
    return options(
        link_id, lambda choices: tuple(replace(c, weight=points.get(f"w{c.code}")) for c in choices)
    )


def a_new_question_first(added: Question) -> Edit:
    def edit(definition: Definition) -> Definition:
        return replace(
            definition, sections=(Section("new", Text.of("New"), (Page((added,)),)), *definition.sections)
        )

    return edit


def both(*edits: Edit) -> Edit:
    def edit(definition: Definition) -> Definition:
        for one in edits:
            definition = one(definition)
        return definition

    return edit


NEW_GATE = choice("may-we-ask", "yes", "no")

WEAKENINGS: dict[str, tuple[Edit, str, set[WeakeningKind]]] = {
    "a flag is deleted": (without_flag("med-maoi"), "med-maoi", {DELETED}),
    "a clarify flag is deleted": (without_flag("clarify-safety-now"), "clarify-safety-now", {DELETED}),
    "severity is lowered": (with_flag("self-harm-now", severity=Severity.INFO), "self-harm-now", {LOWERED}),
    "a threshold is raised": (
        condition("bp-at-or-above-140-90", "140", "141"), "bp-at-or-above-140-90", {SILENCED}),
    "a score's threshold is raised": (
        condition("phq9-moderate-or-higher", "10", "11"), "phq9-moderate-or-higher", {SILENCED}),
    "an OR branch is dropped": (
        with_flag("bp-crisis-range", condition="bp-systolic >= 180"), "bp-crisis-range", {SILENCED}),
    "OR becomes AND": (
        condition("bp-at-or-above-130-80", " OR ", " AND "), "bp-at-or-above-130-80", {SILENCED}),
    "one more thing must be true": (
        condition("pregnancy-current", "= yes", "= yes AND nursing = yes"), "pregnancy-current", {SILENCED}),
    "a code is taken out of a set": (
        condition("aneurysm-or-avm", "brain-aneurysm, ", ""), "aneurysm-or-avm", {SILENCED}),
    "one code is swapped for another": (
        condition("raised-brain-pressure", "brain-pressure", "eye-pressure"), "raised-brain-pressure",
        {SILENCED}),
    "an answer is counted as known": (
        with_flag("clarify-heart-vessels", condition="unanswered(heart-conditions)"), "clarify-heart-vessels",
        {SILENCED}),
    "a question leaves the list of a clarify flag": (
        condition("clarify-mood-scores", ", gad7-7", ""), "clarify-mood-scores", {SILENCED}),
    "a question is closed for most": (
        question("phq9-9", shown_when="score(phq2) >= 2"), "suicidal-thoughts", {SILENCED}),
    "a question is closed for all": (
        question("ride-home", shown_when="age < 0"), "ride-or-driving-plan", {SILENCED}),
    "a question opens later than it did": (
        question("phq9-3", shown_when="score(phq2) >= 3 OR unsure(phq9-1) OR unsure(phq9-2)"),
        "phq9-moderate-or-higher", {SILENCED}),
    "a new question stands in front": (
        both(a_new_question_first(NEW_GATE), question("safety-now", shown_when="may-we-ask = yes")),
        "self-harm-now", {SILENCED}),
    "the option not sure is removed": (
        without_option("family-history", "not-sure", "prefer-not-to-say"),
        "clarify-family-history", {SILENCED}),
    "an option with a risk is removed": (
        without_option("med-classes", "theophylline"), "med-theophylline", {SILENCED}),
    "the labels of yes and no are swapped": (
        swapped_labels("sleep-apnea-treated", "yes", "no"), "sleep-apnea-untreated", {SILENCED}),
    "a required question may be left blank": (
        question("suicide-attempt-past", required=False), "suicide-attempt-history", {DOUBTED}),
    "numbers are refused above a "
    "limit": (question("bp-systolic", maximum=170), "bp-crisis-range", {SILENCED}),
    "an item leaves a score": (
        score("phq9", items=tuple(f"phq9-{n}" for n in range(1, 9))), "phq9-severe", {SILENCED}),
    "answers weigh less in a score": (
        weights("audit-1", w0=0, w1=0, w2=1, w3=2, w4=3), "alcohol-risk", {SILENCED}),
    "doubt becomes clear": (
        condition("alcohol-risk", " OR unknown(sex-at-birth)", ""), "alcohol-risk", {DOUBTED}),
    "several ticks become one": (
        question("med-classes", type=QuestionType.CHOICE), "med-maoi", {SILENCED}),
    "a question is deleted with what it fed": (
        both(each_question(lambda q: None if q.link_id == "chest-pain-pattern" else q),
             without_flag("chest-pain-at-rest"),
             condition("heart-recent-or-unstable", " OR chest-pain-pattern = rest-or-worse", ""),
             condition("clarify-heart-vessels", "chest-pain-pattern, ", "")),
        "heart-recent-or-unstable", {SILENCED}),
}  # fmt: skip


@pytest.mark.parametrize("name", WEAKENINGS)
def test_every_weakening_is_stopped_with_the_person_it_leaves_out(name: str) -> None:
    edit, code, kinds = WEAKENINGS[name]
    draft = edit(shipped())
    found = find_weakenings(shipped(), draft)
    assert code in {weakening.flag for weakening in found}
    assert kinds <= {weakening.kind for weakening in found if weakening.flag == code}
    for weakening in found:
        assert_stands_up(weakening, draft)


def assert_stands_up(weakening: Weakening, draft: Definition) -> None:
    """Both versions judge the person just as the weakening says."""
    assert weakening.kind is not NOT_DECIDED
    assert weakening.before and weakening.after
    for version, person in ((shipped(), weakening.before), (draft, weakening.after)):
        judged = rules.assess(version, person.answers)
        assert (person.raised, person.cannot_tell) == (
            tuple(f.code for f in judged.flags),
            judged.cannot_tell,
        )
        assert set(person.answers) == set(judged.open)
    assert (verdict(weakening.before, weakening.flag), verdict(weakening.after, weakening.flag)) in {
        DELETED: [("raised", "clear")],
        SILENCED: [("raised", "clear")],
        DOUBTED: [("raised", "cannot-tell")],
        DOUBT_LOST: [("cannot-tell", "clear")],
        LOWERED: [("raised", "raised"), ("raised", "clear"), ("raised", "cannot-tell")],
    }[weakening.kind]


def verdict(person: Witness, code: str) -> str:
    return "raised" if code in person.raised else "cannot-tell" if code in person.cannot_tell else "clear"


# What is not a weakening ------------------------------------------------------------------------------------

HARMLESS: dict[str, Edit] = {
    "nothing": both(),
    "other words for a flag": with_flag("med-maoi", title="MAOI", patient=Text.of("Please ask.")),
    "severity is raised": with_flag("med-maoi", severity=Severity.URGENT),
    "a threshold is lowered": condition("bp-at-or-above-140-90", "140", "135"),
    "a branch that says nothing new": condition(
        "bp-at-or-above-140-90", "bp-systolic >= 140", "bp-systolic >= 140 OR bp-systolic >= 180"
    ),
    "terms in another order": with_flag(
        "bp-crisis-range", condition="bp-diastolic >= 120 OR bp-systolic >= 180"
    ),
    "a flag is added": lambda d: replace(d, flags=(*d.flags, flag("new", "age >= 90"))),
    "an option is added": options("support", lambda choices: (*choices, Choice("pets", Text.of("Pets")))),
    "options in another order": options("med-classes", lambda choices: choices[::-1]),
    "a typing mistake is corrected": question("age", wording=Text.of("How old are you now?")),
    "a question is added": a_new_question_first(choice("nickname", "yes", "no")),
    "a wider range": question("age", maximum=130),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_a_harmless_edit_passes_in_silence(name: str) -> None:
    assert find_weakenings(shipped(), HARMLESS[name](shipped())) == ()


def test_other_words_are_shown_for_a_person_to_read() -> None:
    relabelled = options(
        "support", lambda c: tuple(replace(o, label=Text.of("?")) if o.code == "group" else o for o in c)
    )
    draft = both(question("age", wording=Text.of("Your age?")), relabelled)(shipped())
    found = prove_differences(shipped(), draft)
    assert found.weakenings == ()
    assert [(r.link_id, r.code, r.after) for r in found.reworded] == [
        ("age", "", "Your age?"),
        ("support", "group", "?"),
    ]


def test_an_unchanged_questionnaire_has_no_differences() -> None:
    assert prove_differences(shipped(), shipped()).unchanged


# Successors -------------------------------------------------------------------------------------------------


def split() -> tuple[Definition, Definition]:
    old = questionnaire(choice("a"), choice("b"), clarify_all="unknown-any(a, b)")
    new = questionnaire(choice("a"), choice("b"), clarify_a="unknown(a)", clarify_b="unknown(b)")
    return old, new


def test_a_flag_that_was_split_is_stopped_until_its_successors_are_named() -> None:
    assert [w.kind for w in find_weakenings(*split())] == [DELETED]
    assert find_weakenings(*split(), successors={"clarify-all": ["clarify-a", "clarify-b"]}) == ()


def test_a_successor_that_takes_over_only_half_is_not_enough() -> None:
    found = find_weakenings(*split(), successors={"clarify-all": ["clarify-a"]})
    assert {w.kind for w in found} == {SILENCED}
    assert found[0].before and found[0].before.answers["b"] == "not-sure"


def test_a_milder_successor_is_a_weakening() -> None:
    old, new = split()
    milder = replace(new, flags=tuple(replace(f, severity=Severity.INFO) for f in new.flags))
    found = find_weakenings(old, milder, successors={"clarify-all": ["clarify-a", "clarify-b"]})
    assert [(w.kind, w.severity_after) for w in found] == [(LOWERED, "info")]


# One person, two wordings -----------------------------------------------------------------------------------


def kinds(old: tuple[Question, ...], new: tuple[Question, ...], **flags: str) -> list[WeakeningKind]:
    return [w.kind for w in find_weakenings(questionnaire(*old, **flags), questionnaire(*new, **flags))]


def test_a_person_keeps_the_ticks_they_can_still_make() -> None:
    old, new = several("m", "a", "b", "none"), several("m", "b", "none")
    assert kinds((old,), (new,), raised="m has b") == []


def test_someone_whose_only_tick_is_gone_may_say_anything() -> None:
    old, new = several("m", "a", "b", "none"), several("m", "b", "none")
    assert kinds((old,), (new,), raised="m has-any {a, b}") == [SILENCED, DOUBTED]


def test_one_of_several_can_be_said_where_several_may_be_ticked() -> None:
    one, many = choice("m", "a", "b", "none"), several("m", "a", "b", "none")
    old, new = questionnaire(one, raised="m = a"), questionnaire(many, raised="m has a")
    assert find_weakenings(old, new) == ()


def test_a_number_out_of_the_new_range_may_become_any_other() -> None:
    assert kinds((number("n", 0, 9),), (number("n", 0, 5),), raised="n >= 6") == [SILENCED, DOUBTED]
    assert kinds((number("n", 0, 9),), (number("n", 0, 5),), raised="n >= 3") == [SILENCED, DOUBTED]
    assert kinds((number("n", 0, 9),), (number("n", 0, 50),), raised="n >= 3") == []


def test_another_type_means_that_anything_may_be_said() -> None:
    old = questionnaire(number("n", 0, 9), raised="n >= 6")
    new = questionnaire(choice("n", "0", "9"), raised="n >= 6")
    assert [w.kind for w in find_weakenings(old, new)] == [SILENCED, DOUBTED, DOUBT_LOST]


def test_words_left_blank_stay_blank() -> None:
    assert kinds((words("w"),), (replace(words("w"), required=True),), raised="unanswered(w)") == [SILENCED]
    assert kinds((words("w"), number("n")), (words("w"), number("n", 1)), raised="unanswered(w)") == []


def test_a_weakening_that_needs_a_blank_answer_is_found_too() -> None:
    old = questionnaire(choice("a", "yes", "no"), missing="unknown(a)")
    new = questionnaire(choice("a", "yes", "no"), missing="unsure(a)")
    (found,) = find_weakenings(old, new)
    assert found.before and found.before.blanks and found.before.answers == {"a": None}


def test_no_time_is_not_a_proof() -> None:
    """A solver that gives up never lets a weakening pass."""
    from questionnaire.proofs import differences as module

    class Slow(module.Prover):
        def decide(self, goal: Any, **_: Any) -> Outcome:
            return Outcome.NOT_DECIDED

        def find(self, goal: Any, **_: Any) -> tuple[Outcome, list[Any]]:
            return Outcome.NOT_DECIDED, []

    original, module.Prover = module.Prover, Slow
    try:
        found = find_weakenings(shipped(), condition("bp-at-or-above-140-90", "140", "135")(shipped()))
    finally:
        module.Prover = original
    assert {w.kind for w in found} == {NOT_DECIDED}


def test_flags_are_compared_by_code_whatever_their_order() -> None:
    backwards = replace(shipped(), flags=shipped().flags[::-1])
    assert find_weakenings(shipped(), backwards) == ()
    assert isinstance(backwards.flags[0], Flag)


def test_a_wholesale_change_shows_everybody_it_leaves_out_sooner_and_as_truly() -> None:
    """All flags gone: the first people are made as plain as can be, the others are judged all the same."""
    draft = replace(shipped(), flags=())
    found = find_weakenings(shipped(), draft)
    assert [weakening.flag for weakening in found] == [flag.code for flag in shipped().flags]
    assert len(found) > MOST_TIDY
    for weakening in found[::12]:
        assert_stands_up(weakening, draft)
