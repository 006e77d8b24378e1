"""The first steps of a new question as a form: its words, its kind, its options, and its place."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from questionnaire.changes import edits
from questionnaire.definition import NONE_CODE, UNSURE_CODES, Definition, Question, QuestionType, Text
from questionnaire.editor.question_form import HAS_OPTIONS, LONGEST_LABEL, Option, means_none
from questionnaire.editor.text_fields import add_text_fields
from questionnaire.identifiers import make_id

_NONE = "None of these"
_UNSURE = {"not-sure": "Not sure", "prefer-not-to-say": "Prefer not to say"}
_LOWEST, _HIGHEST = 0, 300
"""The range of a new number, until the editor sets another."""


class NewQuestionForm(forms.Form):
    """What a question cannot be without; the rest is edited on its own page."""

    use_required_attribute = False

    def __init__(self, definition: Definition, data: Any = None) -> None:
        super().__init__(data)
        self.definition, self.languages = definition, definition.languages
        source = self.languages[:1]
        add_text_fields(self, "wording", _("Question"), source, None, required=True)
        add_text_fields(
            self, "short", _("Short name, for staff and Change links"), source, None, required=True, rows=1
        )
        self._add_type()
        self._add_options()
        self._add_place()

    def _add_type(self) -> None:
        self.fields["type"] = forms.ChoiceField(
            label=_("Kind of answer"),
            choices=[
                ("choice", _("One of several options")),
                ("multi-choice", _("Any of several options")),
                ("integer", _("A whole number")),
                ("text", _("Words")),
            ],
            widget=forms.RadioSelect,
            error_messages={"required": _("Select the kind of answer")},
        )

    def _add_options(self) -> None:
        self.fields["options"] = forms.CharField(
            label=_("Options, one on each line"),
            required=False,
            max_length=4_000,
            widget=forms.Textarea(attrs={"rows": 5}),
            help_text=_(
                "“Not sure” and “Prefer not to say” are added for you, "
                "and “None of these” where several options can be chosen."
            ),
        )

    def _add_place(self) -> None:
        self.fields["after"] = forms.ChoiceField(
            label=_("Place it after"),
            choices=(places := _list_places(self.definition)),
            initial=places[-1][0] if places else None,  # never, unasked, before the questions about danger
            error_messages={"invalid_choice": _("That place is gone meanwhile: select another")},
        )

    def clean(self) -> dict[str, Any]:
        labels = self._read_labels()
        if self.cleaned_data.get("type") in HAS_OPTIONS and "options" in self.cleaned_data:
            if len(labels) < 2:
                self.add_error("options", _("Enter at least two options, one on each line"))
            elif len({label.casefold() for label in labels}) < len(labels):
                self.add_error("options", _("Two options have the same words: nobody could tell them apart"))
            elif any(len(label) > LONGEST_LABEL for label in labels):
                self.add_error(
                    "options", _("An option is at most %(most)s characters long") % {"most": LONGEST_LABEL}
                )
        return self.cleaned_data

    def _read_labels(self) -> list[str]:
        """What was typed, but for the two options that are added in any case."""
        lines = [line.strip() for line in self.cleaned_data.get("options", "").splitlines()]
        return [line for line in lines if line and make_id(line, ()) not in UNSURE_CODES]

    def new_question(self, taken: frozenset[str]) -> Question:
        """The new question, with a link id that no version ever used."""
        kind, short = QuestionType(self.cleaned_data["type"]), self._read_source("short")
        return Question(
            link_id=make_id(str(short), taken),
            type=kind,
            wording=self._read_source("wording"),
            short=short,
            options=edits.assign_choice_codes(self._make_options(kind), ()),
            required=kind is not QuestionType.TEXT,
            minimum=_LOWEST if kind is QuestionType.INTEGER else None,
            maximum=_HIGHEST if kind is QuestionType.INTEGER else None,
        )

    def _read_source(self, name: str) -> Text:
        source = self.languages[0]
        return Text.of({source: self.cleaned_data[f"{name}-{source}"].strip()})

    def _make_options(self, kind: QuestionType) -> list[Option]:
        """The options that were typed, and those that are added in any case."""
        if kind not in HAS_OPTIONS:
            return []
        labels, several = self._read_labels(), kind is QuestionType.MULTI_CHOICE
        typed = [label for label in labels if not (several and means_none(label))]
        added = {NONE_CODE: next(filter(means_none, labels), _NONE), **_UNSURE} if several else _UNSURE
        options: list[Option] = [("", Text.of({self.languages[0]: label}), None) for label in typed]
        return options + [(code, self._find_label(code, words), None) for code, words in added.items()]

    def _find_label(self, code: str, words: str) -> Text:
        """These words with the translations of a question that says the same; else as other questions say
        it."""
        labels = [choice.label for q in self.definition.questions.values() if (choice := q.choice(code))]
        same = (label for label in labels if str(label).casefold() == words.casefold())
        typed = Text.of({self.languages[0]: words})
        return next(same, labels[0] if labels and code in UNSURE_CODES else typed)

    @property
    def place(self) -> tuple[str, str | None]:
        """The section, and the question whose page it comes after."""
        section, _, link_id = self.cleaned_data["after"].partition("/")
        return section, link_id or None


def _list_places(definition: Definition) -> list[tuple[str, str]]:
    """Every place a question can go to: (section, or section/link id of the question before it; in words)."""
    places = []
    for section in definition.sections:
        places.append((section.id, _("%(section)s: first") % {"section": section.title}))
        asked = (page.questions[-1] for page in section.pages if page.questions)
        places += [(f"{section.id}/{q.link_id}", f"{section.title}: {q.short}") for q in asked]
    return places
