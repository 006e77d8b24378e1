"""Patient stories that are missing: each flag needs a person who raises it, one who just misses it, one in
doubt.

Pure Python. A missing story is made from the people whom the proofs found. Where the proofs say that there is
no such person, no story is asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from questionnaire.changes import edits
from questionnaire.checks.problem import Problem
from questionnaire.definition import NONE_CODE, Definition, Flag, Question, QuestionType, Vignette
from questionnaire.identifiers import make_id
from questionnaire.proof_results import Answers, GateResult, GoalKind, Outcome
from questionnaire.rules import assess
from questionnaire.rules.conditions import Compare, iter_tests
from questionnaire.rules.parsing import find_questions_read, parse_if_valid
from questionnaire.rules.states import Verdict
from questionnaire.vignettes import run

LONGEST_STORY = 300
_MADE_UP = "Made up: "
"""How a story begins until somebody has read it through and put it in their own words."""
_FIELDS = {Verdict.RAISED: "raised", Verdict.CLEAR: "not_raised", Verdict.CANNOT_TELL: "cannot_tell"}
"""Where a vignette lists the flags that must have this verdict."""
_WORDS = {
    Verdict.RAISED: "raises it",
    Verdict.CLEAR: "just misses it",
    Verdict.CANNOT_TELL: "leaves it in doubt",
}
_SENTENCES = {
    Verdict.RAISED: "raises “{title}”",
    Verdict.CLEAR: "just misses “{title}”",
    Verdict.CANNOT_TELL: "leaves “{title}” in doubt",
}
_NAMES = {Verdict.RAISED: "raised", Verdict.CLEAR: "missed", Verdict.CANNOT_TELL: "in-doubt"}


@dataclass(frozen=True)
class MissingVignette:
    """One story that one flag lacks: of somebody to whom it says this."""

    flag: Flag
    verdict: Verdict

    @property
    def key(self) -> str:
        """How a page names it: "heart-trouble:not_raised"."""
        return f"{self.flag.code}:{_FIELDS[self.verdict]}"

    @property
    def goal(self) -> tuple[str, GoalKind]:
        """The goal of the proofs whose witness this story needs."""
        return self.flag.code, GoalKind(self.verdict)

    @property
    def words(self) -> str:
        """After "somebody who"."""
        return _WORDS[self.verdict]


# What is missing --------------------------------------------------------------------------------------------


def find_missing_vignettes(definition: Definition, gate: GateResult | None) -> tuple[MissingVignette, ...]:
    """Every story that is missing; without proofs also those that may be impossible."""
    return tuple(missing for missing in _iter_lacking(definition) if not _is_impossible(gate, missing))


def find_impossible_vignettes(definition: Definition, gate: GateResult) -> tuple[MissingVignette, ...]:
    """Stories that are not asked for: it is proved that there is no such person."""
    return tuple(missing for missing in _iter_lacking(definition) if _is_impossible(gate, missing))


def find_coverage_problems(
    definition: Definition, gate: GateResult, *, before: Definition | None
) -> tuple[Problem, ...]:
    """Each flag that lacks a story, in words an editor can act on.

    `before`: the version that patients are asked now. A flag that stands in it word for word, and lacked the
    same story there, is named but holds nothing back; nor does anything in a first version (None).
    """
    by_flag: dict[str, list[MissingVignette]] = {}
    for missing in find_missing_vignettes(definition, gate):
        by_flag.setdefault(missing.flag.code, []).append(missing)
    lacked_before = set(_iter_lacking(before)) if before else set()
    return tuple(
        Problem(
            "untold",
            f"flag {code}",
            f"no patient story tells of somebody who {_join_words([missing.words for missing in of_flag])}",
            before is not None and not lacked_before.issuperset(of_flag),
        )
        for code, of_flag in by_flag.items()
    )


def find_unread_vignettes(definition: Definition) -> tuple[Vignette, ...]:
    """Stories that were made from the proofs, and that nobody has put in their own words since."""
    return tuple(vignette for vignette in definition.vignettes if vignette.story.startswith(_MADE_UP))


def _iter_lacking(definition: Definition) -> Iterator[MissingVignette]:
    for code, verdicts in run.find_uncovered_flags(definition).items():
        for verdict in verdicts:
            yield MissingVignette(definition.flags_by_code[code], verdict)


def _is_impossible(gate: GateResult | None, missing: MissingVignette) -> bool:
    proofs = gate.proofs if gate else ()
    return any(
        (proof.subject, proof.wanted) == missing.goal and proof.outcome is Outcome.IMPOSSIBLE
        for proof in proofs
    )


def _join_words(words: list[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]] if words[:-1] else words)


# Making a missing story -------------------------------------------------------------------------------------


def add_missing_vignettes(
    definition: Definition, gate: GateResult, wanted: Collection[str], taken: Collection[str]
) -> Definition:
    """With each of these stories (by key; all where none is named) that is missing, of a person the proofs
    found.

    `taken`: names that no new story may have.
    Raises ConditionError or KeyError for a definition whose conditions were never checked.
    """
    names = set(taken)
    for missing in find_missing_vignettes(definition, gate):
        code, verdict = missing.flag.code, missing.verdict
        if wanted and missing.key not in wanted:
            continue
        if verdict not in run.find_uncovered_flags(definition).get(
            code, ()
        ):  # a story added before covers it too
            continue
        if (answers := find_person(definition, gate, missing)) is None:
            continue
        name = make_id(f"{code} {_NAMES[verdict]}", names)
        story = _write_story(definition, missing, answers)
        misses = (code,) if verdict is Verdict.CLEAR else ()
        names.add(name)
        vignette = run.make_vignette(definition, answers, name=name, story=story, just_misses=misses)
        definition = edits.put_vignette(definition, vignette)
    return definition


def find_person(definition: Definition, gate: GateResult, missing: MissingVignette) -> Answers | None:
    """Somebody of whom this story can be told; None where the proofs found nobody, or the rules say
    otherwise.

    Raises ConditionError or KeyError for a definition whose conditions were never checked.
    """
    code = missing.flag.code
    witness = gate.witness(*missing.goal)
    raised = gate.witness(code, GoalKind.RAISED)
    if missing.verdict is Verdict.CLEAR and raised:
        nearest = next(_iter_near_misses(definition, missing.flag, raised.answers), None)
        return nearest or (_drop_unasked(definition, witness.answers) if witness else None)
    answers = _drop_unasked(definition, witness.answers) if witness else None
    return (
        answers
        if answers is not None and _find_verdict(definition, code, answers) is missing.verdict
        else None
    )


def _write_story(definition: Definition, missing: MissingVignette, answers: Answers) -> str:
    """What this person says to what the flag reads, and to what opens that: to be read through and
    reworded."""
    read = find_questions_read(definition, missing.flag.condition)
    read = read.union(
        *(find_questions_read(definition, definition.questions[link_id].shown_when) for link_id in read)
    )
    lines = (
        f"{definition.questions[link_id].short}: {run.describe_answer(definition.questions[link_id], value)}"
        for link_id, value in answers.items()
        if link_id in read
    )
    beginning = f"{_MADE_UP}{_SENTENCES[missing.verdict].format(title=missing.flag.title)}"
    story = f"{beginning}. {'; '.join(lines)}".rstrip(". ")
    return f"{story[: LONGEST_STORY - 2].rstrip()}…" if len(story) >= LONGEST_STORY else f"{story}."


# Who just misses a flag -------------------------------------------------------------------------------------


def _iter_near_misses(definition: Definition, flag: Flag, raised: Answers) -> Iterator[Answers]:
    """People who say one thing differently from somebody who raises the flag, and do not; the nearest
    first."""
    read = find_questions_read(definition, flag.condition)
    for link_id in raised:
        question = definition.questions[link_id]
        for value in _list_other_answers(question, raised[link_id], flag) if link_id in read else ():
            answers = _drop_unasked(definition, {**raised, link_id: value})
            if answers is not None and _find_verdict(definition, flag.code, answers) is Verdict.CLEAR:
                yield answers


def _list_other_answers(question: Question, value: Any, flag: Flag) -> list[Any]:
    """Other answers this question takes, the nearest first; none of them "not sure"."""
    if question.type is QuestionType.INTEGER:
        return _list_other_numbers(question, value, flag)
    codes = [choice.code for choice in question.options if not choice.is_unsure]
    if question.type is QuestionType.MULTI_CHOICE:
        ticked = [code for code in value or () if code != NONE_CODE]
        fewer = [[other for other in ticked if other != code] for code in ticked]
        return [answer for answer in fewer if answer] + [[code] for code in reversed(codes)]
    place = codes.index(value) if value in codes else len(codes)
    return sorted((code for code in codes if code != value), key=lambda code: abs(codes.index(code) - place))


def _list_other_numbers(question: Question, value: Any, flag: Flag) -> list[int]:
    """The numbers on, just below and just above each threshold of this flag that the question takes."""
    near = {number + step for number in _find_thresholds(question, flag) for step in (-1, 0, 1)}
    low, high = question.minimum or 0, question.maximum
    possible = (number for number in near if low <= number and (high is None or number <= high))
    return sorted(possible, key=lambda number: (abs(number - value) if isinstance(value, int) else 0, number))


def _find_thresholds(question: Question, flag: Flag) -> set[int]:
    """The numbers this flag compares the answer with."""
    expression = parse_if_valid(flag.condition)
    tests = iter_tests(expression) if expression else ()
    return {test.number for test in tests if isinstance(test, Compare) and test.link_id == question.link_id}


def _drop_unasked(definition: Definition, answers: Answers) -> Answers | None:
    """These answers to the questions this person is asked; None where one is asked and not answered."""
    asked = assess(definition, answers).open
    return {link_id: answers[link_id] for link_id in asked} if answers.keys() >= set(asked) else None


def _find_verdict(definition: Definition, code: str, answers: Answers) -> Verdict:
    return assess(definition, answers).find_verdict(code)
