"""A version exactly as a patient meets it, on any path and in any language.

Nothing is stored: the answers travel in the page itself, signed. A link can be given to somebody without an
account; it works for a week.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation

from questionnaire.editor import access, current_text
from questionnaire.editor.condition_field import describe_if_valid
from questionnaire.http import Request, SeeOther
from questionnaire.models import Version
from questionnaire.rules.parsing import ConditionError
from questionnaire.rules.path import OpenPage
from screening.patient.check_answers import build_check_page
from screening.patient.identity import build_identity_page, needs_second_word
from screening.patient.identity_form import IdentityForm
from screening.patient.interruption import build_interruption_page
from screening.patient.question import build_question_page, make_question_form
from screening.patient.rendering import PatientPage
from screening.patient.result import build_result_page
from screening.preview.frame import render_framed, sign_made_up_person
from screening.preview.links import find_shared_version, keep_links_inside
from screening.preview.made_up_form import CODE, send_in_memory
from screening.preview.pages_around import PAGES, show_page_around
from screening.preview.preview_patient import BESIDE, PreviewPatient
from screening.preview.stage import Stage
from screening.queries.reachability import is_urgent


@access.require_editor("GET", "POST")
def preview(request: Request, slug: str, number: int) -> HttpResponse:
    """A version, for people who may read it in the editor."""
    version = access.load_version(slug, number)
    return _answer(request, version, reverse("preview:version", args=[slug, number]))


def shared(request: Request, token: str) -> HttpResponse:
    """The same for anybody with the link, while it works. Raises Http404 for a link that does not."""
    if request.method not in {"GET", "HEAD", "POST"}:
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    version = find_shared_version(token)
    if version is None:
        raise Http404
    return _answer(request, version, reverse("preview:shared", args=[token]))


def _answer(request: Request, version: Version, base: str) -> HttpResponse:
    definition = current_text.read_definition(version)
    patient = PreviewPatient.read_signed(request.POST.get("seen") or request.GET.get("t", ""))
    patient = replace(patient, language=request.GET.get("language", patient.language))
    stage = Stage(request, version, definition, base, patient, timezone.now())
    try:
        with translation.override(patient.choose_language(definition)):
            response = _show_or_go_on(stage)
            return keep_links_inside(response, lambda name, parts: _find_address(stage, name, parts))
    except (ConditionError, KeyError):
        context = {"version": version, "slug": version.questionnaire.slug}
        return render(request, "preview/pages/broken.html", context, status=409)


def _show_or_go_on(stage: Stage) -> HttpResponse:
    """What a patient would see here, in the order in which a patient meets it."""
    around = _find_page_around(stage)
    if stage.is_posted and (language := stage.request.POST.get("language")):
        return SeeOther(_find_this_page(stage, replace(stage.patient, language=language)))
    if stage.is_posted and "save" in stage.request.POST:
        return SeeOther(stage.at(stage.patient, beside="save"))
    if around in PAGES:
        return show_page_around(stage, around)
    if stage.form.response.pending:
        return _interruption(stage)
    page = _find_page(stage)
    if page:
        return _question(stage, page)
    if stage.is_at_result:
        return SeeOther(stage.base) if stage.is_posted else _result(stage)
    return _check(stage) if stage.patient.met and not around else _you(stage)


def _find_page_around(stage: Stage) -> str:
    """The page around the questions that is asked for; the first is the start page.

    "" on the way through them.
    """
    asked_for = stage.request.GET.get(BESIDE, "")
    is_new = not ({"t", "page"} & stage.request.GET.keys() or "seen" in stage.request.POST)
    return asked_for if asked_for in PAGES or asked_for == "you" else "start" if is_new else ""


def _find_page(stage: Stage) -> OpenPage | None:
    """The page asked for, if it was reached, else the first unfinished one; None at the end."""
    walk, wanted = stage.form.walk, stage.request.GET.get("page", "")
    asked_for = walk.page(int(wanted)) if wanted.isdecimal() and len(wanted) < 5 else None
    return asked_for or (walk.pages[-1] if walk.next else None)


def _find_this_page(stage: Stage, patient: PreviewPatient) -> str:
    """The address of the page that is shown now, for this person."""
    around, page = _find_page_around(stage), _find_page(stage)
    if around or page is None:
        return stage.at(patient, beside=around, sent=stage.is_at_result)
    return stage.at(patient, page.number)


def _find_address(stage: Stage, name: str, parts: dict[str, Any]) -> str:
    """Where the patient's address of this name leads in this preview."""
    if name == "start":
        return stage.base
    if name == "finish":
        return stage.at(stage.patient, sent=True)
    if name in PAGES or name == "you":
        return stage.at(stage.patient, beside=name)
    if name in {"question", "carry-on", "check", "submit"}:
        return stage.at(stage.patient, parts.get("number"))
    return stage.at(stage.patient, beside="absent")


# The way through the questions -------------------------------------------------------------------------


def _question(stage: Stage, page: OpenPage) -> HttpResponse:
    if not stage.is_posted:
        return _show_question(
            stage, page, build_question_page(stage.form, page, make_question_form(stage.form, page))
        )
    form = make_question_form(stage.form, page, data=stage.request.POST)
    if form.is_valid() and not form.doubt:
        return SeeOther(stage.at(stage.patient.add_answers(form.cleaned_data)))
    urgent = stage.patient.add_answers(form.readable).find_unread(stage.definition)
    return _show_question(stage, page, build_question_page(stage.form, page, form, urgent=urgent, status=422))


def _show_question(stage: Stage, page: OpenPage, shown: PatientPage) -> HttpResponse:
    """The page of questions, and beside it what opened them."""
    opened_by = [
        describe_if_valid(stage.definition, question.shown_when or "") for question in page.questions
    ]
    return render_framed(stage, shown, opened_by=[words for words in opened_by if words])


def _interruption(stage: Stage) -> HttpResponse:
    if stage.is_posted:
        return SeeOther(
            stage.at(replace(stage.patient, read=stage.patient.read | stage.form.response.pending))
        )
    return render_framed(stage, build_interruption_page(stage.form))


def _you(stage: Stage) -> HttpResponse:
    """Who they are. It is checked as a patient's would be, and forgotten."""
    urgent = is_urgent(stage.form)
    data = stage.request.POST if stage.is_posted else None
    form = IdentityForm(stage.values, today=stage.today, urgent=urgent, data=data)
    answered = stage.is_posted and form.is_valid()
    if answered and not needs_second_word(stage.request, stage.form, form, urgent):
        return SeeOther(stage.at(replace(stage.patient, met=True)))
    return render_framed(stage, build_identity_page(stage.form, form, urgent=urgent), forgets=True)


def _check(stage: Stage) -> HttpResponse:
    """Check your answers, each with the way back to its page. Sending leads to the result, no more."""
    if stage.is_posted:
        return SeeOther(stage.at(stage.patient, sent=True))
    return render_framed(stage, build_check_page(stage.form), person=sign_made_up_person(stage), forgets=True)


def _result(stage: Stage) -> HttpResponse:
    """The result as the patient reads it, worked out by what works it out when a form is sent."""
    sent, flags = send_in_memory(stage.form, now=stage.now)
    return render_framed(stage, build_result_page(sent, flags, CODE), person=sign_made_up_person(stage))
