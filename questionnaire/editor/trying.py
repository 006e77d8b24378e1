"""Try it: type answers, see what each flag would say, and why. Nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from questionnaire.definition import Definition, Flag, Question, QuestionType
from questionnaire.editor import access, reading
from questionnaire.rules import aloud, answers, assess
from questionnaire.rules.answers import AnswerError, Value
from questionnaire.rules.conditions import ConditionError


@dataclass(frozen=True)
class Tried:
    """What one flag says to these answers, part by part."""

    flag: Flag
    verdict: str
    because: tuple[str, ...]
    explained: aloud.Explained


@access.editor("GET", "POST")
def trying(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A POST, so that no answer stands in an address; it changes nothing."""
    version = access.load(slug, number)
    definition = reading.definition_of(version)
    typed, faults = _typed(definition, request.POST)
    context = {
        "version": version,
        "slug": slug,
        "fields": [(q, typed.get(q.link_id), q.type in _WITH_OPTIONS) for q in definition.questions.values()],
        "faults": faults,
        "several": QuestionType.MULTI_CHOICE,
    }
    try:
        context |= _judged(definition, typed, everything="all" in request.POST)
    except (ConditionError, KeyError):
        context["broken"] = True
    return render(request, "editor/trying.html", context, status=422 if faults else 200)


_WITH_OPTIONS = {QuestionType.CHOICE, QuestionType.MULTI_CHOICE}


def _typed(definition: Definition, posted: QueryDict) -> tuple[dict[str, Value], list[str]]:
    typed: dict[str, Value] = {}
    faults = []
    for question in definition.questions.values():
        raw = _raw(question, posted)
        try:
            if (value := answers.read(question, raw)) is not None:
                typed[question.link_id] = value
        except AnswerError as error:
            faults.append(str(error))
    return typed, faults


def _raw(question: Question, posted: QueryDict) -> object:
    given = posted.getlist(question.link_id)
    return given if question.type is QuestionType.MULTI_CHOICE else (given[0] if given else None)


def _judged(definition: Definition, typed: dict[str, Value], *, everything: bool) -> dict[str, object]:
    found = assess(definition, typed)
    because = {flag.code: flag.because for flag in found.flags}
    said = []
    for flag in definition.flags:
        verdict = "raised" if flag.code in because else "cannot-tell" if flag.code in found.cannot_tell else "clear"
        if verdict != "clear" or everything:
            names = tuple(str(definition.questions[link_id].short) for link_id in because.get(flag.code, ()))
            said.append(Tried(flag, verdict, names, aloud.explain(definition, flag.condition, typed)))
    order = {"raised": 0, "cannot-tell": 1, "clear": 2}
    said.sort(key=lambda tried: order[tried.verdict])
    return {"said": said, "scores": found.scores, "open": found.open, "everything": everything}
