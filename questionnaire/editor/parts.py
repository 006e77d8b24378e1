"""The pages of sections, topics and scores: a few words each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from questionnaire import editing, history
from questionnaire.definition import Definition, Question, QuestionType, Score, Section, Text, Topic
from questionnaire.editor import access, reading
from questionnaire.editor.saving import SeeOther, frozen, gone, mark, save
from questionnaire.editor.translating import strings
from questionnaire.editor.words import TypedWords, add_words, freeze, words_of, words_widget
from questionnaire.models import Version

Edit = Callable[[Definition], Definition]


class PartForm(forms.Form):
    """A form over one part of a definition that knows how to put itself into it."""

    use_required_attribute = False

    def edit(self, definition: Definition) -> Definition:
        raise TypeError("each part says how it is put back")


class SectionForm(PartForm):
    def __init__(self, definition: Definition, section: Section, data: Any = None) -> None:
        super().__init__(data)
        self.section, self.languages = section, definition.languages
        add_words(self, "title", _("Title"), self.languages, section.title, required=True, rows=1)
        help = _("Said on the first page: what is coming, and that any question can be left open.")
        add_words(self, "intro", _("Introduction"), self.languages, section.intro, required=False, help=help)

    def edit(self, definition: Definition) -> Definition:
        if all(section.id != self.section.id for section in definition.sections):
            definition = editing.add_section(definition, self.section)
        title = words_of(self.cleaned_data, "title", self.languages) or self.section.title
        intro = words_of(self.cleaned_data, "intro", self.languages)
        return editing.change_section(definition, self.section.id, title=title, intro=intro)


class TopicForm(PartForm):
    def __init__(self, definition: Definition, topic: Topic, data: Any = None) -> None:
        super().__init__(data)
        self.topic, self.languages = topic, definition.languages
        help = _("Patients read it above their topics: it never names a diagnosis they did not name.")
        add_words(self, "label", _("Label"), self.languages, topic.label, required=True, help=help, rows=1)

    def edit(self, definition: Definition) -> Definition:
        label = words_of(self.cleaned_data, "label", self.languages) or self.topic.label
        return editing.put_topic(definition, Topic(self.topic.id, label))


class ScoreForm(PartForm):
    """A sum. Only single choices whose options carry points can be added up, so only those are offered."""

    def __init__(self, definition: Definition, score: Score, data: Any = None) -> None:
        super().__init__(data)
        self.score = score
        title = {"required": _("Enter a title")}
        self.fields["title"] = TypedWords(
            label=_("Title, for staff"),
            max_length=200,
            initial=score.title,
            widget=words_widget(1),
            error_messages=title,
        )
        self.fields["items"] = forms.MultipleChoiceField(
            label=_("Questions it adds up"),
            choices=[(q.link_id, str(q.short)) for q in definition.questions.values() if _adds_up(q, score)],
            initial=score.items,
            widget=forms.CheckboxSelectMultiple,
            error_messages={
                "required": _("Select the questions to add up"),
                "invalid_choice": _("There is no such question to add up any more: look through the list"),
            },
        )
        code = _("Code, for example LOINC 44261-6")
        self.fields["code"] = forms.CharField(label=code, required=False, max_length=100, initial=score.code or "")
        self.fields["credit"] = TypedWords(
            label=_("Credit line"), required=False, max_length=1_000, initial=score.credit or "", widget=words_widget(2)
        )

    def edit(self, definition: Definition) -> Definition:
        cleaned = self.cleaned_data
        code, credit = cleaned["code"] or None, cleaned["credit"] or None
        new = Score(self.score.name, cleaned["title"], tuple(cleaned["items"]), code, credit)
        return editing.put_score(definition, new)


def _adds_up(question: Question, score: Score) -> bool:
    pointless = [choice for choice in question.options if not choice.is_unsure and choice.points is None]
    return question.link_id in score.items or (question.type is QuestionType.CHOICE and not pointless)


def _section(definition: Definition, id: str) -> Section | None:
    return next((section for section in definition.sections if section.id == id), None)


KINDS: dict[str, tuple[Callable[[Definition, str], Any], Callable[..., PartForm]]] = {
    "section": (_section, SectionForm),
    "topic": (lambda definition, id: definition.topics_by_id.get(id), TopicForm),
    "score": (lambda definition, id: definition.scores_by_name.get(id), ScoreForm),
}
WORDS = {"section": "title", "topic": "label", "score": "title"}
"""The field whose words name a part."""
USES = {"topic": editing.uses_of_topic, "score": editing.uses_of_score}


@access.editor("GET", "POST")
def part(request: HttpRequest, slug: str, number: int, kind: str, id: str) -> HttpResponse:
    version = access.load(slug, number)
    definition = reading.definition_of(version)
    find, make = KINDS[kind]
    found = find(definition, id)
    if found is None:
        return gone(request, version, f"{kind} {id}")
    form = make(definition, found, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        access.require(request, access.EDIT)
        if refusal := frozen(request, version, f"{kind} {id}"):
            return refusal
        if form.is_valid():
            trouble = save(
                request,
                version,
                subject=f"{kind} {id}",
                action="changed",
                edit=form.edit,
                part=lambda now: find(now, id),
                form_of=lambda now: make(now, find(now, id)),
            )
            return trouble or SeeOther(f"{request.path}?saved=1")
    return _show(request, version, definition, form, kind, id, found)


def _show(
    request: HttpRequest, version: Version, definition: Definition, form: PartForm, kind: str, id: str, found: object
) -> HttpResponse:
    if not (can_edit := reading.can_edit(request, version)):
        freeze(form)
    uses = USES[kind](definition, id) if kind in USES else ()
    texts = [text for text in definition.patient_texts() if text[0] in {f"{kind} {id}", f"{kind} {id} intro"}]
    context = {
        "here": "editor",
        "form": form,
        "version": version,
        "slug": version.questionnaire.slug,
        "kind": kind,
        "id": id,
        "name": getattr(found, "title", None) or getattr(found, "label", id),
        "uses": reading.links(version, definition, uses),
        "seen": request.POST.get("seen") or mark(found),
        "saved": "saved" in request.GET and not form.is_bound,
        "can_edit": can_edit,
        "translated": strings(definition, texts),
    }
    return render(request, "editor/part.html", context, status=422 if form.errors else 200)


def _blank(definition: Definition, kind: str, id: str) -> Section | Topic | Score:
    words = Text.of({definition.languages[0]: ""})
    if kind == "score":
        return Score(id, "", ())
    return Section(id, words, ()) if kind == "section" else Topic(id, words)


@access.editor("GET", "POST", may=access.EDIT)
def add(request: HttpRequest, slug: str, number: int, kind: str) -> HttpResponse:
    """A new section, topic or score. Its id is made from its words, once."""
    version = access.load(slug, number)
    if refusal := frozen(request, version, _("a new part")):
        return refusal
    definition = reading.definition_of(version)
    _find, make = KINDS[kind]
    form = make(definition, _blank(definition, kind, "new"), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data.get("title") or form.cleaned_data.get(f"{WORDS[kind]}-{definition.languages[0]}")
        id = editing.new_id(str(words), history.ids_ever_used(version.questionnaire))
        new = make(definition, _blank(definition, kind, id), request.POST)
        new.is_valid()
        trouble = save(request, version, subject=f"{kind} {id}", action="added", edit=new.edit)
        return trouble or SeeOther(reverse(f"editor:{kind}", args=[slug, number, id]))
    context = {"here": "editor", "form": form, "version": version, "slug": slug, "kind": kind, "can_edit": True}
    return render(request, "editor/part.html", context, status=422 if form.errors else 200)
