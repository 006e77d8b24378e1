"""The state of each translated string of a part, and the named editor who says that it was read by a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from questionnaire import translations
from questionnaire.definition import Definition, Text
from questionnaire.editor import access, account_names, current_text
from questionnaire.editor.draft_saving import change_draft, mark_of
from questionnaire.editor.request import EditorRequest
from questionnaire.editor.text_fields import LANGUAGES
from questionnaire.http import SeeOther


@dataclass(frozen=True)
class String:
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


def strings(definition: Definition, texts: Iterable[tuple[str, Text, bool]]) -> list[String]:
    """Every string of a part in every language but the first."""
    texts = list(texts)
    return [_string(definition, where, text, lang) for lang in definition.languages[1:] for where, text, _ in texts]


def _string(definition: Definition, where: str, text: Text, language: str) -> String:
    record = translations.record_of(definition, language, where)
    return String(
        where=where,
        language=language,
        tongue=LANGUAGES.get(language, language),
        source=str(text),
        words=text.in_(language) if text.has(language) else "",
        state=translations.state_of(text, language, record),
        reviewer=(record.reviewed_by if record else None) or "",
        seen=mark_of(text),
    )


@access.require_editor("POST", may=access.EDIT)
def reviewed(request: EditorRequest, slug: str, number: int) -> HttpResponse:
    """A person has read this translation beside its source; their name stays with it until either changes."""
    version = access.load_version(slug, number)
    definition = current_text.definition_of(version)
    language, where = request.POST.get("language", ""), request.POST.get("where", "")
    texts = {place: text for place, text, _ in definition.patient_texts()}
    if language not in definition.languages[1:] or where not in texts or not texts[where].has(language):
        raise Http404
    name = account_names.name_of(request.user)
    trouble = change_draft(
        request,
        version,
        subject=where[:200],
        action="translation reviewed",
        edit=lambda now: translations.mark_reviewed(now, language, frozenset({where}), name),
        part=lambda now: next((text for place, text, _ in now.patient_texts() if place == where), None),
    )
    back = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return trouble or SeeOther(f"{back if safe else reverse('editor:outline', args=[slug, number])}#translations")
