"""The page of one question, and the page that adds one."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from questionnaire.actions import history
from questionnaire.changes import edits
from questionnaire.changes.uses import find_question_uses
from questionnaire.definition import Definition, Question
from questionnaire.editor import access, current_text
from questionnaire.editor.condition_field import describe_if_valid
from questionnaire.editor.draft_saving import refuse_if_frozen, save_or_refuse
from questionnaire.editor.new_question_form import NewQuestionForm
from questionnaire.editor.part_page import Edit, PartKind, edit_part
from questionnaire.editor.question_form import QuestionForm
from questionnaire.http import SeeOther, StaffRequest
from questionnaire.models import Version


def _edit(version: Version, form: QuestionForm) -> Edit:
    question = form.changed_question(history.find_used_codes(version.questionnaire, form.question.link_id))
    return lambda now: edits.change_question(now, question)


def _show_more(definition: Definition, question: Question) -> dict[str, Any]:
    return {"question": question, "opens": describe_if_valid(definition, question.shown_when or "")}


QUESTION = PartKind(
    "question",
    "editor/pages/question.html",
    find=lambda definition, id: definition.questions.get(id),
    form=QuestionForm,
    edit=_edit,
    find_uses=find_question_uses,
    more=_show_more,
)


@access.require_editor("GET", "POST", to_post=access.EDIT)
def edit_question(request: StaffRequest, slug: str, number: int, id: str) -> HttpResponse:
    """The page of one question; a POST saves it."""
    return edit_part(request, access.load_version(slug, number), QUESTION, id)


@access.require_editor("GET", "POST", may=access.EDIT)
def add_question(request: StaffRequest, slug: str, number: int) -> HttpResponse:
    """A new question. Its link id is made from its short name, once."""
    version = access.load_version(slug, number)
    if refusal := refuse_if_frozen(request, version, _("a new question")):
        return refusal
    definition = current_text.read_definition(version)
    form = NewQuestionForm(definition, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"here": "editor", "form": form, "version": version, "slug": slug}
        return render(request, "editor/pages/new_question.html", context, status=422 if form.errors else 200)
    question = form.new_question(history.find_used_ids(version.questionnaire))
    section, after = form.place
    trouble = save_or_refuse(
        request,
        version,
        subject=f"question {question.link_id}",
        action="added",
        edit=lambda now: edits.add_question(now, question, section_id=section, after=after),
    )
    return trouble or SeeOther(reverse("editor:question", args=[slug, number, question.link_id]))
