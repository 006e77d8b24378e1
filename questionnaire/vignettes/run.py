"""Patient stories that guard the rules: whole people in a few words, and what the flags must say to them.

Pure Python. A vignette says what its person is asked as well: every answer stands for a question that is
open, and every open question has an answer (None: left blank). So it notices a changed `shown_when` as it
does a changed flag.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from questionnaire.checks.problem import Problem
from questionnaire.definition import Definition, Question, Vignette
from questionnaire.rules import Assessment, assess
from questionnaire.rules.answers import AnswerError, read_answers
from questionnaire.rules.states import Verdict


class MismatchKind(StrEnum):
    UNREADABLE = "unreadable"
    """An answer its question cannot take, or to a question that is gone."""
    LIKE_NOBODY = "like-nobody"
    """`like` names no earlier vignette."""
    NOW_ASKED = "now-asked"
    NO_LONGER_ASKED = "no-longer-asked"
    UNKNOWN_FLAG = "unknown-flag"
    NOT_RAISED = "not-raised"
    """Expected to be raised, and is not."""
    NOT_CLEAR = "not-clear"
    NOT_IN_DOUBT = "not-in-doubt"


@dataclass(frozen=True)
class VignetteMismatch:
    """One thing a vignette expects and the questionnaire does not do."""

    kind: MismatchKind
    subject: str
    """Link id, flag code, or the name of a vignette."""
    verdict: Verdict | None = None
    """What the flag says instead; None where the mismatch is not about a flag's verdict."""


@dataclass(frozen=True)
class VignetteResult:
    """What came of one vignette."""

    vignette: Vignette
    answers: dict[str, Any]
    """The whole person."""
    mismatches: tuple[VignetteMismatch, ...]

    @property
    def passed(self) -> bool:
        return not self.mismatches


def run_vignettes(definition: Definition) -> tuple[VignetteResult, ...]:
    """Every vignette of a questionnaire, judged by that questionnaire.

    Raises ConditionError or KeyError for a definition whose conditions were never checked.
    """
    people = build_people(definition)
    names = [vignette.name for vignette in definition.vignettes]
    return tuple(
        _run_vignette(definition, vignette, people[vignette.name], earlier=names[:place])
        for place, vignette in enumerate(definition.vignettes)
    )


def find_vignette_problems(definition: Definition) -> tuple[Problem, ...]:
    """Every story the questionnaire does not fit, in words an editor can act on.

    Raises ConditionError or KeyError for a definition whose conditions were never checked.
    """
    return tuple(
        Problem("vignette-fails", f"vignette {result.vignette.name}", describe_mismatch(mismatch))
        for result in run_vignettes(definition)
        for mismatch in result.mismatches
    )


def _run_vignette(
    definition: Definition, vignette: Vignette, answers: dict[str, Any], *, earlier: list[str]
) -> VignetteResult:
    is_like_nobody = vignette.like is not None and vignette.like not in earlier
    assessment = assess(definition, answers)
    mismatches = (
        *([VignetteMismatch(MismatchKind.LIKE_NOBODY, vignette.like or "")] if is_like_nobody else []),
        *_find_unreadable_answers(definition, answers),
        *_find_path_mismatches(answers, assessment),
        *_find_verdict_mismatches(definition, vignette, assessment),
    )
    return VignetteResult(vignette, answers, mismatches)


def _find_unreadable_answers(definition: Definition, answers: dict[str, Any]) -> Iterator[VignetteMismatch]:
    for link_id, value in answers.items():
        try:
            read_answers(definition, {link_id: value})
        except AnswerError:
            yield VignetteMismatch(MismatchKind.UNREADABLE, link_id)


def _find_path_mismatches(answers: dict[str, Any], assessment: Assessment) -> Iterator[VignetteMismatch]:
    for link_id in assessment.open:
        if link_id not in answers:
            yield VignetteMismatch(MismatchKind.NOW_ASKED, link_id)
    for link_id in answers:
        if link_id not in assessment.open:
            yield VignetteMismatch(MismatchKind.NO_LONGER_ASKED, link_id)


def _find_verdict_mismatches(
    definition: Definition, vignette: Vignette, assessment: Assessment
) -> Iterator[VignetteMismatch]:
    for code, expected in list_expectations(vignette):
        verdict = assessment.find_verdict(code)
        if code not in definition.flags_by_code:
            yield VignetteMismatch(MismatchKind.UNKNOWN_FLAG, code)
        elif verdict is not expected:
            yield VignetteMismatch(_MISMATCHES[expected], code, verdict)


_MISMATCHES = {
    Verdict.RAISED: MismatchKind.NOT_RAISED,
    Verdict.CLEAR: MismatchKind.NOT_CLEAR,
    Verdict.CANNOT_TELL: MismatchKind.NOT_IN_DOUBT,
}


# What a vignette says ---------------------------------------------------------------------------------------


def list_expectations(vignette: Vignette) -> tuple[tuple[str, Verdict], ...]:
    """(flag code, the verdict it must have), in the order of the file."""
    return (
        *((code, Verdict.RAISED) for code in vignette.raised),
        *((code, Verdict.CLEAR) for code in vignette.not_raised),
        *((code, Verdict.CANNOT_TELL) for code in vignette.cannot_tell),
    )


def build_people(definition: Definition) -> dict[str, dict[str, Any]]:
    """The whole person of every vignette, by name. One who is like nobody known has only their own
    answers."""
    people: dict[str, dict[str, Any]] = {}
    for vignette in definition.vignettes:
        people[vignette.name] = _build_person(definition, vignette, people.get(vignette.like or "", {}))
    return people


def _build_person(definition: Definition, vignette: Vignette, base: dict[str, Any]) -> dict[str, Any]:
    shared = {link_id: value for link_id, value in base.items() if link_id not in vignette.not_asked}
    order = {link_id: place for place, link_id in enumerate(definition.questions)}
    answers = {**shared, **vignette.own_answers}
    return dict(sorted(answers.items(), key=lambda answer: order.get(answer[0], len(order))))


def find_uncovered_flags(definition: Definition) -> dict[str, tuple[Verdict, ...]]:
    """The verdicts that no vignette expects, for each flag that lacks one: raised, clear, then cannot
    tell."""
    expected = {
        expectation for vignette in definition.vignettes for expectation in list_expectations(vignette)
    }
    uncovered = {
        flag.code: tuple(verdict for verdict in _MISMATCHES if (flag.code, verdict) not in expected)
        for flag in definition.flags
    }
    return {code: verdicts for code, verdicts in uncovered.items() if verdicts}


def make_vignette(
    definition: Definition, answers: dict[str, Any], *, name: str, story: str, just_misses: Iterable[str] = ()
) -> Vignette:
    """A new vignette of this person, as the questionnaire judges them now, in as few words as the others
    allow.

    `just_misses`: flags that must be clear, if they are.
    Raises ConditionError or KeyError for a definition whose conditions were never checked.
    """
    assessment = assess(definition, answers)
    missed = {*just_misses} - {*assessment.raised, *assessment.cannot_tell}
    base = min(
        (v for v in definition.vignettes if v.like is None),
        key=lambda v: (
            len(_find_differing(answers, v.own_answers)) + len(v.own_answers.keys() - answers.keys())
        ),
        default=None,
    )
    own_answers = _find_differing(answers, base.own_answers) if base else answers
    return Vignette(
        name=name,
        story=story,
        answers=tuple(
            (link_id, tuple(v) if isinstance(v, list) else v) for link_id, v in own_answers.items()
        ),
        like=base.name if base else None,
        not_asked=tuple(link_id for link_id in base.own_answers if link_id not in answers) if base else (),
        raised=tuple(flag.code for flag in assessment.flags),
        not_raised=tuple(flag.code for flag in definition.flags if flag.code in missed),
        cannot_tell=assessment.cannot_tell,
    )


def _find_differing(answers: dict[str, Any], base: dict[str, Any]) -> dict[str, Any]:
    """The answers that are not the same in `base`."""
    no_answer = object()
    return {
        link_id: value
        for link_id, value in answers.items()
        if (tuple(value) if isinstance(value, list) else value) != base.get(link_id, no_answer)
    }


# In words ---------------------------------------------------------------------------------------------------


def describe_mismatch(mismatch: VignetteMismatch, names: Mapping[str, str] | None = None) -> str:
    """One mismatch in words; `names` stand in place of ids where they are known."""
    name = (names or {}).get(mismatch.subject)
    subject = f"“{name}”" if name else mismatch.subject
    verdict = _VERDICT_WORDS[mismatch.verdict] if mismatch.verdict else ""
    return _SENTENCES[mismatch.kind].format(subject=subject, verdict=verdict)


def list_staff_names(definition: Definition) -> dict[str, str]:
    """What staff call the questions and flags, by link id and code."""
    return {link_id: str(q.short) for link_id, q in definition.questions.items()} | {
        flag.code: flag.title for flag in definition.flags
    }


def describe_answer(question: Question, value: object) -> str:
    """One answer as its labels; a blank, and a number that is not known, are said to be that."""
    if value is None or value in ("", [], ()):
        return "left blank"
    codes = value if isinstance(value, list | tuple) else [value]
    return "; ".join(_find_label(question, str(code)) for code in codes)


def _find_label(question: Question, code: str) -> str:
    choice = question.choice(code)
    return str(choice.label) if choice else _UNSURE_WORDS.get(code, code)


_UNSURE_WORDS = {"not-sure": "not sure", "prefer-not-to-say": "prefers not to say"}
_VERDICT_WORDS = {
    Verdict.RAISED: "is raised",
    Verdict.CANNOT_TELL: "cannot be told",
    Verdict.CLEAR: "is clear",
}
_SENTENCES = {
    MismatchKind.UNREADABLE: "its answer to {subject} is not one that question takes; answer it anew",
    MismatchKind.LIKE_NOBODY: 'is like "{subject}", and there is no vignette of that name before it',
    MismatchKind.NOW_ASKED: "this person is now asked {subject}; answer it, or change back what opens it",
    MismatchKind.NO_LONGER_ASKED: "this person is no longer asked {subject}; take it out, or change back "
    "what opens it",
    MismatchKind.UNKNOWN_FLAG: "names the flag {subject}, which is not there",
    MismatchKind.NOT_RAISED: "the flag {subject} should be raised, and {verdict}",
    MismatchKind.NOT_CLEAR: "the flag {subject} should be clear, and {verdict}",
    MismatchKind.NOT_IN_DOUBT: "the flag {subject} should be one we cannot tell, and {verdict}",
}
