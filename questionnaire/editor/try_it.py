"""Try it: type answers, see what each flag would say, and why. Nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render

from questionnaire.definition import Definition, Flag
from questionnaire.editor import access, answer_fields, current_text
from questionnaire.editor.request import EditorRequest
from questionnaire.rules import assess, explain
from questionnaire.rules.answers import Value
from questionnaire.rules.conditions import ConditionError

_ORDER = {"raised": 0, "cannot-tell": 1, "clear": 2}


@dataclass(frozen=True)
class Tried:
    """What one flag says to these answers, part by part."""

    flag: Flag
    verdict: str
    because: tuple[str, ...]
    explained: explain.Explained


@access.require_editor("GET", "POST")
def trying(request: EditorRequest, slug: str, number: int) -> HttpResponse:
    """A POST, so that no answer stands in an address; it changes nothing."""
    version = access.load_version(slug, number)
    definition = current_text.definition_of(version)
    typed, faults = answer_fields.typed(definition.questions.values(), request.POST)
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
    context["sections"] = answer_fields.sections(definition, dict(request.POST.lists()), opened)
    return render(request, "editor/pages/try_it.html", context, status=422 if faults else 200)


def _said(definition: Definition, typed: dict[str, Value]) -> list[Tried]:
    """Every flag, the raised ones first."""
    found = assess(definition, typed)
    because = {flag.code: flag.because for flag in found.flags}
    said = []
    for flag in definition.flags:
        verdict = "raised" if flag.code in because else "cannot-tell" if flag.code in found.cannot_tell else "clear"
        names = tuple(str(definition.questions[link_id].short) for link_id in because.get(flag.code, ()))
        said.append(Tried(flag, verdict, names, explain.explain(definition, flag.condition, typed)))
    return sorted(said, key=lambda tried: _ORDER[tried.verdict])
