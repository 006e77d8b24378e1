"""The page of one question, and the page that adds one."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from questionnaire.actions import history
from questionnaire.changes import edits
from questionnaire.definition import Definition, Question
from questionnaire.editor import access, current_text
from questionnaire.editor.condition_field import read_back
from questionnaire.editor.draft_saving import change_draft, refuse_if_frozen
from questionnaire.editor.part_page import Edit, Kind, page
from questionnaire.editor.question_form import NewQuestionForm, QuestionForm
from questionnaire.editor.request import EditorRequest
from questionnaire.http import SeeOther
from questionnaire.models import Version


def _edit(version: Version, form: QuestionForm) -> Edit:
    changed = form.changed(history.codes_ever_used(version.questionnaire, form.question.link_id))
    return lambda now: edits.change_question(now, changed)


def _shows(definition: Definition, question: Question) -> dict[str, Any]:
    return {"question": question, "opens": read_back(definition, question.shown_when or "")}


QUESTION = Kind(
    "question",
    "editor/pages/question.html",
    find=lambda definition, id: definition.questions.get(id),
    form=QuestionForm,
    edit=_edit,
    uses=edits.uses_of_question,
    shows=_shows,
)


@access.require_editor("GET", "POST", to_post=access.EDIT)
def question(request: EditorRequest, slug: str, number: int, id: str) -> HttpResponse:
    return page(request, slug, number, QUESTION, id)


@access.require_editor("GET", "POST", may=access.EDIT)
def add(request: EditorRequest, slug: str, number: int) -> HttpResponse:
    """A new question. Its link id is made from its short name, once."""
    version = access.load_version(slug, number)
    if refusal := refuse_if_frozen(request, version, _("a new question")):
        return refusal
    definition = current_text.definition_of(version)
    form = NewQuestionForm(definition, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        new = form.question(history.ids_ever_used(version.questionnaire))
        section, after = form.place
        trouble = change_draft(
            request,
            version,
            subject=f"question {new.link_id}",
            action="added",
            edit=lambda now: edits.add_question(now, new, section_id=section, after=after),
        )
        return trouble or SeeOther(reverse("editor:question", args=[slug, number, new.link_id]))
    context = {"here": "editor", "form": form, "version": version, "slug": slug}
    return render(request, "editor/pages/new_question.html", context, status=422 if form.errors else 200)
