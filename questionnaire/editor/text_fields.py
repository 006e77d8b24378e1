"""Form fields for words in several languages, with what the wording rules say about them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from questionnaire.checks import readability
from questionnaire.definition import Text

LONGEST = 4_000
LANGUAGES = {"en": "English", "es": "Español"}


class TypedWords(forms.CharField):
    """Words as a browser sends them: its line ends are ours again."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n").replace("\r", "\n")


def words_widget(rows: int, language: str = "") -> forms.Widget:
    """One line or several."""
    attrs = {"lang": language} if language else {}
    return forms.Textarea(attrs={**attrs, "rows": rows}) if rows > 1 else forms.TextInput({**attrs, "class": "wide"})


def add_words(
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
    """One text box a language, the source language first; the others may wait until the version is published."""
    for place, language in enumerate(languages):
        words = value.in_(language) if value and value.has(language) else ""
        waits = place > 0 and (required or value is not None)
        said = help if place == 0 else _("Needed before it is published.") if waits and not words else ""
        field = TypedWords(
            label=f"{label} ({LANGUAGES.get(language, language)})" if len(languages) > 1 else label,
            required=required and place == 0,
            max_length=LONGEST,
            initial=words,
            help_text=_hint(words, language, said, graded=rows > 1),
            widget=words_widget(rows, language),
            error_messages={"required": _("Enter words for: %(label)s") % {"label": label}},
        )
        field.needed = waits  # type: ignore[attr-defined]
        form.fields[f"{name}-{language}"] = field


def words_of(cleaned: dict[str, Any], name: str, languages: tuple[str, ...]) -> Text | None:
    """The words typed, languages in order, or None when the source language is empty."""
    found = tuple((language, cleaned.get(f"{name}-{language}", "").strip()) for language in languages)
    kept = tuple((language, words) for language, words in found if words)
    return Text(kept) if kept and kept[0][0] == languages[0] else None


def _hint(words: str, language: str, help: str, *, graded: bool) -> str:
    """The help of a field and, for whole sentences that are there, how many years of school they ask for."""
    parts = [help] if help else []
    if words:
        if graded:
            grade = readability.grade(words, language)
            parts.append(_("Reading grade %(grade)s; 6 is the aim, above 8 is too hard.") % {"grade": grade})
        if found := readability.banned(words, language):
            parts.append(_("Never in patient text: %(words)s.") % {"words": ", ".join(found)})
    return " ".join(parts)


def freeze(form: forms.Form) -> None:
    """Nothing can be changed: a published version, or a reader who is no editor."""
    for field in form.fields.values():
        field.disabled = True
