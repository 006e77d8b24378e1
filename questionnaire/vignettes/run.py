"""Patient stories that guard the rules: whole people in a few words, and what the flags must say to them.

Pure Python. A vignette says what its person is asked as well: every answer stands for a question that is open, and
every open question has an answer (None: left blank). So it notices a changed `shown_when` as it does a changed flag.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from questionnaire import rules
from questionnaire.checks.problem import Problem
from questionnaire.definition import Definition, Question, Vignette
from questionnaire.rules import answers as reading


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

    fault: MismatchKind
    subject: str
    """Link id, flag code, or the name of a vignette."""
    found: str = ""
    """What the flag says instead: raised, cannot-tell or clear."""


@dataclass(frozen=True)
class VignetteResult:
    """What came of one vignette."""

    vignette: Vignette
    answers: dict[str, Any]
    """The whole person."""
    differences: tuple[VignetteMismatch, ...]

    @property
    def passed(self) -> bool:
        return not self.differences


def run_vignettes(definition: Definition) -> tuple[VignetteResult, ...]:
    """Every vignette of a questionnaire, judged by that questionnaire. Conditions must have been checked."""
    whole = build_people(definition)
    names = [vignette.name for vignette in definition.vignettes]
    return tuple(
        _run(definition, vignette, whole[vignette.name], earlier=names[:place])
        for place, vignette in enumerate(definition.vignettes)
    )


def find_vignette_problems(definition: Definition) -> tuple[Problem, ...]:
    """Every story the questionnaire does not fit, in words an editor can act on. Conditions must have been checked."""
    return tuple(
        Problem("vignette-fails", f"vignette {result.vignette.name}", describe_mismatch(difference))
        for result in run_vignettes(definition)
        for difference in result.differences
    )


def describe_mismatch(difference: VignetteMismatch, names: Mapping[str, str] | None = None) -> str:
    """One difference in words; `names` are said in place of ids where they are known."""
    known = (names or {}).get(difference.subject)
    subject = f"“{known}”" if known else difference.subject
    return _SENTENCES[difference.fault].format(subject=subject, found=_FOUND.get(difference.found, ""))


def list_staff_names(definition: Definition) -> dict[str, str]:
    """What staff call the questions and flags."""
    return {link_id: str(q.short) for link_id, q in definition.questions.items()} | {
        flag.code: flag.title for flag in definition.flags
    }


def describe_answer(question: Question, value: object) -> str:
    """One answer as its labels; a blank, and a number that is not known, are said to be that."""
    if value is None or value in ("", [], ()):
        return "left blank"
    codes = value if isinstance(value, list | tuple) else [value]
    return "; ".join(_label(question, str(code)) for code in codes)


def _label(question: Question, code: str) -> str:
    choice = question.choice(code)
    return str(choice.label) if choice else _UNKNOWN.get(code, code)


_UNKNOWN = {"not-sure": "not sure", "prefer-not-to-say": "prefers not to say"}
_FOUND = {"raised": "is raised", "cannot-tell": "cannot be told", "clear": "is clear"}
_SENTENCES = {
    MismatchKind.UNREADABLE: "its answer to {subject} is not one that question takes; answer it anew",
    MismatchKind.LIKE_NOBODY: 'is like "{subject}", and there is no vignette of that name before it',
    MismatchKind.NOW_ASKED: "this person is now asked {subject}; answer it, or change back what opens it",
    MismatchKind.NO_LONGER_ASKED: "this person is no longer asked {subject}; take it out, or change back what opens it",
    MismatchKind.UNKNOWN_FLAG: "names the flag {subject}, which is not there",
    MismatchKind.NOT_RAISED: "the flag {subject} should be raised, and {found}",
    MismatchKind.NOT_CLEAR: "the flag {subject} should be clear, and {found}",
    MismatchKind.NOT_IN_DOUBT: "the flag {subject} should be one we cannot tell, and {found}",
}


def build_people(definition: Definition) -> dict[str, dict[str, Any]]:
    """The whole person of every vignette, by name. One who is like nobody known has only their own answers."""
    found: dict[str, dict[str, Any]] = {}
    for vignette in definition.vignettes:
        found[vignette.name] = _whole(definition, vignette, found.get(vignette.like or "", {}))
    return found


def find_uncovered_flags(definition: Definition) -> dict[str, tuple[str, ...]]:
    """What is missing for each flag: a vignette that raises it, that just misses it, that cannot tell ("raised", …)."""
    told = {
        "raised": {code for v in definition.vignettes for code in v.raised},
        "not_raised": {code for v in definition.vignettes for code in v.not_raised},
        "cannot_tell": {code for v in definition.vignettes for code in v.cannot_tell},
    }
    missing = {
        flag.code: tuple(kind for kind, codes in told.items() if flag.code not in codes) for flag in definition.flags
    }
    return {code: kinds for code, kinds in missing.items() if kinds}


def make_vignette(
    definition: Definition, answers: dict[str, Any], *, name: str, story: str, just_misses: Iterable[str] = ()
) -> Vignette:
    """A new vignette of this person, as the questionnaire judges them now, in as few words as the others allow.

    `just_misses`: flags that must be clear, if they are.
    """
    judged = rules.assess(definition, answers)
    missed = {*just_misses} - {*judged.raised, *judged.cannot_tell}
    base = min(
        (v for v in definition.vignettes if v.like is None),
        key=lambda v: len(_unlike(answers, v.told)) + len(v.told.keys() - answers.keys()),
        default=None,
    )
    told = _unlike(answers, base.told) if base else answers
    return Vignette(
        name=name,
        story=story,
        answers=tuple((link_id, tuple(v) if isinstance(v, list) else v) for link_id, v in told.items()),
        like=base.name if base else None,
        not_asked=tuple(link_id for link_id in base.told if link_id not in answers) if base else (),
        raised=tuple(flag.code for flag in judged.flags),
        not_raised=tuple(flag.code for flag in definition.flags if flag.code in missed),
        cannot_tell=judged.cannot_tell,
    )


def _unlike(answers: dict[str, Any], base: dict[str, Any]) -> dict[str, Any]:
    nobody = object()
    return {
        link_id: value
        for link_id, value in answers.items()
        if (tuple(value) if isinstance(value, list) else value) != base.get(link_id, nobody)
    }


def _whole(definition: Definition, vignette: Vignette, base: dict[str, Any]) -> dict[str, Any]:
    kept = {link_id: value for link_id, value in base.items() if link_id not in vignette.not_asked}
    told = {**kept, **vignette.told}
    order = {link_id: place for place, link_id in enumerate(definition.questions)}
    return dict(sorted(told.items(), key=lambda answer: order.get(answer[0], len(order))))


def _run(definition: Definition, vignette: Vignette, answers: dict[str, Any], *, earlier: list[str]) -> VignetteResult:
    lost = vignette.like is not None and vignette.like not in earlier
    judged = rules.assess(definition, answers)
    differences = (
        *([VignetteMismatch(MismatchKind.LIKE_NOBODY, vignette.like or "")] if lost else []),
        *_unreadable(definition, answers),
        *_path(answers, judged),
        *_verdicts(definition, vignette, judged),
    )
    return VignetteResult(vignette, answers, differences)


def _unreadable(definition: Definition, answers: dict[str, Any]) -> list[VignetteMismatch]:
    found = []
    for link_id, value in answers.items():
        try:
            reading.read_answers(definition, {link_id: value})
        except reading.AnswerError:
            found.append(VignetteMismatch(MismatchKind.UNREADABLE, link_id))
    return found


def _path(answers: dict[str, Any], judged: rules.Assessment) -> list[VignetteMismatch]:
    asked = [VignetteMismatch(MismatchKind.NOW_ASKED, link_id) for link_id in judged.open if link_id not in answers]
    return asked + [
        VignetteMismatch(MismatchKind.NO_LONGER_ASKED, link_id) for link_id in answers if link_id not in judged.open
    ]


def _verdicts(definition: Definition, vignette: Vignette, judged: rules.Assessment) -> list[VignetteMismatch]:
    doubtful = frozenset(judged.cannot_tell)
    found = []
    for fault, codes in (
        (MismatchKind.NOT_RAISED, vignette.raised),
        (MismatchKind.NOT_CLEAR, vignette.not_raised),
        (MismatchKind.NOT_IN_DOUBT, vignette.cannot_tell),
    ):
        for code in codes:
            verdict = "raised" if code in judged.raised else "cannot-tell" if code in doubtful else "clear"
            if code not in definition.flags_by_code:
                found.append(VignetteMismatch(MismatchKind.UNKNOWN_FLAG, code))
            elif verdict != _EXPECTED[fault]:
                found.append(VignetteMismatch(fault, code, verdict))
    return found


_EXPECTED = {
    MismatchKind.NOT_RAISED: "raised",
    MismatchKind.NOT_CLEAR: "clear",
    MismatchKind.NOT_IN_DOUBT: "cannot-tell",
}
