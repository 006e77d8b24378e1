"""One question as a form: its words, its options, its range, and what opens it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from questionnaire.changes import edits
from questionnaire.definition import NONE_CODE, UNSURE_CODES, Choice, Definition, Question, QuestionType, Text
from questionnaire.editor.condition_field import clean_condition, condition_field
from questionnaire.editor.text_fields import LANGUAGES, add_words, words_of

SPARE_OPTIONS = 2
LONGEST_LABEL = 400
LARGEST = 999_999
_NONE = "None of these"
_UNSURE = {"not-sure": "Not sure", "prefer-not-to-say": "Prefer not to say"}
HAS_OPTIONS = {QuestionType.CHOICE, QuestionType.MULTI_CHOICE}


class QuestionForm(forms.Form):
    """Every part of a question that an editor may change. Its link id and its options' codes stay what they are."""

    use_required_attribute = False

    def __init__(self, definition: Definition, question: Question, data: Any = None) -> None:
        super().__init__(data)
        self.definition, self.question, self.languages = definition, question, definition.languages
        self._words("wording", _("Question"), question.wording, required=True)
        self._words("short", _("Short name, for staff and Change links"), question.short, required=True, rows=1)
        stem = _("Said before the question; questions that share a page may share it.")
        self._words("stem", _("Words before it"), question.stem, help=stem)
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
            max_length=LONGEST_LABEL,
            widget=forms.TextInput(attrs={"class": "wide"}),
            initial="; ".join(question.readers),
            help_text=_("Separate several with a semicolon."),
        )
        if question.standard:
            self._keep_standard_words(question.standard)

    def _words(
        self, name: str, label: str, value: Text | None, *, required: bool = False, rows: int = 2, help: str = ""
    ) -> None:
        add_words(self, name, label, self.languages, value, required=required, rows=rows, help=help)

    def _keep_standard_words(self, standard: str) -> None:
        """The words of a published instrument are not ours to change; their translations are."""
        for name, field in self.fields.items():
            if name.startswith(("wording-", "stem-", "option-")) and name.endswith(f"-{self.languages[0]}"):
                field.disabled = True
                kept = _("Words of %(standard)s: they stay as published.") % {"standard": standard}
                field.help_text = kept if name.startswith("wording-") else ""

    def _add_options(self) -> None:
        for place, known in self._places():
            for language in self.languages:
                label = _("Option %(number)s (%(language)s)") if known else _("New option %(number)s (%(language)s)")
                self.fields[f"option-{place}-{language}"] = forms.CharField(
                    label=label % {"number": place + 1, "language": LANGUAGES.get(language, language)},
                    required=False,
                    max_length=LONGEST_LABEL,
                    initial=known.label.in_(language) if known and known.label.has(language) else "",
                    widget=forms.TextInput(attrs={"class": "wide", "lang": language}),
                    help_text=self._option_help(place) if known and language == self.languages[0] else "",
                )

    def _places(self) -> list[tuple[int, Choice | None]]:
        """Every option there is, then the empty lines for new ones."""
        known: list[Choice | None] = [*self.question.options]
        return list(enumerate(known if self.question.standard else [*known, *([None] * SPARE_OPTIONS)]))

    def _option_help(self, place: int) -> str:
        choice = self.question.options[place]
        uses = len(edits.uses_of_choice(self.definition, self.question.link_id, choice.code))
        often = ngettext("used in one place", "used in %(number)s places", uses) % {"number": uses}
        used = often if uses else _("used nowhere")
        return _("Stored as “%(code)s”, %(used)s. Empty it to remove the option.") % {"code": choice.code, "used": used}

    def _add_range(self) -> None:
        for name, label in (("minimum", _("Smallest number taken")), ("maximum", _("Largest number taken"))):
            self.fields[name] = forms.IntegerField(
                label=label,
                initial=getattr(self.question, name),
                min_value=-LARGEST,
                max_value=LARGEST,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short"}),
                error_messages={
                    "required": _("Enter a number: %(label)s") % {"label": label},
                    **dict.fromkeys(
                        ("invalid", "min_value", "max_value"),
                        _("Enter a whole number of at most six digits: %(label)s") % {"label": label},
                    ),
                },
            )
        unit = _("Unit, for example mmHg")
        self.fields["unit"] = forms.CharField(
            label=unit, required=False, max_length=20, initial=self.question.unit or ""
        )

    def clean_shown_when(self) -> str:
        question = self.question

        def placed(text: str) -> Definition:
            return edits.open_when(self.definition, question.link_id, text)

        text, before = self.cleaned_data["shown_when"], question.shown_when or ""
        return clean_condition(text, before=before, where=f"question {question.link_id} shown_when", placed=placed)

    def clean(self) -> dict[str, Any]:
        if self.question.type in HAS_OPTIONS:
            if len(self._options()) < 2:
                self.add_error(f"option-0-{self.languages[0]}", _("A question needs at least two options"))
            self._refuse_repeated_labels()
        low, high = self.cleaned_data.get("minimum"), self.cleaned_data.get("maximum")
        if low is not None and high is not None and low > high:
            self.add_error("minimum", _("The smallest number is above the largest"))
        return self.cleaned_data

    def _refuse_repeated_labels(self) -> None:
        for language in self.languages:
            seen: set[str] = set()
            for place, _known in self._places():
                name = f"option-{place}-{language}"
                words = self.cleaned_data.get(name, "").strip().casefold()
                if words in seen:
                    self.add_error(name, _("Another option has the same words: nobody could tell them apart"))
                seen |= {words} - {""}

    def _options(self) -> list[tuple[str, Text, int | None]]:
        """(code or "", label, weight) of every option that still has words in the source language."""
        found = []
        for place, known in self._places():
            label = words_of(self.cleaned_data, f"option-{place}", self.languages)
            if label:
                found.append((known.code if known else "", label, known.weight if known else None))
        found = _unsure_last(found)
        if self.question.type is QuestionType.MULTI_CHOICE and NONE_CODE not in self.question.codes:
            new = [place for place, (code, label, _) in enumerate(found) if not code and _is_none(str(label))]
            for place in new[:1]:
                found[place] = (NONE_CODE, *found[place][1:])
        return found

    def changed(self, codes_used: frozenset[str]) -> Question:
        """The question as it was typed. A new option gets a code that this question never had."""
        cleaned, before = self.cleaned_data, self.question
        options = before.options
        if before.type in HAS_OPTIONS:
            options = edits.with_choice_codes(self._options(), before.codes | codes_used)
        return replace(
            before,
            wording=words_of(cleaned, "wording", self.languages) or before.wording,
            short=words_of(cleaned, "short", self.languages) or before.short,
            stem=words_of(cleaned, "stem", self.languages),
            help=words_of(cleaned, "help", self.languages),
            why=words_of(cleaned, "why", self.languages),
            options=options,
            minimum=cleaned.get("minimum", before.minimum),
            maximum=cleaned.get("maximum", before.maximum),
            unit=(cleaned.get("unit", before.unit) or "").strip() or None,
            required=cleaned["required"],
            shown_when=cleaned["shown_when"] or None,
            readers=tuple(part.strip() for part in cleaned["readers"].split(";") if part.strip()),
        )


def _unsure_last(options: list[tuple[str, Text, int | None]]) -> list[tuple[str, Text, int | None]]:
    """New options stand before the "none", "not sure" and "prefer not to say" that close the list."""
    known, new = [o for o in options if o[0]], [o for o in options if not o[0]]
    end = len(known)
    while end and known[end - 1][0] in {*UNSURE_CODES, NONE_CODE}:
        end -= 1
    return [*known[:end], *new, *known[end:]]


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
            help_text=_(
                "“Not sure” and “Prefer not to say” are added for you, "
                "and “None of these” where several options can be chosen."
            ),
        )
        self.fields["after"] = forms.ChoiceField(
            label=_("Place it after"),
            choices=(places := _places(definition)),
            initial=places[-1][0] if places else None,  # never, unasked, before the questions about danger
            error_messages={"invalid_choice": _("That place is gone meanwhile: select another")},
        )

    def clean(self) -> dict[str, Any]:
        labels = self._labels()
        if self.cleaned_data.get("type") in HAS_OPTIONS and "options" in self.cleaned_data:
            if len(labels) < 2:
                self.add_error("options", _("Enter at least two options, one on each line"))
            elif len({label.casefold() for label in labels}) < len(labels):
                self.add_error("options", _("Two options have the same words: nobody could tell them apart"))
            elif any(len(label) > LONGEST_LABEL for label in labels):
                self.add_error("options", _("An option is at most %(most)s characters long") % {"most": LONGEST_LABEL})
        return self.cleaned_data

    def _labels(self) -> list[str]:
        """What was typed, but for the two options that are added in any case."""
        lines = [line.strip() for line in self.cleaned_data.get("options", "").splitlines()]
        return [line for line in lines if line and edits.new_id(line, ()) not in UNSURE_CODES]

    def question(self, taken: frozenset[str]) -> Question:
        """The new question, with a link id that no version ever used."""
        kind = QuestionType(self.cleaned_data["type"])
        source = self.languages[0]
        short = Text.of({source: self.cleaned_data[f"short-{source}"].strip()})
        wording = Text.of({source: self.cleaned_data[f"wording-{source}"].strip()})
        options: list[tuple[str, Text, int | None]] = []
        if kind in HAS_OPTIONS:
            several, labels = kind is QuestionType.MULTI_CHOICE, self._labels()
            options = [("", Text.of({source: label}), None) for label in labels if not (several and _is_none(label))]
            added = {NONE_CODE: next(filter(_is_none, labels), _NONE), **_UNSURE} if several else _UNSURE
            options += [(code, self._label_of(code, words), None) for code, words in added.items()]
        return Question(
            link_id=edits.new_id(str(short), taken),
            type=kind,
            wording=wording,
            short=short,
            options=edits.with_choice_codes(options, ()),
            required=kind is not QuestionType.TEXT,
            minimum=0 if kind is QuestionType.INTEGER else None,
            maximum=300 if kind is QuestionType.INTEGER else None,
        )

    def _label_of(self, code: str, words: str) -> Text:
        """In these words, with the translations of a question that says the same; else as other questions say it."""
        labels = [choice.label for q in self.definition.questions.values() if (choice := q.choice(code))]
        same = (label for label in labels if str(label).casefold() == words.casefold())
        typed = Text.of({self.languages[0]: words})
        return next(same, labels[0] if labels and code in UNSURE_CODES else typed)

    @property
    def place(self) -> tuple[str, str | None]:
        """The section, and the question whose page it comes after."""
        section, _, link_id = self.cleaned_data["after"].partition("/")
        return section, link_id or None


def _is_none(label: str) -> bool:
    """Whether this option says that nothing of the list applies, so that it takes back all others."""
    return re.fullmatch(r"none|none-of-(these|those|them|the-above)", edits.new_id(label, ())) is not None


def _places(definition: Definition) -> list[tuple[str, str]]:
    places = []
    for section in definition.sections:
        places.append((section.id, _("%(section)s: first") % {"section": section.title}))
        asked = (page.questions[-1] for page in section.pages if page.questions)
        places += [(f"{section.id}/{q.link_id}", f"{section.title}: {q.short}") for q in asked]
    return places
