"""One question as a form: its words, its options, its range, and what opens it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from questionnaire.changes import edits
from questionnaire.changes.uses import find_choice_uses
from questionnaire.definition import (
    NONE_CODE,
    UNSURE_CODES,
    Choice,
    Definition,
    Paper,
    Question,
    QuestionType,
    Text,
)
from questionnaire.editor.condition_field import clean_condition, make_condition_field
from questionnaire.editor.flag_form import make_tags_field
from questionnaire.editor.text_fields import LANGUAGES, add_text_fields, read_text
from questionnaire.identifiers import make_id

SPARE_OPTIONS = 2
LONGEST_LABEL = 400
LARGEST = 999_999
HAS_OPTIONS = {QuestionType.CHOICE, QuestionType.MULTI_CHOICE}

Option = tuple[str, Text, int | None]
"""(code, or "" for a new one; label; weight)."""


class QuestionForm(forms.Form):
    """Every part of a question that an editor may change. Its link id and the codes of its options stay."""

    use_required_attribute = False

    def __init__(self, definition: Definition, question: Question, data: Any = None) -> None:
        super().__init__(data)
        self.definition, self.question, self.languages = definition, question, definition.languages
        self._add_text("wording", _("Question"), question.wording, required=True)
        self._add_text(
            "short", _("Short name, for staff and Change links"), question.short, required=True, rows=1
        )
        stem = _("Said before the question; questions that share a page may share it.")
        self._add_text("stem", _("Words before it"), question.stem, help=stem)
        self._add_text("help", _("Help"), question.help)
        self._add_text("why", _("Why we ask"), question.why)
        if question.type in HAS_OPTIONS:
            self._add_options()
        if question.type is QuestionType.INTEGER:
            self._add_range()
        self._add_rules()
        if question.standard:
            self._keep_standard_words(question.standard)

    def _add_text(
        self,
        name: str,
        label: str,
        value: Text | None,
        *,
        required: bool = False,
        rows: int = 2,
        help: str = "",
    ) -> None:
        add_text_fields(self, name, label, self.languages, value, required=required, rows=rows, help=help)

    def _add_options(self) -> None:
        for place, known in self._list_places():
            for language in self.languages:
                self._add_option(place, known, language)

    def _add_option(self, place: int, known: Choice | None, language: str) -> None:
        label = _("Option %(number)s (%(language)s)") if known else _("New option %(number)s (%(language)s)")
        self.fields[f"option-{place}-{language}"] = forms.CharField(
            label=label % {"number": place + 1, "language": LANGUAGES.get(language, language)},
            required=False,
            max_length=LONGEST_LABEL,
            initial=known.label.in_(language) if known and known.label.has(language) else "",
            widget=forms.TextInput(attrs={"class": "wide", "lang": language}),
            help_text=self._describe_option(known) if known and language == self.languages[0] else "",
        )

    def _list_places(self) -> list[tuple[int, Choice | None]]:
        """Every option there is, then the empty lines for new ones."""
        known: list[Choice | None] = [*self.question.options]
        return list(enumerate(known if self.question.standard else [*known, *([None] * SPARE_OPTIONS)]))

    def _describe_option(self, choice: Choice) -> str:
        uses = len(find_choice_uses(self.definition, self.question.link_id, choice.code))
        often = ngettext("used in one place", "used in %(number)s places", uses) % {"number": uses}
        used = often if uses else _("used nowhere")
        parts = {"code": choice.code, "used": used}
        return _("Stored as “%(code)s”, %(used)s. Empty it to remove the option.") % parts

    def _add_range(self) -> None:
        self._add_number("minimum", _("Smallest number taken"), self.question.minimum)
        self._add_number("maximum", _("Largest number taken"), self.question.maximum)
        label, unit = _("Unit, for example mmHg"), self.question.unit or ""
        self.fields["unit"] = forms.CharField(label=label, required=False, max_length=20, initial=unit)

    def _add_number(self, name: str, label: str, value: int | None) -> None:
        too_large = _("Enter a whole number of at most six digits: %(label)s") % {"label": label}
        self.fields[name] = forms.IntegerField(
            label=label,
            initial=value,
            min_value=-LARGEST,
            max_value=LARGEST,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short"}),
            error_messages={
                "required": _("Enter a number: %(label)s") % {"label": label},
                **dict.fromkeys(("invalid", "min_value", "max_value"), too_large),
            },
        )

    def _add_rules(self) -> None:
        """Whether it must be answered, what opens it, and who reads it."""
        question = self.question
        self.fields["required"] = forms.BooleanField(
            label=_('Must be answered ("not sure" is an answer)'), required=False, initial=question.required
        )
        self.fields["shown_when"] = make_condition_field(
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
        self.fields["paper"] = forms.ChoiceField(
            label=_("On what patients print or bring along"),
            choices=[
                ("", _("In its section")),
                (str(Paper.FIRST), _("First of all")),
                (str(Paper.STAFF_ONLY), _("Never: for staff only, where others may read it")),
            ],
            required=False,
            initial=question.paper or "",
            widget=forms.RadioSelect,
        )
        self.fields["tags"] = make_tags_field(question.tags)

    def _keep_standard_words(self, standard: str) -> None:
        """The words of a published instrument are not ours to change; their translations are."""
        for name, field in self.fields.items():
            if name.startswith(("wording-", "stem-", "option-")) and name.endswith(f"-{self.languages[0]}"):
                field.disabled = True
                note = _("Words of %(standard)s: they stay as published.") % {"standard": standard}
                field.help_text = note if name.startswith("wording-") else ""

    def clean_shown_when(self) -> str:
        question = self.question

        def place(text: str) -> Definition:
            return edits.set_shown_when(self.definition, question.link_id, text)

        text, before = self.cleaned_data["shown_when"], question.shown_when or ""
        return clean_condition(
            text, before=before, where=f"question {question.link_id} shown_when", place=place
        )

    def clean(self) -> dict[str, Any]:
        if self.question.type in HAS_OPTIONS:
            if len(self._read_options()) < 2:
                self.add_error(f"option-0-{self.languages[0]}", _("A question needs at least two options"))
            self._refuse_repeated_labels()
        low, high = self.cleaned_data.get("minimum"), self.cleaned_data.get("maximum")
        if low is not None and high is not None and low > high:
            self.add_error("minimum", _("The smallest number is above the largest"))
        return self.cleaned_data

    def _refuse_repeated_labels(self) -> None:
        for language in self.languages:
            seen: set[str] = set()
            for place, _known in self._list_places():
                name = f"option-{place}-{language}"
                label = self.cleaned_data.get(name, "").strip().casefold()
                if label in seen:
                    self.add_error(name, _("Another option has the same words: nobody could tell them apart"))
                seen |= {label} - {""}

    def _read_options(self) -> list[Option]:
        """Every option that still has words in the source language."""
        options: list[Option] = []
        for place, known in self._list_places():
            if label := read_text(self.cleaned_data, f"option-{place}", self.languages):
                options.append((known.code if known else "", label, known.weight if known else None))
        options = _put_unsure_last(options)
        if self.question.type is QuestionType.MULTI_CHOICE and NONE_CODE not in self.question.codes:
            _give_none_its_code(options)
        return options

    def changed_question(self, codes_used: frozenset[str]) -> Question:
        """The question as it was typed. A new option gets a code that this question never had."""
        cleaned, before = self.cleaned_data, self.question
        options = before.options
        if before.type in HAS_OPTIONS:
            options = edits.assign_choice_codes(self._read_options(), before.codes | codes_used)
        return replace(
            before,
            wording=read_text(cleaned, "wording", self.languages) or before.wording,
            short=read_text(cleaned, "short", self.languages) or before.short,
            stem=read_text(cleaned, "stem", self.languages),
            help=read_text(cleaned, "help", self.languages),
            why=read_text(cleaned, "why", self.languages),
            options=options,
            minimum=cleaned.get("minimum", before.minimum),
            maximum=cleaned.get("maximum", before.maximum),
            unit=(cleaned.get("unit", before.unit) or "").strip() or None,
            required=cleaned["required"],
            shown_when=cleaned["shown_when"] or None,
            readers=tuple(part.strip() for part in cleaned["readers"].split(";") if part.strip()),
            paper=Paper(cleaned["paper"]) if cleaned["paper"] else None,
            tags=tuple(cleaned["tags"]),
        )


def _put_unsure_last(options: list[Option]) -> list[Option]:
    """New options stand before the "none", "not sure" and "prefer not to say" that close the list."""
    known, new = [o for o in options if o[0]], [o for o in options if not o[0]]
    end = len(known)
    while end and known[end - 1][0] in {*UNSURE_CODES, NONE_CODE}:
        end -= 1
    return [*known[:end], *new, *known[end:]]


def _give_none_its_code(options: list[Option]) -> None:
    """The first new option that says that nothing of the list applies is stored as exactly that."""
    for place, (code, label, weight) in enumerate(options):
        if not code and means_none(str(label)):
            options[place] = (NONE_CODE, label, weight)
            return


def means_none(label: str) -> bool:
    """Whether this option says that nothing of the list applies, so that it takes back all others."""
    return re.fullmatch(r"none|none-of-(these|those|them|the-above)", make_id(label, ())) is not None
