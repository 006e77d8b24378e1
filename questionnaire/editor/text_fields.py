"""Form fields for text in several languages, with what the wording rules say about it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from questionnaire.checks import readability
from questionnaire.definition import Text

LONGEST = 4_000
LANGUAGES = {"en": "English", "es": "Español"}


class TypedTextField(forms.CharField):
    """Text as a browser sends it: its line ends are ours again."""

    needed = False
    """Whether it may be empty now, but not when the version is published."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n").replace("\r", "\n")


def make_widget(rows: int, language: str = "") -> forms.Widget:
    """A box for one line or several."""
    attrs = {"lang": language} if language else {}
    if rows > 1:
        return forms.Textarea(attrs={**attrs, "rows": rows})
    return forms.TextInput({**attrs, "class": "wide"})


def add_text_fields(
    form: forms.Form,
    name: str,
    label: str,
    languages: tuple[str, ...],
    value: Text | None,
    *,
    required: bool,
    help: str = "",
    rows: int = 2,
) -> None:
    """One text box a language, the source language first; the others may wait until it is published."""
    for place, language in enumerate(languages):
        words = value.in_(language) if value and value.has(language) else ""
        can_wait = place > 0 and (required or value is not None)
        waiting = _("Needed before it is published.") if can_wait and not words else ""
        field = TypedTextField(
            label=f"{label} ({LANGUAGES.get(language, language)})" if len(languages) > 1 else label,
            required=required and place == 0,
            max_length=LONGEST,
            initial=words,
            help_text=_write_hint(words, language, help if place == 0 else waiting, graded=rows > 1),
            widget=make_widget(rows, language),
            error_messages={"required": _("Enter words for: %(label)s") % {"label": label}},
        )
        field.needed = can_wait
        form.fields[f"{name}-{language}"] = field


def read_text(cleaned: dict[str, Any], name: str, languages: tuple[str, ...]) -> Text | None:
    """The text that was typed, languages in order, or None when the source language is empty."""
    typed = ((language, cleaned.get(f"{name}-{language}", "").strip()) for language in languages)
    filled = tuple((language, words) for language, words in typed if words)
    return Text(filled) if filled and filled[0][0] == languages[0] else None


def disable_fields(form: forms.Form) -> None:
    """Nothing can be changed: a published version, or a reader who is no editor."""
    for field in form.fields.values():
        field.disabled = True


def _write_hint(words: str, language: str, help: str, *, graded: bool) -> str:
    """The help of a field and, for whole sentences that are there, how many years of school they ask for."""
    parts = [help] if help else []
    if words and graded:
        grade = readability.compute_reading_grade(words, language)
        parts.append(_("Reading grade %(grade)s; 6 is the aim, above 8 is too hard.") % {"grade": grade})
    if words and (banned := readability.find_banned_phrases(words, language)):
        parts.append(_("Never in patient text: %(words)s.") % {"words": ", ".join(banned)})
    return " ".join(parts)
