"""The page of one question, and the page that adds one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from questionnaire import editing, history
from questionnaire.editor import access, reading
from questionnaire.editor.condition_field import read_back
from questionnaire.editor.question_form import NewQuestionForm, QuestionForm
from questionnaire.editor.saving import SeeOther, frozen, gone, mark, save
from questionnaire.editor.translating import strings
from questionnaire.editor.words import freeze


@access.editor("GET", "POST")
def question(request: HttpRequest, slug: str, number: int, id: str) -> HttpResponse:
    version = access.load(slug, number)
    definition = reading.definition_of(version)
    found = definition.questions.get(id)
    if found is None:
        return gone(request, version, f"question {id}")
    form = QuestionForm(definition, found, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        access.require(request, access.EDIT)
        if refusal := frozen(request, version, f"question {id}"):
            return refusal
        if form.is_valid():
            changed = form.changed(history.codes_ever_used(version.questionnaire, id))
            trouble = save(
                request,
                version,
                subject=f"question {id}",
                action="changed",
                edit=lambda now: editing.change_question(now, changed),
                part=lambda now: now.questions.get(id),
                form_of=lambda now: QuestionForm(now, now.questions[id]),
            )
            return trouble or SeeOther(f"{reading.address(version, 'question', id)}?saved=1")
    if not (can_edit := reading.can_edit(request, version)):
        freeze(form)
    context = {
        "here": "editor",
        "form": form,
        "version": version,
        "slug": slug,
        "question": found,
        "opens": read_back(definition, found.shown_when or ""),
        "uses": reading.links(version, definition, editing.uses_of_question(definition, id)),
        "seen": request.POST.get("seen") or mark(found),
        "saved": "saved" in request.GET and not form.is_bound,
        "can_edit": can_edit,
        "translated": strings(definition, [text for text in definition.patient_texts() if _is_of(text[0], id)]),
    }
    return render(request, "editor/question.html", context, status=422 if form.errors else 200)


@access.editor("GET", "POST", may=access.EDIT)
def add(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    version = access.load(slug, number)
    if refusal := frozen(request, version, _("a new question")):
        return refusal
    definition = reading.definition_of(version)
    form = NewQuestionForm(definition, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        new = form.question(history.ids_ever_used(version.questionnaire))
        section, after = form.place
        trouble = save(
            request,
            version,
            subject=f"question {new.link_id}",
            action="added",
            edit=lambda now: editing.add_question(now, new, section_id=section, after=after),
        )
        return trouble or SeeOther(reverse("editor:question", args=[slug, number, new.link_id]))
    context = {"here": "editor", "form": form, "version": version, "slug": slug}
    return render(request, "editor/new_question.html", context, status=422 if form.errors else 200)


def _is_of(where: str, link_id: str) -> bool:
    return where.startswith(f"question {link_id} ")
