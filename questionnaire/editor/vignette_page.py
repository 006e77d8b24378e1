"""One patient story: the whole person in words, what they answer, and what every flag must say to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from questionnaire.definition import Definition, Flag, Vignette
from questionnaire.editor import access, answer_fields, current_text
from questionnaire.editor.draft_saving import change_draft, mark_of, refuse_if_frozen, refuse_missing_part
from questionnaire.editor.request import EditorRequest
from questionnaire.editor.text_fields import TypedWords, words_widget
from questionnaire.http import SeeOther
from questionnaire.models import Version
from questionnaire.rules import Assessment, assess
from questionnaire.rules.conditions import ConditionError
from questionnaire.vignettes import maintenance, run
from questionnaire.vignettes.coverage import LONGEST_STORY
from questionnaire.vignettes.run import in_words


class StoryForm(forms.Form):
    """The one sentence that says who this is."""

    use_required_attribute = False

    def __init__(self, story: str = "", data: Any = None) -> None:
        super().__init__(data)
        self.fields["story"] = TypedWords(
            label=_("Who is this, in one sentence"),
            initial=story,
            max_length=LONGEST_STORY,
            widget=words_widget(2),
            error_messages={"required": _("Enter one sentence that tells who this is")},
        )


@dataclass(frozen=True)
class Expected:
    """One flag, what it says to this person now, and what the story expects; "" for nothing."""

    flag: Flag
    says: str
    expected: str

    @property
    def fails(self) -> bool:
        return bool(self.expected) and self.says != self.expected


@access.require_editor("GET")
def story(request: EditorRequest, slug: str, number: int, id: str) -> HttpResponse:
    version = access.load_version(slug, number)
    definition = current_text.definition_of(version)
    vignette = _vignette(definition, id)
    if vignette is None:
        raise Http404
    answers = run.people(definition)[id]
    judged = _judged(definition, answers)
    flags = _expected(definition, vignette, judged) if judged else []
    context = {
        "here": "editor",
        "version": version,
        "slug": slug,
        "vignette": vignette,
        "like": next((v.story for v in definition.vignettes if v.name == vignette.like), vignette.like),
        "faults": _faults(definition, id) if judged else [],
        "said": _in_words(definition, answers),
        "flags": [flag for flag in flags if flag.says != "clear" or flag.expected],
        "clear": [flag for flag in flags if flag.says == "clear" and not flag.expected],
        "unreadable": judged is None,
        "seen": mark_of(vignette),
        "saved": "saved" in request.GET,
        "can_edit": current_text.can_edit(request, version),
    }
    return render(request, "editor/pages/vignette.html", context)


@access.require_editor("GET", "POST", may=access.EDIT)
def change(request: EditorRequest, slug: str, number: int, id: str) -> HttpResponse:
    """The sentence, and what this person answers. What they are asked follows from that."""
    version = access.load_version(slug, number)
    definition = current_text.definition_of(version)
    vignette = _vignette(definition, id)
    if vignette is None:
        return refuse_missing_part(request, version, f"vignette {id}")
    if refusal := refuse_if_frozen(request, version, f"vignette {id}"):
        return refusal
    if request.method == "GET":
        said = answer_fields.as_typed(run.people(definition)[id])
        return _show(request, version, definition, vignette, StoryForm(vignette.story), said, [])
    form = StoryForm(data=request.POST)
    typed, faults = answer_fields.typed(definition.questions.values(), request.POST)
    judged = _judged(definition, typed)
    if not form.is_valid() or faults or judged is None:
        return _show(request, version, definition, vignette, form, dict(request.POST.lists()), faults)
    told = {link_id: typed.get(link_id) for link_id in judged.open}
    trouble = change_draft(
        request,
        version,
        subject=f"vignette {id}",
        action="changed",
        edit=lambda now: maintenance.retold(now, id, told, form.cleaned_data["story"]),
        part=lambda now: _vignette(now, id),
    )
    return trouble or SeeOther(f"{current_text.address(version, 'vignette', id)}?saved=1")


@access.require_editor("POST", may=access.EDIT)
def expect(request: EditorRequest, slug: str, number: int, id: str) -> HttpResponse:
    """From now on the ticked flags must say to this person what they say now."""
    version = access.load_version(slug, number)
    definition = current_text.definition_of(version)
    vignette = _vignette(definition, id)
    if vignette is None:
        return refuse_missing_part(request, version, f"vignette {id}")
    if refusal := refuse_if_frozen(request, version, f"vignette {id}"):
        return refusal
    if _judged(definition, run.people(definition)[id]) is None:
        return SeeOther(current_text.address(version, "vignette", id))
    codes = frozenset(request.POST.getlist("flag"))
    trouble = change_draft(
        request,
        version,
        subject=f"vignette {id}",
        action="changed",
        edit=lambda now: maintenance.expects(now, id, codes),
        part=lambda now: _vignette(now, id),
    )
    return trouble or SeeOther(f"{current_text.address(version, 'vignette', id)}?saved=1")


def _show(
    request: EditorRequest,
    version: Version,
    definition: Definition,
    vignette: Vignette,
    form: StoryForm,
    given: Mapping[str, list[str]],
    faults: answer_fields.Faults,
) -> HttpResponse:
    judged = _judged(definition, run.people(definition)[vignette.name])
    context = {
        "here": "editor",
        "version": version,
        "slug": version.questionnaire.slug,
        "vignette": vignette,
        "form": form,
        "faults": faults,
        "sections": answer_fields.sections(definition, given, judged.open if judged else None),
        "unreadable": judged is None,
        "seen": request.POST.get("seen") or mark_of(vignette),
        "back": reverse("editor:vignette", args=[version.questionnaire.slug, version.number, vignette.name]),
    }
    return render(request, "editor/pages/vignette_change.html", context, status=422 if form.errors or faults else 200)


def _vignette(definition: Definition, name: str) -> Vignette | None:
    return next((vignette for vignette in definition.vignettes if vignette.name == name), None)


def _judged(definition: Definition, answers: Mapping[str, Any]) -> Assessment | None:
    """What the flags say to this person; None while a condition cannot be read."""
    try:
        return assess(definition, answers)
    except (ConditionError, KeyError):
        return None


def _faults(definition: Definition, name: str) -> list[str]:
    """What this story expects and the draft does not do, in words."""
    names = run.names(definition)
    results = (result for result in run.run(definition) if result.vignette.name == name)
    return [run.sentence(difference, names) for result in results for difference in result.differences]


def _in_words(definition: Definition, answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    asked = ((link_id, q) for link_id, q in definition.questions.items() if link_id in answers)
    return [(str(question.short), in_words(question, answers[link_id])) for link_id, question in asked]


def _expected(definition: Definition, vignette: Vignette, judged: Assessment) -> list[Expected]:
    """Every flag, those that say something first."""
    expected = dict.fromkeys(vignette.raised, "raised") | dict.fromkeys(vignette.not_raised, "clear")
    expected |= dict.fromkeys(vignette.cannot_tell, "cannot-tell")
    says = dict.fromkeys(judged.cannot_tell, "cannot-tell") | dict.fromkeys(judged.raised, "raised")
    return [Expected(flag, says.get(flag.code, "clear"), expected.get(flag.code, "")) for flag in definition.flags]
