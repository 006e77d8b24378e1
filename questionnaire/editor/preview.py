"""A version exactly as a patient meets it, on any path and in any language, with what the rules say beside it.

Nothing is stored: the answers travel in the page itself, signed. A link can be given to somebody without an account;
it works for a week.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from questionnaire.definition import NONE_CODE, UNSURE_CODES, Definition, Question
from questionnaire.editor import access, current_text, preview_pages
from questionnaire.editor.condition_field import describe_if_valid
from questionnaire.editor.made_up_person import sign_person
from questionnaire.editor.trial import BESIDE, SENT, Trial, address, topics, trace
from questionnaire.forms import PageForm
from questionnaire.http import SeeOther
from questionnaire.models import Version
from questionnaire.presenters.reader import Reader, in_words
from questionnaire.rules.answers import to_json_value
from questionnaire.rules.parsing import ConditionError
from questionnaire.rules.path import OpenPage, Walk

_SHARED = "editor shared preview"
SHARED_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Stage:
    """One moment of a preview: which version, at which address, and who is on the way."""

    request: HttpRequest
    version: Version
    definition: Definition
    base: str
    trial: Trial
    walk: Walk
    clinic: Any
    """What the clinic has set; whose it is, the editor does not know (see settings.CLINIC_ON_PREVIEW)."""

    @property
    def reader(self) -> Reader:
        language = self.trial.tongue(self.definition)
        return Reader(language, self.clinic.emergency_number, self.clinic.crisis_number)

    @property
    def beside(self) -> str:
        """The page around the questions that is asked for; the first is the start page. "" on the way through them."""
        asked_for = self.request.GET.get(BESIDE, "")
        fresh = not ({"t", "page"} & self.request.GET.keys() or "seen" in self.request.POST)
        return asked_for if asked_for in preview_pages.PAGES else "start" if fresh else ""

    @property
    def sent(self) -> bool:
        return SENT in self.request.GET

    def at(self, trial: Trial, page: int | None = None, *, sent: bool = False, beside: str = "") -> str:
        return address(self.version, trial, page=page, base=self.base, sent=sent, beside=beside)

    def inside(self, name: str, parts: dict[str, Any]) -> str:
        """Where the patient's address of this name leads in this preview."""
        if name == "start":
            return self.base
        if name == "finish":
            return self.at(self.trial, sent=True)
        if name in preview_pages.PAGES:
            return self.at(self.trial, beside=name)
        if name in {"question", "carry-on", "check", "submit"}:
            return self.at(self.trial, parts.get("number"))
        return self.at(self.trial, beside="absent")


@access.require_editor("GET", "POST")
def preview(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    version = access.load_version(slug, number)
    return _staged(request, version, reverse("editor:preview", args=[slug, number]))


def shared(request: HttpRequest, token: str) -> HttpResponse:
    """The same for whoever holds the link, while it works."""
    if request.method not in {"GET", "HEAD", "POST"}:
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    try:
        pk = signing.loads(token, salt=_SHARED, max_age=SHARED_FOR)
    except signing.BadSignature:
        raise Http404 from None
    version = Version.objects.select_related("questionnaire").filter(pk=pk).first()
    if version is None:
        raise Http404
    return _staged(request, version, reverse("editor:shared", args=[token]))


def shared_address(version: Version) -> str:
    """An address that opens this version's preview for a week, without an account."""
    return reverse("editor:shared", args=[signing.dumps(version.pk, salt=_SHARED)])


def _staged(request: HttpRequest, version: Version, base: str) -> HttpResponse:
    definition = current_text.read_definition(version)
    trial = Trial.opened(request.POST.get("seen") or request.GET.get("t", ""))
    trial = replace(trial, language=request.GET.get("language", trial.language))
    try:
        clinic = import_string(settings.CLINIC_ON_PREVIEW)()
        stage = Stage(request, version, definition, base, trial, trial.walk(definition), clinic)
        with translation.override(trial.tongue(definition)):
            return preview_pages.kept_inside(_answer(stage), stage.inside)
    except (ConditionError, KeyError):
        context = {"version": version, "slug": version.questionnaire.slug}
        return render(request, "preview/pages/broken.html", context, status=409)


def _answer(stage: Stage) -> HttpResponse:
    if stage.request.method == "POST" and (language := stage.request.POST.get("language")):
        return SeeOther(_here(stage, replace(stage.trial, language=language)))
    if stage.request.method == "POST" and "save" in stage.request.POST:
        return SeeOther(stage.at(stage.trial, beside="save"))
    if stage.beside and stage.beside != "you":
        return _around(stage)
    if stage.trial.unread(stage.definition):
        return _interruption(stage)
    page = _page(stage)
    if page:
        return _continue(stage, page) if stage.request.method == "POST" else _question(stage, page)
    if stage.sent:
        return SeeOther(stage.base) if stage.request.method == "POST" else _end(stage)
    return _check(stage) if stage.trial.met and not stage.beside else _you(stage)


def _here(stage: Stage, trial: Trial) -> str:
    """The same page for this person."""
    there = _page(stage)
    if stage.beside or there is None:
        return stage.at(trial, beside=stage.beside, sent=stage.sent)
    return stage.at(trial, there.number)


def _page(stage: Stage) -> OpenPage | None:
    """The page asked for, if it was reached, else the first unfinished one; None at the end."""
    wanted = stage.request.GET.get("page", "")
    asked_for = stage.walk.page(int(wanted)) if wanted.isdecimal() and len(wanted) < 5 else None
    return asked_for or (stage.walk.pages[-1] if stage.walk.next else None)


def _continue(stage: Stage, page: OpenPage) -> HttpResponse:
    form = PageForm(page.questions, stage.reader, data=stage.request.POST)
    if form.is_valid() and not form.doubt:
        return SeeOther(stage.at(stage.trial.answered(form.cleaned_data)))
    said = stage.trial.answered(form.readable)
    return _question(stage, page, form, codes=said.unread(stage.definition), status=422)


def _question(
    stage: Stage,
    page: OpenPage,
    form: PageForm | None = None,
    *,
    codes: frozenset[str] = frozenset(),
    status: int = 200,
) -> HttpResponse:
    reader, definition = stage.reader, stage.definition
    section = definition.section_of_page[page.number]
    earlier = stage.walk.before(page.number)
    starts_section = earlier is None or definition.section_of_page[earlier] is not section
    opens = [describe_if_valid(definition, question.shown_when or "") for question in page.questions]
    context = {
        "form": form or PageForm(page.questions, reader, stored=stage.trial.answers),
        "section": reader.words(section.title),
        "intro": reader.words(section.intro) if starts_section else "",
        "back": stage.at(stage.trial, earlier) if earlier else "",
        "sentences": _sentences(stage, codes),
        "opens": [words for words in opens if words],
    }
    return _show(stage, "patient/pages/question.html", context, status)


def _interruption(stage: Stage) -> HttpResponse:
    codes = stage.trial.unread(stage.definition)
    if stage.request.method == "POST":
        return SeeOther(stage.at(replace(stage.trial, read=stage.trial.read | codes)))
    return _show(stage, "patient/pages/interruption.html", {"sentences": _sentences(stage, codes)})


def _around(stage: Stage) -> HttpResponse:
    """A page around the questions. Its button leads on as it would, and does nothing."""
    page, form = stage.beside, _form(stage, stage.beside)
    posted = stage.request.method == "POST"
    if posted and (form is None or form.is_valid()):
        then = preview_pages.PAGES[page].then
        return SeeOther(stage.base if then == "start" else stage.at(stage.trial, beside=then))
    back_here = stage.request.build_absolute_uri(reverse("patient:resume"))
    context = {"form": form, "address": back_here, **preview_pages.filling(page, stage.clinic.resume_days)}
    return _show(stage, preview_pages.PAGES[page].template, context, 422 if posted else 200)


def _form(stage: Stage, page: str) -> Any:
    """The form of a page around the questions, as its own view makes it; None where it asks nothing."""
    data = stage.request.POST if stage.request.method == "POST" else None
    return import_string(settings.FORMS_ON_PREVIEW)(page, stage.clinic, timezone.localdate(), data)


def _you(stage: Stage) -> HttpResponse:
    """Who they are. It is checked as a patient's would be, and forgotten."""
    form, posted = _form(stage, "you"), stage.request.method == "POST"
    if posted and form.is_valid():
        return SeeOther(stage.at(replace(stage.trial, met=True)))
    last = stage.walk.pages[-1].number if stage.walk.pages else None  # a draft may ask nothing yet
    context = {"form": form, "back": stage.at(stage.trial, last) if last else "", "forgets": True}
    return _show(stage, "patient/pages/identity.html", context, 422 if posted else 200)


def _check(stage: Stage) -> HttpResponse:
    """Check your answers, each with the way back to its page; sending leads to the result, and sends nothing."""
    if stage.request.method == "POST":
        return SeeOther(stage.at(stage.trial, sent=True))
    context = {"sections": _sections(stage), "identity": {}, "person": _kept(stage), "forgets": True}
    return _show(stage, "patient/pages/check_answers.html", context)


def _end(stage: Stage) -> HttpResponse:
    """The result as the patient reads it, for what was answered."""
    definition, reader = stage.definition, stage.reader
    judged = stage.trial.judged(definition)
    raised = [definition.flags_by_code[flag.code] for flag in judged.flags]
    spoken = topics(definition, [flag for flag in raised if flag.clarifies], reader.language)
    in_doubt = topics(definition, [definition.flags_by_code[code] for code in judged.cannot_tell], reader.language)
    named = {topic.label for topic in spoken}
    context = {
        "submission": {"submitted_at": timezone.now(), "reference": preview_pages.REFERENCE},
        "assessed": True,
        "to_talk_about": topics(definition, [flag for flag in raised if not flag.clarifies], reader.language),
        "could_not_tell": spoken + [replace(t, sentences=()) for t in in_doubt if t.label not in named],
        "sections": _sections(stage),
        "withdrawal": preview_pages.CODE,
        "credits": definition.credits,
        "person": _kept(stage),
    }
    return _show(stage, "patient/pages/result.html", context)


def _sections(stage: Stage) -> list[dict[str, Any]]:
    """The answers as the patient reads them back, by section."""
    sections: dict[str, list[dict[str, Any]]] = {}
    for answer in _told(stage):
        sections.setdefault(answer["section"], []).append(answer)
    return [{"title": title, "answers": answers} for title, answers in sections.items()]


def _kept(stage: Stage) -> str:
    """This person, signed, for the form that keeps their story; "" where no story can be added."""
    return sign_person(_person(stage)) if stage.version.state == Version.State.DRAFT else ""


def _person(stage: Stage) -> dict[str, Any]:
    """Everything this person was asked and said, as a story keeps it."""
    asked = [question.link_id for page in stage.walk.pages for question in page.questions]
    return {link_id: to_json_value(stage.trial.answers.get(link_id)) for link_id in asked}


def _show(stage: Stage, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    context = {**_beside(stage), "parent": template, **context}
    return render(stage.request, "preview/framed.html", context, status=status)


def _beside(stage: Stage) -> dict[str, Any]:
    """What every page of a preview has: the clinic, the trace, the answers so far, the link to share."""
    request, definition, reader = stage.request, stage.definition, stage.reader
    signed_in = request.user.is_authenticated and request.user.has_perm(access.READ)
    path = f"{shared_address(stage.version)}?{request.GET.urlencode()}" if signed_in else ""
    return {
        "version": stage.version,
        "slug": stage.version.questionnaire.slug,
        "clinic": stage.clinic,
        "title": _("Preview"),
        "seen": stage.trial.signed(),
        "traced": trace(definition, stage.trial),
        "told": _told(stage),
        "again": stage.base,
        "reader": reader,
        "other_languages": [_tongue(code) for code in definition.languages if code != reader.language],
        "shared": request.build_absolute_uri(path) if path else "",
        "shared_until": timezone.now() + SHARED_FOR,
        "signed_in": signed_in,
    }


def _tongue(code: str) -> dict[str, str]:
    """A language by its own name."""
    known = code in dict(settings.LANGUAGES)
    return {"code": code, "name": get_language_info(code)["name_local"].capitalize() if known else code}


def _told(stage: Stage) -> list[dict[str, Any]]:
    """The answers so far, each with the way back to its page."""
    return [
        {
            "section": stage.reader.words(stage.definition.section_of_page[page.number].title),
            "link_id": question.link_id,
            "page": page.number,
            "question": _asked(question, stage),
            "short": stage.reader.words(question.short),
            "lines": in_words(question, stage.trial.answers.get(question.link_id), stage.reader),
            "address": stage.at(stage.trial, page.number),
        }
        for page in stage.walk.pages
        for question in page.questions
        if question.link_id in stage.trial.asked
    ]


def _asked(question: Question, stage: Stage) -> str:
    """The question as it is read back; with its list's name where the answer names nothing of the list."""
    words, value = stage.reader.words(question.wording), stage.trial.answers.get(question.link_id)
    names_nothing = isinstance(value, tuple) and set(value) <= {NONE_CODE, *UNSURE_CODES}
    return f"{stage.reader.words(question.short)}: {words}" if names_nothing else words


def _sentences(stage: Stage, codes: frozenset[str]) -> list[str]:
    return [stage.reader.words(flag.patient) for flag in stage.definition.flags if flag.code in codes]
