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

_ORDER = {"raised": 0, "cannot-tell": 1, "clear": 2}


@dataclass(frozen=True)
class Tried:
    """What one flag says to these answers, part by part."""

    flag: Flag
    verdict: str
    because: tuple[str, ...]
    explained: aloud.Explained


@dataclass(frozen=True)
class Field:
    """One question with what was typed: (code, label, chosen) of each option, or the words."""

    question: Question
    options: list[tuple[str, str, bool]]
    typed: str
    is_open: bool

    @property
    def many(self) -> bool:
        return self.question.type is QuestionType.MULTI_CHOICE

    @property
    def is_number(self) -> bool:
        return self.question.type is QuestionType.INTEGER


@access.editor("GET", "POST")
def trying(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A POST, so that no answer stands in an address; it changes nothing."""
    version = access.load(slug, number)
    definition = reading.definition_of(version)
    typed, faults = _typed(definition, request.POST)
    context = {"here": "editor", "version": version, "slug": slug, "faults": faults}
    context["everything"] = "all" in request.POST
    opened: frozenset[str] | None = None
    try:
        found = assess(definition, typed)
        opened = frozenset(found.open)
        said = _said(definition, typed)
        shown = [tried for tried in said if tried.verdict != "clear" or context["everything"]]
        verdicts = [tried.verdict for tried in said]
        scores = [(definition.scores_by_name[name].title, bounds) for name, bounds in found.scores.items()]
        counts = {"raised": "raised", "doubt": "cannot-tell", "clear": "clear"}
        context |= {"said": shown, "scores": scores, "counts": {k: verdicts.count(v) for k, v in counts.items()}}
    except (ConditionError, KeyError):
        context["broken"] = True
    context["sections"] = _sections(definition, request.POST, opened)
    return render(request, "editor/trying.html", context, status=422 if faults else 200)


def _typed(definition: Definition, posted: QueryDict) -> tuple[dict[str, Value], list[tuple[str, str]]]:
    typed: dict[str, Value] = {}
    faults = []
    for question in definition.questions.values():
        try:
            if (value := answers.read(question, _raw(question, posted))) is not None:
                typed[question.link_id] = value
        except AnswerError as error:
            faults.append((question.link_id, str(error)))
    return typed, faults


def _raw(question: Question, posted: QueryDict) -> object:
    given = posted.getlist(question.link_id)
    return given if question.type is QuestionType.MULTI_CHOICE else (given[0] if given else None)


def _said(definition: Definition, typed: dict[str, Value]) -> list[Tried]:
    """Every flag, the raised ones first."""
    found = assess(definition, typed)
    because = {flag.code: flag.because for flag in found.flags}
    said = []
    for flag in definition.flags:
        verdict = "raised" if flag.code in because else "cannot-tell" if flag.code in found.cannot_tell else "clear"
        names = tuple(str(definition.questions[link_id].short) for link_id in because.get(flag.code, ()))
        said.append(Tried(flag, verdict, names, aloud.explain(definition, flag.condition, typed)))
    return sorted(said, key=lambda tried: _ORDER[tried.verdict])


def _sections(
    definition: Definition, posted: QueryDict, opened: frozenset[str] | None
) -> list[tuple[str, list[Field]]]:
    return [
        (str(section.title), [_field(q, posted, opened) for page in section.pages for q in page.questions])
        for section in definition.sections
    ]


def _field(question: Question, posted: QueryDict, opened: frozenset[str] | None) -> Field:
    given = posted.getlist(question.link_id)
    return Field(
        question=question,
        options=[(choice.code, str(choice.label), choice.code in given) for choice in question.options],
        typed=given[0][:4_000] if given else "",
        is_open=opened is None or question.link_id in opened,
    )
