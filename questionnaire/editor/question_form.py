"""One question as a form: its words, its options, its range, and what opens it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from questionnaire import editing
from questionnaire.definition import UNSURE_CODES, Definition, Question, QuestionType, Text
from questionnaire.editor.condition_field import clean_condition, condition_field
from questionnaire.editor.words import LANGUAGES, add_words, words_of

SPARE_OPTIONS = 2
HAS_OPTIONS = {QuestionType.CHOICE, QuestionType.MULTI_CHOICE}


class QuestionForm(forms.Form):
    """Every part of a question that an editor may change. Its link id and its options' codes stay what they are."""

    use_required_attribute = False

    def __init__(self, definition: Definition, question: Question, data: Any = None) -> None:
        super().__init__(data)
        self.definition, self.question, self.languages = definition, question, definition.languages
        self._words("wording", _("Question"), question.wording, required=True)
        self._words("short", _("Short name, for staff and Change links"), question.short, required=True, rows=1)
        self._words("help", _("Help"), question.help)
        self._words("why", _("Why we ask"), question.why)
        if question.type in HAS_OPTIONS:
            self._add_options()
        if question.type is QuestionType.INTEGER:
            self._add_range()
        self.fields["required"] = forms.BooleanField(
            label=_('Must be answered ("not sure" is an answer)'), required=False, initial=question.required
        )
        self.fields["shown_when"] = condition_field(
            _("Shown when"), question.shown_when or "", required=False, help=_("Empty: always shown.")
        )
        self.fields["readers"] = forms.CharField(
            label=_("Who reads the answer, when no flag does"),
            required=False,
            max_length=400,
            initial="; ".join(question.readers),
            help_text=_("Separate several with a semicolon."),
        )

    def _words(self, name: str, label: str, value: Text | None, *, required: bool = False, rows: int = 2) -> None:
        add_words(self, name, label, self.languages, value, required=required, rows=rows)

    def _add_options(self) -> None:
        for place in range(len(self.question.options) + SPARE_OPTIONS):
            known = self.question.options[place] if place < len(self.question.options) else None
            for language in self.languages:
                label = _("Option %(number)s (%(language)s)") if known else _("New option %(number)s (%(language)s)")
                self.fields[f"option-{place}-{language}"] = forms.CharField(
                    label=label % {"number": place + 1, "language": LANGUAGES.get(language, language)},
                    required=False,
                    max_length=400,
                    initial=known.label.in_(language) if known and known.label.has(language) else "",
                    help_text=self._option_help(place) if known and language == self.languages[0] else "",
                )

    def _option_help(self, place: int) -> str:
        choice = self.question.options[place]
        uses = len(editing.uses_of_choice(self.definition, self.question.link_id, choice.code))
        used = _("used in %(number)s places") % {"number": uses} if uses else _("used nowhere")
        return _("Stored as “%(code)s”, %(used)s. Empty it to remove the option.") % {"code": choice.code, "used": used}

    def _add_range(self) -> None:
        for name, label in (("minimum", _("Smallest number taken")), ("maximum", _("Largest number taken"))):
            self.fields[name] = forms.IntegerField(
                label=label,
                initial=getattr(self.question, name),
                widget=forms.TextInput(attrs={"inputmode": "numeric"}),
                error_messages={
                    "required": _("Enter a number: %(label)s") % {"label": label},
                    "invalid": _("Enter a whole number: %(label)s") % {"label": label},
                },
            )

    def clean_shown_when(self) -> str:
        question = self.question

        def placed(text: str) -> Definition:
            return editing.open_when(self.definition, question.link_id, text)

        return clean_condition(
            self.cleaned_data["shown_when"], where=f"question {question.link_id} shown_when", placed=placed
        )

    def clean(self) -> dict[str, Any]:
        if self.question.type in HAS_OPTIONS and len(self._options()) < 2:
            self.add_error(f"option-0-{self.languages[0]}", _("A question needs at least two options"))
        low, high = self.cleaned_data.get("minimum"), self.cleaned_data.get("maximum")
        if low is not None and high is not None and low > high:
            self.add_error("minimum", _("The smallest number is above the largest"))
        return self.cleaned_data

    def _options(self) -> list[tuple[str, Text, int | None]]:
        """(code or "", label, weight) of every option that still has words in the source language."""
        found = []
        for place in range(len(self.question.options) + SPARE_OPTIONS):
            known = self.question.options[place] if place < len(self.question.options) else None
            label = words_of(self.cleaned_data, f"option-{place}", self.languages)
            if label:
                found.append((known.code if known else "", label, known.weight if known else None))
        return _unsure_last(found)

    @property
    def changed(self) -> Question:
        """The question as it was typed."""
        cleaned, before = self.cleaned_data, self.question
        options = before.options
        if before.type in HAS_OPTIONS:
            options = editing.with_choice_codes(self._options(), before.codes)
        return replace(
            before,
            wording=words_of(cleaned, "wording", self.languages) or before.wording,
            short=words_of(cleaned, "short", self.languages) or before.short,
            help=words_of(cleaned, "help", self.languages),
            why=words_of(cleaned, "why", self.languages),
            options=options,
            minimum=cleaned.get("minimum", before.minimum),
            maximum=cleaned.get("maximum", before.maximum),
            required=cleaned["required"],
            shown_when=cleaned["shown_when"] or None,
            readers=tuple(part.strip() for part in cleaned["readers"].split(";") if part.strip()),
        )


def _unsure_last(options: list[tuple[str, Text, int | None]]) -> list[tuple[str, Text, int | None]]:
    """New options stand before "none", "not sure" and "prefer not to say"."""
    closing = {*UNSURE_CODES, "none"}
    return [o for o in options if o[0] not in closing] + [o for o in options if o[0] in closing]


class NewQuestionForm(forms.Form):
    """The first steps of a new question; the rest is edited on its own page."""

    use_required_attribute = False

    def __init__(self, definition: Definition, data: Any = None) -> None:
        super().__init__(data)
        self.definition, self.languages = definition, definition.languages
        source = self.languages[:1]
        add_words(self, "wording", _("Question"), source, None, required=True)
        add_words(self, "short", _("Short name, for staff and Change links"), source, None, required=True, rows=1)
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
        self.fields["options"] = forms.CharField(
            label=_("Options, one on each line"),
            required=False,
            max_length=4_000,
            widget=forms.Textarea(attrs={"rows": 5}),
            help_text=_("“Not sure” and “Prefer not to say” are added for you."),
        )
        self.fields["after"] = forms.ChoiceField(label=_("Place it after"), choices=_places(definition))

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("type") in HAS_OPTIONS and len(self._labels()) < 2:
            self.add_error("options", _("Enter at least two options, one on each line"))
        return self.cleaned_data

    def _labels(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data.get("options", "").splitlines() if line.strip()]

    def question(self, taken: frozenset[str]) -> Question:
        """The new question, with a link id that no version ever used."""
        kind = QuestionType(self.cleaned_data["type"])
        source = self.languages[0]
        short = Text.of({source: self.cleaned_data[f"short-{source}"].strip()})
        wording = Text.of({source: self.cleaned_data[f"wording-{source}"].strip()})
        options: list[tuple[str, Text, int | None]] = []
        if kind in HAS_OPTIONS:
            options = [("", Text.of({self.languages[0]: label}), None) for label in self._labels()]
            options += [
                ("not-sure", Text.of("Not sure"), None),
                ("prefer-not-to-say", Text.of("Prefer not to say"), None),
            ]
        return Question(
            link_id=editing.new_id(str(short), taken),
            type=kind,
            wording=wording,
            short=short,
            options=editing.with_choice_codes(options, ()),
            required=kind is not QuestionType.TEXT,
            minimum=0 if kind is QuestionType.INTEGER else None,
            maximum=300 if kind is QuestionType.INTEGER else None,
        )

    @property
    def place(self) -> tuple[str, int | None]:
        section, _, page = self.cleaned_data["after"].partition("/")
        return section, int(page) if page else None


def _places(definition: Definition) -> list[tuple[str, str]]:
    places = []
    for section in definition.sections:
        places.append((section.id, _("%(section)s: first") % {"section": section.title}))
        for number, page in enumerate(section.pages):
            places.append((f"{section.id}/{number}", f"{section.title}: {page.questions[-1].short}"))
    return places
