"""Try it: type answers, see what each flag would say, and why. Nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from questionnaire.definition import Definition, Flag
from questionnaire.editor import access, answer_fields, current_text
from questionnaire.http import StaffRequest
from questionnaire.rules import Assessment, assess, explain
from questionnaire.rules.answers import Value
from questionnaire.rules.parsing import ConditionError
from questionnaire.rules.states import Verdict

_ORDER = list(Verdict)


@dataclass(frozen=True)
class TriedFlag:
    """What one flag says to these answers, part by part."""

    flag: Flag
    verdict: Verdict
    because: tuple[str, ...]
    explained: explain.ExplainedCondition


@access.require_editor("GET", "POST")
def try_answers(request: StaffRequest, slug: str, number: int) -> HttpResponse:
    """A POST, so that no answer stands in an address; it changes nothing."""
    version = access.load_version(slug, number)
    definition = current_text.read_definition(version)
    values, faults = answer_fields.read_typed_answers(definition.questions.values(), request.POST)
    with_clear = "all" in request.POST
    try:
        assessment = assess(definition, values)
        open_ids: tuple[str, ...] | None = assessment.open
        verdicts = _describe_verdicts(definition, assessment, values, with_clear=with_clear)
    except (ConditionError, KeyError):
        open_ids, verdicts = None, {"broken": True}
    context = {
        "here": "editor",
        "version": version,
        "slug": slug,
        "faults": faults,
        "everything": with_clear,
        **verdicts,
        "sections": answer_fields.group_fields(definition, dict(request.POST.lists()), open_ids),
    }
    return render(request, "editor/pages/try_it.html", context, status=422 if faults else 200)


def _describe_verdicts(
    definition: Definition, assessment: Assessment, values: dict[str, Value], *, with_clear: bool
) -> dict[str, Any]:
    flags = _try_flags(definition, assessment, values)
    verdicts = [tried.verdict for tried in flags]
    counts = {"raised": Verdict.RAISED, "doubt": Verdict.CANNOT_TELL, "clear": Verdict.CLEAR}
    return {
        "tried_flags": [tried for tried in flags if tried.verdict is not Verdict.CLEAR or with_clear],
        "scores": [
            (definition.scores_by_name[name].title, bounds) for name, bounds in assessment.scores.items()
        ],
        "counts": {name: verdicts.count(verdict) for name, verdict in counts.items()},
    }


def _try_flags(definition: Definition, assessment: Assessment, values: dict[str, Value]) -> list[TriedFlag]:
    """Every flag, the raised ones first."""
    because = {flag.code: flag.because for flag in assessment.flags}
    tried = []
    for flag in definition.flags:
        names = tuple(str(definition.questions[link_id].short) for link_id in because.get(flag.code, ()))
        explained = explain.explain_condition(definition, flag.condition, values)
        tried.append(TriedFlag(flag, assessment.find_verdict(flag.code), names, explained))
    return sorted(tried, key=lambda flag: _ORDER.index(flag.verdict))
