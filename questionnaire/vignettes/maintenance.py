"""Patient stories that follow a changed questionnaire: one more question answered, an expectation taken over.

Pure Python. Each function goes from one definition to the next; nothing here is stored. A story keeps saying
only what its person answers differently from the story it is like.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from questionnaire.changes.edits import PartNotFoundError
from questionnaire.definition import Definition, Vignette
from questionnaire.rules import assess
from questionnaire.vignettes import run
from questionnaire.vignettes.run import MismatchKind, VignetteResult

_NOT_ASKED = object()
"""In place of an answer: this person is not asked."""


# Questions that stories must follow -------------------------------------------------------------------------


def find_unanswered(results: tuple[VignetteResult, ...]) -> dict[str, tuple[str, ...]]:
    """Link id to the names of the stories whose person is now asked this question and says nothing to it."""
    return _group_by_question(results, MismatchKind.NOW_ASKED)


def find_no_longer_asked(results: tuple[VignetteResult, ...]) -> dict[str, tuple[str, ...]]:
    """Link id to the names of the stories that answer a question their person is no longer asked."""
    return _group_by_question(results, MismatchKind.NO_LONGER_ASKED)


def answer_for_everyone(definition: Definition, link_id: str, value: Any) -> Definition:
    """Every person of a story who is now asked this question, and has no answer to it, gives this one.

    Raises ConditionError or KeyError for a definition whose conditions were never checked.
    """
    names = find_unanswered(run.run_vignettes(definition)).get(link_id, ())
    return _change_answers(definition, link_id, lambda name, answer: value if name in names else answer)


def drop_unasked_answers(definition: Definition, link_id: str) -> Definition:
    """Nobody who is no longer asked this question answers it.

    Raises ConditionError or KeyError for a definition whose conditions were never checked.
    """
    names = find_no_longer_asked(run.run_vignettes(definition)).get(link_id, ())
    return _change_answers(definition, link_id, lambda name, answer: _NOT_ASKED if name in names else answer)


def _group_by_question(results: tuple[VignetteResult, ...], kind: MismatchKind) -> dict[str, tuple[str, ...]]:
    names: dict[str, list[str]] = {}
    for result in results:
        for mismatch in result.mismatches:
            if mismatch.kind is kind:
                names.setdefault(mismatch.subject, []).append(result.vignette.name)
    return {link_id: tuple(of_question) for link_id, of_question in names.items()}


# Expectations -----------------------------------------------------------------------------------------------


def set_expectations(definition: Definition, name: str, codes: Collection[str]) -> Definition:
    """The story expects of these flags what they say to its person now, and nothing of any other.

    Raises PartNotFoundError where there is no such story, and ConditionError or KeyError for a definition
    whose conditions were never checked.
    """
    vignette = _find_vignette(definition, name)
    assessment = assess(definition, run.build_people(definition)[name])
    known = [flag.code for flag in definition.flags if flag.code in codes]
    return _replace_vignette(
        definition,
        replace(
            vignette,
            raised=tuple(code for code in known if code in assessment.raised),
            cannot_tell=tuple(code for code in known if code in assessment.cannot_tell),
            not_raised=tuple(
                code for code in known if code not in {*assessment.raised, *assessment.cannot_tell}
            ),
        ),
    )


def drop_expectations(definition: Definition, code: str) -> Definition:
    """No story expects anything of this flag any more."""

    def without_flag(codes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(other for other in codes if other != code)

    vignettes = (
        replace(
            v,
            raised=without_flag(v.raised),
            not_raised=without_flag(v.not_raised),
            cannot_tell=without_flag(v.cannot_tell),
        )
        for v in definition.vignettes
    )
    return replace(definition, vignettes=tuple(vignettes))


# One story --------------------------------------------------------------------------------------------------


def rewrite_vignette(definition: Definition, name: str, answers: Mapping[str, Any], story: str) -> Definition:
    """This person says all of this and nothing else; people who are like them keep what they said before.

    Raises PartNotFoundError where there is no such story.
    """
    _find_vignette(definition, name)
    for link_id in {**run.build_people(definition)[name], **answers}:
        definition = _change_answers(definition, link_id, _answer_of(name, answers.get(link_id, _NOT_ASKED)))
    return _replace_vignette(definition, replace(_find_vignette(definition, name), story=story))


ChangeAnswer = Callable[[str, Any], Any]
"""From the name of a story and its person's answer so far (or _NOT_ASKED) to the answer from now on."""


def _answer_of(name: str, value: Any) -> ChangeAnswer:
    return lambda other, answer: value if other == name else answer


def _change_answers(definition: Definition, link_id: str, change: ChangeAnswer) -> Definition:
    """Every story, with the answer of each person to one question changed."""
    before = run.build_people(definition)
    now: dict[str, Any] = {}
    vignettes = []
    for vignette in definition.vignettes:
        base = now.get(vignette.like or "", _NOT_ASKED)
        now[vignette.name] = change(vignette.name, before[vignette.name].get(link_id, _NOT_ASKED))
        vignettes.append(_with_answer(definition, vignette, link_id, now[vignette.name], base))
    return replace(definition, vignettes=tuple(vignettes))


def _with_answer(definition: Definition, vignette: Vignette, link_id: str, value: Any, base: Any) -> Vignette:
    """The story with this answer; where the story it is like says the same, it says nothing itself."""
    own_answers = {id: answer for id, answer in vignette.answers if id != link_id}
    not_asked = [id for id in vignette.not_asked if id != link_id]
    value = tuple(value) if isinstance(value, list) else value
    if value is _NOT_ASKED and base is not _NOT_ASKED:
        not_asked.append(link_id)
    elif value is not _NOT_ASKED and value != base:
        own_answers[link_id] = value
    if own_answers == vignette.own_answers and set(not_asked) == set(vignette.not_asked):
        return vignette
    order = {id: place for place, id in enumerate(definition.questions)}
    answers = sorted(own_answers.items(), key=lambda answer: order.get(answer[0], len(order)))
    return replace(vignette, answers=tuple(answers), not_asked=tuple(not_asked))


def _find_vignette(definition: Definition, name: str) -> Vignette:
    vignette = next((vignette for vignette in definition.vignettes if vignette.name == name), None)
    if vignette is None:
        raise PartNotFoundError(name)
    return vignette


def _replace_vignette(definition: Definition, vignette: Vignette) -> Definition:
    vignettes = tuple(vignette if v.name == vignette.name else v for v in definition.vignettes)
    return replace(definition, vignettes=vignettes)
