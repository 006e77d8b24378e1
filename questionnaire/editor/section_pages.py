"""The pages of sections, topics and scores: a few words each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from questionnaire.actions import history
from questionnaire.changes import edits
from questionnaire.definition import Definition, Question, QuestionType, Score, Section, Text, Topic
from questionnaire.editor import access, current_text
from questionnaire.editor.draft_saving import change_draft, refuse_if_frozen
from questionnaire.editor.part_page import Kind, page, show
from questionnaire.editor.request import EditorRequest
from questionnaire.editor.text_fields import TypedWords, add_words, words_of, words_widget
from questionnaire.http import SeeOther


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
        self.fields["grows_stale"] = forms.BooleanField(
            required=False,
            initial=section.grows_stale,
            label=_("Ask again in a form that was left for long"),
            help_text=_("For answers that say how somebody is now. The clinic sets after how many days."),
        )

    def edit(self, definition: Definition) -> Definition:
        if all(section.id != self.section.id for section in definition.sections):
            definition = edits.add_section(definition, self.section)
        title = words_of(self.cleaned_data, "title", self.languages) or self.section.title
        intro = words_of(self.cleaned_data, "intro", self.languages)
        grows_stale = bool(self.cleaned_data["grows_stale"])
        return edits.change_section(definition, self.section.id, title=title, intro=intro, grows_stale=grows_stale)


class TopicForm(PartForm):
    def __init__(self, definition: Definition, topic: Topic, data: Any = None) -> None:
        super().__init__(data)
        self.topic, self.languages = topic, definition.languages
        help = _("Patients read it above their topics: it never names a diagnosis they did not name.")
        add_words(self, "label", _("Label"), self.languages, topic.label, required=True, help=help, rows=1)

    def edit(self, definition: Definition) -> Definition:
        label = words_of(self.cleaned_data, "label", self.languages) or self.topic.label
        return edits.put_topic(definition, Topic(self.topic.id, label))


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
        return edits.put_score(definition, new)


def _adds_up(question: Question, score: Score) -> bool:
    pointless = [choice for choice in question.options if not choice.is_unsure and choice.points is None]
    return question.link_id in score.items or (question.type is QuestionType.CHOICE and not pointless)


def _section(definition: Definition, id: str) -> Section | None:
    return next((section for section in definition.sections if section.id == id), None)


def _named(definition: Definition, part: Any) -> dict[str, Any]:
    return {"name": getattr(part, "title", None) or getattr(part, "label", "")}


def _kind(
    name: str,
    find: Callable[[Definition, str], Any],
    form: Callable[[Definition, Any, Any], PartForm],
    **uses: Callable[[Definition, str], tuple[edits.Use, ...]],
) -> Kind:
    return Kind(name, "editor/pages/part.html", find, form, lambda version, form: form.edit, shows=_named, **uses)


KINDS = {
    "section": _kind("section", _section, SectionForm),
    "topic": _kind(
        "topic", lambda definition, id: definition.topics_by_id.get(id), TopicForm, uses=edits.uses_of_topic
    ),
    "score": _kind(
        "score", lambda definition, id: definition.scores_by_name.get(id), ScoreForm, uses=edits.uses_of_score
    ),
}
WORDS = {"section": "title", "topic": "label", "score": "title"}
"""The field whose words name a part."""


@access.require_editor("GET", "POST", to_post=access.EDIT)
def part(request: EditorRequest, slug: str, number: int, kind: str, id: str) -> HttpResponse:
    return page(request, slug, number, KINDS[kind], id)


def _blank(definition: Definition, kind: str, id: str) -> Section | Topic | Score:
    words = Text.of({definition.languages[0]: ""})
    if kind == "score":
        return Score(id, "", ())
    return Section(id, words, ()) if kind == "section" else Topic(id, words)


@access.require_editor("GET", "POST", may=access.EDIT)
def add(request: EditorRequest, slug: str, number: int, kind: str) -> HttpResponse:
    """A new section, topic or score. Its id is made from its words, once."""
    version = access.load_version(slug, number)
    if refusal := refuse_if_frozen(request, version, _("a new part")):
        return refusal
    definition = current_text.definition_of(version)
    make = KINDS[kind].form
    form = make(definition, _blank(definition, kind, "new"), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data.get("title") or form.cleaned_data.get(f"{WORDS[kind]}-{definition.languages[0]}")
        id = edits.new_id(str(words), history.ids_ever_used(version.questionnaire))
        new = make(definition, _blank(definition, kind, id), request.POST)
        new.is_valid()
        trouble = change_draft(request, version, subject=f"{kind} {id}", action="added", edit=new.edit)
        return trouble or SeeOther(reverse(f"editor:{kind}", args=[slug, number, id]))
    return show(request, version, definition, KINDS[kind], form)
