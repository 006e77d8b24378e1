"""The state of each translated string of a part, and the editor who says that they have read it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from questionnaire import translations
from questionnaire.definition import Definition, Text
from questionnaire.editor import access, account_names, current_text
from questionnaire.editor.draft_saving import mark_of, save_or_refuse
from questionnaire.editor.text_fields import LANGUAGES
from questionnaire.http import SeeOther, StaffRequest


@dataclass(frozen=True)
class TranslatedString:
    """One string in one further language: its words beside the source, and how far its translation is."""

    where: str
    language: str
    tongue: str
    source: str
    words: str
    state: str
    """missing | stale | unreviewed | reviewed"""
    reviewer: str
    seen: str


def list_translations(definition: Definition, subject: str) -> list[TranslatedString]:
    """Every string of a part, such as "flag x", in every language but the first."""
    texts = [text for text in definition.patient_texts() if f"{text[0]} ".startswith(f"{subject} ")]
    return [
        _describe_string(definition, where, text, language)
        for language in definition.languages[1:]
        for where, text, _ in texts
    ]


def _describe_string(definition: Definition, where: str, text: Text, language: str) -> TranslatedString:
    record = translations.find_translation_record(definition, language, where)
    return TranslatedString(
        where=where,
        language=language,
        tongue=LANGUAGES.get(language, language),
        source=str(text),
        words=text.in_(language) if text.has(language) else "",
        state=translations.classify_translation(text, language, record),
        reviewer=(record.reviewed_by if record else None) or "",
        seen=mark_of(text),
    )


def _find_text(definition: Definition, where: str) -> Text | None:
    return next((text for place, text, _ in definition.patient_texts() if place == where), None)


@access.require_editor("POST", may=access.EDIT)
def mark_reviewed(request: StaffRequest, slug: str, number: int) -> HttpResponse:
    """A person has read this translation beside its source; their name stays with it until either changes.

    Raises Http404 for words that are not there.
    """
    version = access.load_version(slug, number)
    definition = current_text.read_definition(version)
    language, where = request.POST.get("language", ""), request.POST.get("where", "")
    text = _find_text(definition, where)
    if language not in definition.languages[1:] or text is None or not text.has(language):
        raise Http404
    name = account_names.name_of(request.user)
    trouble = save_or_refuse(
        request,
        version,
        subject=where[:200],
        action="translation reviewed",
        edit=lambda now: translations.mark_reviewed(now, language, frozenset({where}), name),
        part=lambda now: _find_text(now, where),
    )
    return trouble or SeeOther(f"{_find_way_back(request, slug, number)}#translations")


def _find_way_back(request: StaffRequest, slug: str, number: int) -> str:
    """The page the form stood on, where that is one of ours; else the outline."""
    back = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back if is_ours else reverse("editor:outline", args=[slug, number])
