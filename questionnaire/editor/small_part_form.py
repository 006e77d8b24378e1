"""Sections, topics, fixed texts and scores as forms: a few words each."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from questionnaire.changes import edits
from questionnaire.definition import Definition, FixedText, Question, QuestionType, Score, Section, Topic
from questionnaire.editor.text_fields import TypedTextField, add_text_fields, make_widget, read_text


class SmallPartForm(forms.Form):
    """A form over one part of a definition that knows how to put itself into it."""

    use_required_attribute = False
    languages: tuple[str, ...]
    naming_field: str
    """The field whose words name the part."""

    @property
    def name(self) -> str:
        """The words that name the part, as they were typed; in the first language."""
        cleaned = self.cleaned_data
        return str(cleaned.get(self.naming_field) or cleaned.get(f"{self.naming_field}-{self.languages[0]}"))

    def edit(self, definition: Definition) -> Definition:
        """The definition with the part as it was typed. Raises NotImplementedError here: each form has its
        own."""
        raise NotImplementedError


class SectionForm(SmallPartForm):
    """A title, what is said before the first question, and whether its answers grow stale."""

    naming_field = "title"

    def __init__(self, definition: Definition, section: Section, data: Any = None) -> None:
        super().__init__(data)
        self.section, self.languages = section, definition.languages
        add_text_fields(self, "title", _("Title"), self.languages, section.title, required=True, rows=1)
        help = _("Said on the first page: what is coming, and that any question can be left open.")
        add_text_fields(
            self, "intro", _("Introduction"), self.languages, section.intro, required=False, help=help
        )
        self.fields["grows_stale"] = forms.BooleanField(
            required=False,
            initial=section.grows_stale,
            label=_("Ask again in a form that was left for long"),
            help_text=_("For answers that say how somebody is now. The clinic sets after how many days."),
        )

    def edit(self, definition: Definition) -> Definition:
        if all(section.id != self.section.id for section in definition.sections):
            definition = edits.add_section(definition, self.section)
        title = read_text(self.cleaned_data, "title", self.languages) or self.section.title
        intro = read_text(self.cleaned_data, "intro", self.languages)
        grows_stale = bool(self.cleaned_data["grows_stale"])
        return edits.change_section(
            definition, self.section.id, title=title, intro=intro, grows_stale=grows_stale
        )


class TopicForm(SmallPartForm):
    """What patients read above the flags that belong together."""

    naming_field = "label"

    def __init__(self, definition: Definition, topic: Topic, data: Any = None) -> None:
        super().__init__(data)
        self.topic, self.languages = topic, definition.languages
        help = _("Patients read it above their topics: it never names a diagnosis they did not name.")
        add_text_fields(
            self, "label", _("Label"), self.languages, topic.label, required=True, help=help, rows=1
        )

    def edit(self, definition: Definition) -> Definition:
        label = read_text(self.cleaned_data, "label", self.languages) or self.topic.label
        return edits.put_topic(definition, Topic(self.topic.id, label))


class FixedTextForm(SmallPartForm):
    """Words that patients read whatever they answered."""

    naming_field = "words"

    def __init__(self, definition: Definition, text: FixedText, data: Any = None) -> None:
        super().__init__(data)
        self.text, self.languages = text, definition.languages
        add_text_fields(self, "words", _("Words"), self.languages, text.words, required=True, rows=4)

    def edit(self, definition: Definition) -> Definition:
        words = read_text(self.cleaned_data, "words", self.languages) or self.text.words
        return edits.put_text(definition, FixedText(self.text.id, words))


class ScoreForm(SmallPartForm):
    """A sum. Only single choices whose options carry points can be added up, so only those are offered."""

    naming_field = "title"

    def __init__(self, definition: Definition, score: Score, data: Any = None) -> None:
        super().__init__(data)
        self.score, self.languages = score, definition.languages
        title = {"required": _("Enter a title")}
        self.fields["title"] = TypedTextField(
            label=_("Title, for staff"),
            max_length=200,
            initial=score.title,
            widget=make_widget(1),
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
        self.fields["code"] = forms.CharField(
            label=code, required=False, max_length=100, initial=score.code or ""
        )
        self.fields["credit"] = TypedTextField(
            label=_("Credit line"),
            required=False,
            max_length=1_000,
            initial=score.credit or "",
            widget=make_widget(2),
        )

    def edit(self, definition: Definition) -> Definition:
        cleaned = self.cleaned_data
        code, credit = cleaned["code"] or None, cleaned["credit"] or None
        new = Score(self.score.name, cleaned["title"], tuple(cleaned["items"]), code, credit)
        return edits.put_score(definition, new)


def _adds_up(question: Question, score: Score) -> bool:
    pointless = [choice for choice in question.options if not choice.is_unsure and choice.points is None]
    return question.link_id in score.items or (question.type is QuestionType.CHOICE and not pointless)
