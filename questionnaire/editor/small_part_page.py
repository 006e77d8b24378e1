"""The pages of sections, topics, fixed texts and scores, and the pages that add one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from questionnaire.actions import history
from questionnaire.changes.uses import Use, find_score_uses, find_topic_uses
from questionnaire.definition import Definition, FixedText, Score, Section, Text, Topic
from questionnaire.editor import access, current_text
from questionnaire.editor.draft_saving import refuse_if_frozen, save_or_refuse
from questionnaire.editor.part_page import PartKind, edit_part, show_part
from questionnaire.editor.small_part_form import (
    FixedTextForm,
    ScoreForm,
    SectionForm,
    SmallPartForm,
    TopicForm,
)
from questionnaire.http import SeeOther, StaffRequest
from questionnaire.identifiers import make_id


def _find_section(definition: Definition, id: str) -> Section | None:
    return next((section for section in definition.sections if section.id == id), None)


def _find_topic(definition: Definition, id: str) -> Topic | None:
    return definition.topics_by_id.get(id)


def _find_score(definition: Definition, id: str) -> Score | None:
    return definition.scores_by_name.get(id)


def _find_text(definition: Definition, id: str) -> FixedText | None:
    return next((text for text in definition.texts if text.id == id), None)


def _show_name(definition: Definition, part: Any) -> dict[str, Any]:
    return {"name": getattr(part, "title", None) or getattr(part, "label", None) or getattr(part, "id", "")}


def _make_kind(
    name: str,
    find: Callable[[Definition, str], Any],
    form: Callable[[Definition, Any, Any], SmallPartForm],
    **find_uses: Callable[[Definition, str], tuple[Use, ...]],
) -> PartKind:
    template = "editor/pages/part.html"
    return PartKind(name, template, find, form, lambda version, form: form.edit, more=_show_name, **find_uses)


KINDS = {
    "section": _make_kind("section", _find_section, SectionForm),
    "topic": _make_kind("topic", _find_topic, TopicForm, find_uses=find_topic_uses),
    "text": _make_kind("text", _find_text, FixedTextForm),
    "score": _make_kind("score", _find_score, ScoreForm, find_uses=find_score_uses),
}


@access.require_editor("GET", "POST", to_post=access.EDIT)
def edit_small_part(request: StaffRequest, slug: str, number: int, kind: str, id: str) -> HttpResponse:
    """The page of one section, topic, fixed text or score; a POST saves it."""
    return edit_part(request, access.load_version(slug, number), KINDS[kind], id)


@access.require_editor("GET", "POST", may=access.EDIT)
def add_small_part(request: StaffRequest, slug: str, number: int, kind: str) -> HttpResponse:
    """A new section, topic or score. Its id is made from its words, once."""
    version = access.load_version(slug, number)
    if refusal := refuse_if_frozen(request, version, _("a new part")):
        return refusal
    definition = current_text.read_definition(version)
    make_form = KINDS[kind].form
    form = make_form(
        definition, _blank_part(definition, kind), request.POST if request.method == "POST" else None
    )
    if not form.is_valid():
        return show_part(request, version, definition, KINDS[kind], form)
    id = make_id(form.name, history.find_used_ids(version.questionnaire))
    named_form = make_form(definition, _blank_part(definition, kind, id), request.POST)
    named_form.is_valid()
    trouble = save_or_refuse(request, version, subject=f"{kind} {id}", action="added", edit=named_form.edit)
    return trouble or SeeOther(reverse(f"editor:{kind}", args=[slug, number, id]))


def _blank_part(definition: Definition, kind: str, id: str = "new") -> Section | Topic | Score:
    words = Text.of({definition.languages[0]: ""})
    if kind == "score":
        return Score(id, "", ())
    return Section(id, words, ()) if kind == "section" else Topic(id, words)
