"""The pages of sections, topics and scores: a few words each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from questionnaire import editing
from questionnaire.definition import Definition, Score, Section, Topic
from questionnaire.editor import access, reading
from questionnaire.editor.saving import Part, SeeOther, mark, save
from questionnaire.editor.words import add_words, words_of
from questionnaire.models import Version
from questionnaire.problem import did_you_mean

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
    title = forms.CharField(label=_("Title, for staff"), max_length=200)
    items = forms.CharField(label=_("Questions it adds up"), widget=forms.Textarea(attrs={"rows": 3, "class": "code"}))
    code = forms.CharField(label=_("Code, for example LOINC 44261-6"), required=False, max_length=100)
    credit = forms.CharField(label=_("Credit line"), required=False, max_length=1_000)

    def __init__(self, definition: Definition, score: Score, data: Any = None) -> None:
        known = {"title": score.title, "items": ", ".join(score.items), "code": score.code, "credit": score.credit}
        super().__init__(data, initial=known)
        self.definition, self.score = definition, score

    def clean_items(self) -> tuple[str, ...]:
        ids = tuple(part for part in self.cleaned_data["items"].replace(",", " ").split() if part)
        for link_id in ids:
            if link_id not in self.definition.questions:
                hint = did_you_mean(link_id, self.definition.questions)
                raise ValidationError(_("There is no question “%(id)s”%(hint)s") % {"id": link_id, "hint": hint})
        return ids

    def edit(self, definition: Definition) -> Definition:
        cleaned = self.cleaned_data
        code, credit = cleaned["code"] or None, cleaned["credit"] or None
        return editing.put_score(definition, Score(self.score.name, cleaned["title"], cleaned["items"], code, credit))


def _section(definition: Definition, id: str) -> Section | None:
    return next((section for section in definition.sections if section.id == id), None)


KINDS: dict[str, tuple[Callable[[Definition, str], Any], Callable[..., PartForm]]] = {
    "section": (_section, SectionForm),
    "topic": (lambda definition, id: definition.topics_by_id.get(id), TopicForm),
    "score": (lambda definition, id: definition.scores_by_name.get(id), ScoreForm),
}
USES = {"topic": editing.uses_of_topic, "score": editing.uses_of_score}


@access.editor("GET", "POST")
def part(request: HttpRequest, slug: str, number: int, kind: str, id: str) -> HttpResponse:
    version = access.load(slug, number)
    definition = reading.definition_of(version)
    find, make = KINDS[kind]
    found = find(definition, id)
    if found is None:
        raise Http404
    form = make(definition, found, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        access.require(request, access.EDIT)
        if form.is_valid():
            here: Part = lambda now: find(now, id)  # noqa: E731
            trouble = save(request, version, subject=f"{kind} {id}", action="changed", edit=form.edit, part=here)
            return trouble or SeeOther(f"{request.path}?saved=1")
    uses = USES[kind](definition, id) if kind in USES else ()
    context = {
        "form": form,
        "version": version,
        "slug": slug,
        "kind": kind,
        "id": id,
        "name": getattr(found, "title", None) or getattr(found, "label", id),
        "uses": reading.links(version, definition, uses),
        "seen": request.POST.get("seen") or mark(found),
        "saved": "saved" in request.GET and not form.is_bound,
        "can_edit": version.state == Version.State.DRAFT and request.user.has_perm(access.EDIT),
    }
    return render(request, "editor/part.html", context, status=422 if form.errors else 200)
