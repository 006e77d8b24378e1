"""Patient stories that are missing: each flag needs a person who raises it, one who just misses it, one in doubt.

Pure Python. Whoever is missing is told from the people whom the proofs found. Where the proofs say that there is no
such person, that is said, and nobody is asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from questionnaire import rules
from questionnaire.changes import edits
from questionnaire.checks.conditions import find_questions_read, parse_if_valid
from questionnaire.checks.problem import Problem
from questionnaire.definition import NONE_CODE, Definition, Flag, Question, QuestionType, Vignette
from questionnaire.proofs.results import Answers, GateResult, GoalKind, Outcome
from questionnaire.rules import conditions
from questionnaire.rules.conditions import Compare
from questionnaire.vignettes import run

LONGEST_STORY = 300
_MADE_UP = "Made up: "
"""How the sentence begins until somebody has read the story through and told it in their own words."""
_WANTED = {"raised": GoalKind.RAISED, "not_raised": GoalKind.CLEAR, "cannot_tell": GoalKind.CANNOT_TELL}
_WORDS = {"raised": "raises it", "not_raised": "just misses it", "cannot_tell": "leaves it in doubt"}
_SENTENCES = {
    "raised": "raises “{title}”",
    "not_raised": "just misses “{title}”",
    "cannot_tell": "leaves “{title}” in doubt",
}
_NAMES = {"raised": "raised", "not_raised": "missed", "cannot_tell": "in-doubt"}


@dataclass(frozen=True)
class MissingVignette:
    """One kind of story that one flag lacks."""

    flag: Flag
    kind: str
    """raised | not_raised | cannot_tell"""

    @property
    def key(self) -> str:
        """How a page names it."""
        return f"{self.flag.code}:{self.kind}"

    @property
    def words(self) -> str:
        """After "somebody who"."""
        return _WORDS[self.kind]


def find_missing_vignettes(definition: Definition, gate: GateResult | None) -> tuple[MissingVignette, ...]:
    """Every story that is missing; without proofs also those that may be impossible."""
    return tuple(missing for missing in _lacking(definition) if not _nobody(gate, missing))


def find_impossible_vignettes(definition: Definition, gate: GateResult) -> tuple[MissingVignette, ...]:
    """Stories nobody asks for: it is proved that there is no such person."""
    return tuple(missing for missing in _lacking(definition) if _nobody(gate, missing))


def find_coverage_problems(
    definition: Definition, gate: GateResult, *, before: Definition | None
) -> tuple[Problem, ...]:
    """Each flag that lacks a story, in words an editor can act on.

    `before`: the version that patients are asked now. A flag that stands in it word for word, and lacked the same story
    there, is told and holds nothing back; nor does anything in a first version (None).
    """
    lacking: dict[str, list[MissingVignette]] = {}
    for missing in find_missing_vignettes(definition, gate):
        lacking.setdefault(missing.flag.code, []).append(missing)
    known = set(_lacking(before)) if before else set()
    return tuple(
        Problem(
            "untold",
            f"flag {code}",
            f"no patient story tells of somebody who {_either([one.words for one in some])}",
            before is not None and not known.issuperset(some),
        )
        for code, some in lacking.items()
    )


def find_unread_vignettes(definition: Definition) -> tuple[Vignette, ...]:
    """Stories that were told from the proofs, and that nobody has told in their own words since."""
    return tuple(vignette for vignette in definition.vignettes if vignette.story.startswith(_MADE_UP))


def add_missing_vignettes(
    definition: Definition, gate: GateResult, wanted: Collection[str], taken: Collection[str]
) -> Definition:
    """With each of these stories (by key; all where none is named) that is missing, of a person the proofs found.

    `taken`: names that no new story may have.
    """
    known = set(taken)
    for missing in find_missing_vignettes(definition, gate):
        code, kind = missing.flag.code, missing.kind
        if wanted and missing.key not in wanted:
            continue
        if kind not in run.find_uncovered_flags(definition).get(code, ()):  # a story before tells it too
            continue
        if (answers := find_person(definition, gate, missing)) is None:
            continue
        name = edits.make_id(f"{code} {_NAMES[kind]}", known)
        misses = (code,) if kind == "not_raised" else ()
        told = run.make_vignette(
            definition, answers, name=name, story=_sentence(definition, missing, answers), just_misses=misses
        )
        known.add(name)
        definition = edits.put_vignette(definition, told)
    return definition


def find_person(definition: Definition, gate: GateResult, missing: MissingVignette) -> Answers | None:
    """Somebody of whom this story can be told; None where the proofs found nobody, or the rules say otherwise."""
    code = missing.flag.code
    found = gate.witness(code, _WANTED[missing.kind])
    raised = gate.witness(code, GoalKind.RAISED)
    if missing.kind == "not_raised" and raised:
        nearest = next(_near_misses(definition, missing.flag, raised.answers), None)
        return nearest or (_walked(definition, found.answers) if found else None)
    walked = _walked(definition, found.answers) if found else None
    return walked if walked is not None and _kind(definition, code, walked) == missing.kind else None


def _lacking(definition: Definition) -> Iterator[MissingVignette]:
    for code, kinds in run.find_uncovered_flags(definition).items():
        for kind in kinds:
            yield MissingVignette(definition.flags_by_code[code], kind)


def _nobody(gate: GateResult | None, missing: MissingVignette) -> bool:
    proofs = gate.proofs if gate else ()
    wanted = (missing.flag.code, _WANTED[missing.kind], Outcome.IMPOSSIBLE)
    return any((proof.subject, proof.wanted, proof.outcome) == wanted for proof in proofs)


def _either(words: list[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]] if words[:-1] else words)


def _sentence(definition: Definition, missing: MissingVignette, answers: Answers) -> str:
    """What this person says to what the flag reads, and to what opens that: to be read through, and told better."""
    read = find_questions_read(definition, missing.flag.condition)
    read = read.union(*(find_questions_read(definition, definition.questions[link_id].shown_when) for link_id in read))
    said = (
        f"{definition.questions[link_id].short}: {run.describe_answer(definition.questions[link_id], value)}"
        for link_id, value in answers.items()
        if link_id in read
    )
    words = f"{_MADE_UP}{_SENTENCES[missing.kind].format(title=missing.flag.title)}. {'; '.join(said)}".rstrip(". ")
    return f"{words[: LONGEST_STORY - 2].rstrip()}…" if len(words) >= LONGEST_STORY else f"{words}."


# Who just misses a flag -----------------------------------------------------------------------------------------------


def _near_misses(definition: Definition, flag: Flag, raised: Answers) -> Iterator[Answers]:
    """People who say one thing differently from somebody who raises the flag, and do not; the nearest first."""
    read = find_questions_read(definition, flag.condition)
    for link_id in raised:
        for value in _others(definition.questions[link_id], raised[link_id], flag) if link_id in read else ():
            found = _walked(definition, {**raised, link_id: value})
            if found is not None and _kind(definition, flag.code, found) == "not_raised":
                yield found


def _others(question: Question, value: Any, flag: Flag) -> list[Any]:
    """Other answers this question takes, the nearest first; none of them "not sure"."""
    if question.type is QuestionType.INTEGER:
        near = {number + step for number in _numbers(question, flag) for step in (-1, 0, 1)}
        low, high = question.minimum or 0, question.maximum
        able = (number for number in near if low <= number and (high is None or number <= high))
        return sorted(able, key=lambda number: (abs(number - value) if isinstance(value, int) else 0, number))
    codes = [choice.code for choice in question.options if not choice.is_unsure]
    if question.type is QuestionType.MULTI_CHOICE:
        ticked = [code for code in value or () if code != NONE_CODE]
        fewer = [[other for other in ticked if other != code] for code in ticked]
        return [answer for answer in fewer if answer] + [[code] for code in reversed(codes)]
    place = codes.index(value) if value in codes else len(codes)
    return sorted((code for code in codes if code != value), key=lambda code: abs(codes.index(code) - place))


def _numbers(question: Question, flag: Flag) -> set[int]:
    """The numbers this flag compares the answer with."""
    expression = parse_if_valid(flag.condition)
    tests = conditions.iter_tests(expression) if expression else ()
    return {test.number for test in tests if isinstance(test, Compare) and test.link_id == question.link_id}


def _walked(definition: Definition, answers: Answers) -> Answers | None:
    """These answers to the questions this person is asked; None where one is asked and not answered."""
    asked = rules.assess(definition, answers).open
    return {link_id: answers[link_id] for link_id in asked} if answers.keys() >= set(asked) else None


def _kind(definition: Definition, code: str, answers: Answers) -> str:
    judged = rules.assess(definition, answers)
    return "raised" if code in judged.raised else "cannot_tell" if code in judged.cannot_tell else "not_raised"
