"""Patient stories that follow a changed questionnaire: one more question answered, an expectation taken over.

Pure Python. Each function goes from one definition to the next; nothing here is stored. A story keeps saying only what
its person answers differently from the story it is like.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from questionnaire import rules
from questionnaire.changes.edits import PartNotFoundError
from questionnaire.definition import Definition, Vignette
from questionnaire.vignettes import run
from questionnaire.vignettes.run import MismatchKind, VignetteResult

_SILENT = object()
"""In place of an answer: this person is not asked."""


def find_unanswered(results: tuple[VignetteResult, ...]) -> dict[str, tuple[str, ...]]:
    """Link id to the names of the stories whose person is now asked this question and says nothing to it."""
    return _by_question(results, MismatchKind.NOW_ASKED)


def find_no_longer_asked(results: tuple[VignetteResult, ...]) -> dict[str, tuple[str, ...]]:
    """Link id to the names of the stories that answer a question their person is no longer asked."""
    return _by_question(results, MismatchKind.NO_LONGER_ASKED)


def answer_for_everyone(definition: Definition, link_id: str, value: Any) -> Definition:
    """Every person of a story who is now asked this question, and has no answer to it, gives this one."""
    names = find_unanswered(run.run_vignettes(definition)).get(link_id, ())
    return _said(definition, link_id, lambda name, was: value if name in names else was)


def drop_unasked_answers(definition: Definition, link_id: str) -> Definition:
    """Nobody who is no longer asked this question answers it."""
    names = find_no_longer_asked(run.run_vignettes(definition)).get(link_id, ())
    return _said(definition, link_id, lambda name, was: _SILENT if name in names else was)


def set_expectations(definition: Definition, name: str, codes: Collection[str]) -> Definition:
    """The story expects of these flags what they say to its person now, and nothing of any other."""
    judged = rules.assess(definition, run.build_people(definition)[_story(definition, name).name])
    known = [flag.code for flag in definition.flags if flag.code in codes]
    return _put(
        definition,
        replace(
            _story(definition, name),
            raised=tuple(code for code in known if code in judged.raised),
            cannot_tell=tuple(code for code in known if code in judged.cannot_tell),
            not_raised=tuple(code for code in known if code not in {*judged.raised, *judged.cannot_tell}),
        ),
    )


def drop_expectations(definition: Definition, code: str) -> Definition:
    """No story expects anything of this flag any more."""

    def kept(codes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(other for other in codes if other != code)

    stories = (
        replace(v, raised=kept(v.raised), not_raised=kept(v.not_raised), cannot_tell=kept(v.cannot_tell))
        for v in definition.vignettes
    )
    return replace(definition, vignettes=tuple(stories))


def rewrite_vignette(definition: Definition, name: str, answers: Mapping[str, Any], story: str) -> Definition:
    """This person says all of this and nothing else; people who are like them keep what they said before."""
    _story(definition, name)
    for link_id in {**run.build_people(definition)[name], **answers}:
        definition = _said(definition, link_id, _only(name, answers.get(link_id, _SILENT)))
    return _put(definition, replace(_story(definition, name), story=story))


def _only(name: str, value: Any) -> Callable[[str, Any], Any]:
    return lambda who, was: value if who == name else was


def _by_question(results: tuple[VignetteResult, ...], fault: MismatchKind) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for result in results:
        for difference in result.differences:
            if difference.fault is fault:
                found.setdefault(difference.subject, []).append(result.vignette.name)
    return {link_id: tuple(names) for link_id, names in found.items()}


def _said(definition: Definition, link_id: str, says: Callable[[str, Any], Any]) -> Definition:
    """Every story, where each person says to one question what `says` makes of their name and their answer so far."""
    before = run.build_people(definition)
    now: dict[str, Any] = {}
    stories = []
    for vignette in definition.vignettes:
        base = now.get(vignette.like or "", _SILENT)
        now[vignette.name] = says(vignette.name, before[vignette.name].get(link_id, _SILENT))
        stories.append(_with(definition, vignette, link_id, now[vignette.name], base))
    return replace(definition, vignettes=tuple(stories))


def _with(definition: Definition, vignette: Vignette, link_id: str, value: Any, base: Any) -> Vignette:
    """The story with this answer; where the story it is like says the same, it says nothing itself."""
    told = {id: said for id, said in vignette.answers if id != link_id}
    not_asked = [id for id in vignette.not_asked if id != link_id]
    value = tuple(value) if isinstance(value, list) else value
    if value is _SILENT and base is not _SILENT:
        not_asked.append(link_id)
    elif value is not _SILENT and value != base:
        told[link_id] = value
    if told == vignette.told and set(not_asked) == set(vignette.not_asked):
        return vignette
    order = {id: place for place, id in enumerate(definition.questions)}
    answers = sorted(told.items(), key=lambda answer: order.get(answer[0], len(order)))
    return replace(vignette, answers=tuple(answers), not_asked=tuple(not_asked))


def _story(definition: Definition, name: str) -> Vignette:
    found = next((vignette for vignette in definition.vignettes if vignette.name == name), None)
    if found is None:
        raise PartNotFoundError(name)
    return found


def _put(definition: Definition, vignette: Vignette) -> Definition:
    stories = tuple(vignette if v.name == vignette.name else v for v in definition.vignettes)
    return replace(definition, vignettes=stories)
