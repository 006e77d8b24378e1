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

from questionnaire.definition import Definition
from questionnaire.editor import access, reading
from questionnaire.editor.condition_field import read_back
from questionnaire.editor.saving import SeeOther
from questionnaire.editor.stories import signed
from questionnaire.editor.trial import SENT, Trial, address, topics, trace
from questionnaire.forms import PageForm
from questionnaire.models import Version
from questionnaire.readback import Reader, in_words
from questionnaire.rules.answers import as_stored
from questionnaire.rules.conditions import ConditionError
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

    def at(self, trial: Trial, page: int | None = None, *, sent: bool = False) -> str:
        return address(self.version, trial, page=page, base=self.base, sent=sent)


@access.editor("GET", "POST")
def preview(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    version = access.load(slug, number)
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
    definition = reading.definition_of(version)
    trial = Trial.opened(request.POST.get("seen") or request.GET.get("t", ""))
    try:
        clinic = import_string(settings.CLINIC_ON_PREVIEW)()
        stage = Stage(request, version, definition, base, trial, trial.walk(definition), clinic)
        with translation.override(trial.tongue(definition)):
            return _answer(stage)
    except (ConditionError, KeyError):
        context = {"version": version, "slug": version.questionnaire.slug}
        return render(request, "editor/preview/broken.html", context, status=409)


def _answer(stage: Stage) -> HttpResponse:
    if stage.request.method == "POST" and (language := stage.request.POST.get("language")):
        there = _page(stage)
        return SeeOther(stage.at(replace(stage.trial, language=language), there.number if there else None))
    if stage.trial.unread(stage.definition):
        return _interruption(stage)
    page = _page(stage)
    if page is None:
        return _end(stage) if SENT in stage.request.GET else _check(stage)
    return _continue(stage, page) if stage.request.method == "POST" else _question(stage, page)


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
    opens = [read_back(definition, question.shown_when or "") for question in page.questions]
    context = {
        "form": form or PageForm(page.questions, reader, stored=stage.trial.answers),
        "section": reader.words(section.title),
        "intro": reader.words(section.intro) if starts_section else "",
        "back": stage.at(stage.trial, earlier) if earlier else "",
        "sentences": _sentences(stage, codes),
        "opens": [words for words in opens if words],
    }
    return _show(stage, "question", context, status)


def _interruption(stage: Stage) -> HttpResponse:
    codes = stage.trial.unread(stage.definition)
    if stage.request.method == "POST":
        return SeeOther(stage.at(replace(stage.trial, read=stage.trial.read | codes)))
    return _show(stage, "interruption", {"sentences": _sentences(stage, codes)})


def _check(stage: Stage) -> HttpResponse:
    """Check your answers, each with the way back to its page; sending leads to the result, and sends nothing."""
    if stage.request.method == "POST":
        return SeeOther(stage.at(stage.trial, sent=True))
    sections: dict[str, list[dict[str, Any]]] = {}
    for answer in _told(stage):
        sections.setdefault(answer["section"], []).append(answer)
    return _show(stage, "check", {"sections": sections.items(), "person": _kept(stage), "checking": True})


def _end(stage: Stage) -> HttpResponse:
    """The result as the patient reads it, for what was answered."""
    definition, reader = stage.definition, stage.reader
    judged = stage.trial.judged(definition)
    raised = [definition.flags_by_code[flag.code] for flag in judged.flags]
    spoken = topics(definition, [flag for flag in raised if flag.clarifies], reader.language)
    in_doubt = topics(definition, [definition.flags_by_code[code] for code in judged.cannot_tell], reader.language)
    named = {topic.label for topic in spoken}
    context = {
        "to_talk_about": topics(definition, [flag for flag in raised if not flag.clarifies], reader.language),
        "could_not_tell": spoken + [replace(t, sentences=()) for t in in_doubt if t.label not in named],
        "person": _kept(stage),
    }
    return _show(stage, "end", context)


def _kept(stage: Stage) -> str:
    """This person, signed, for the form that keeps their story; "" where no story can be added."""
    return signed(_person(stage)) if stage.version.state == Version.State.DRAFT else ""


def _person(stage: Stage) -> dict[str, Any]:
    """Everything this person was asked and said, as a story keeps it."""
    asked = [question.link_id for page in stage.walk.pages for question in page.questions]
    return {link_id: as_stored(stage.trial.answers.get(link_id)) for link_id in asked}


def _show(stage: Stage, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(stage.request, f"editor/preview/{name}.html", {**_beside(stage), **context}, status=status)


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
            "wording": stage.reader.words(question.wording),
            "short": stage.reader.words(question.short),
            "lines": in_words(question, stage.trial.answers.get(question.link_id), stage.reader),
            "address": stage.at(stage.trial, page.number),
        }
        for page in stage.walk.pages
        for question in page.questions
        if question.link_id in stage.trial.asked
    ]


def _sentences(stage: Stage, codes: frozenset[str]) -> list[str]:
    return [stage.reader.words(flag.patient) for flag in stage.definition.flags if flag.code in codes]
