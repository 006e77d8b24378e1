"""The state of a questionnaire's translations: what is missing, stale, or not yet reviewed by a person.

Pure Python. A translation is stale when its source words changed after it was made. An unreviewed one is
shown to patients with an honest note; a missing or stale one keeps its language from being published.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from questionnaire.definition import Definition, Text, Translation, TranslationRecord


@dataclass(frozen=True)
class TranslationState:
    """One language's translation: places in `Definition.patient_texts()`, in order."""

    language: str
    missing: tuple[str, ...]
    stale: tuple[str, ...]
    unreviewed: tuple[str, ...]
    of: int

    @property
    def is_reviewed(self) -> bool:
        """Whether a named person has reviewed every string."""
        return not (self.missing or self.stale or self.unreviewed)


def find_translation_record(definition: Definition, language: str, where: str) -> TranslationRecord | None:
    """What is known of one string's translation."""
    return _strings(definition, language).get(where)


def classify_translation(text: Text, language: str, record: TranslationRecord | None) -> str:
    """missing, stale, unreviewed or reviewed."""
    if not text.has(language):
        return "missing"
    if _is_stale(record, text):
        return "stale"
    return "reviewed" if _is_reviewed(record) else "unreviewed"


def hash_source(text: Text) -> str:
    """Eight hex digits of the SHA-256 of the source words."""
    return hashlib.sha256(str(text).encode()).hexdigest()[:8]


def find_translation_state(definition: Definition, language: str) -> TranslationState:
    """How far the translation into this language is. The source language has nothing missing by
    definition."""
    texts = [(where, text) for where, text, _ in definition.patient_texts()]
    strings = _strings(definition, language)
    if language == definition.languages[0]:
        return TranslationState(language, (), (), (), len(texts))
    present = [(where, text) for where, text in texts if text.has(language)]
    return TranslationState(
        language,
        missing=tuple(where for where, text in texts if not text.has(language)),
        stale=tuple(where for where, text in present if _is_stale(strings.get(where), text)),
        unreviewed=tuple(where for where, _ in present if not _is_reviewed(strings.get(where))),
        of=len(texts),
    )


def mark_as_drafts(definition: Definition, language: str) -> Definition:
    """The definition with every string of this language that has no record marked as a machine draft of its
    source."""
    known = _strings(definition, language)
    strings = tuple(
        known.get(where) or TranslationRecord(where, hash_source(text))
        for where, text, _ in definition.patient_texts()
        if text.has(language)
    )
    others = tuple(t for t in definition.translations if t.language != language)
    return replace(definition, translations=(*others, Translation(language, strings)))


def update_records(before: Definition, after: Definition) -> Definition:
    """`after` with its records of translation brought up to date with the words that changed since `before`.

    New words in a translation are a draft of the source as it is now. Words that stayed while their source
    changed keep their record, and are stale by it. Words that are gone lose theirs.
    """
    languages = after.languages[1:]
    old = {where: text for where, text, _ in before.patient_texts()}
    new = {where: text for where, text, _ in after.patient_texts()}
    if old == new:
        return after
    kept = tuple(t for t in after.translations if t.language not in languages)
    followed = (Translation(lang, _followed(old, new, _strings(after, lang), lang)) for lang in languages)
    return replace(after, translations=(*kept, *(t for t in followed if t.strings)))


def _followed(
    old: dict[str, Text], new: dict[str, Text], known: dict[str, TranslationRecord], language: str
) -> tuple[TranslationRecord, ...]:
    found = []
    for where, text in new.items():
        if not text.has(language):
            continue
        was = old.get(where)
        if was == text:
            found += [known[where]] if where in known else []
        elif was and was.has(language) and was.in_(language) == text.in_(language):
            found.append(known.get(where) or TranslationRecord(where, hash_source(was)))
        else:
            found.append(TranslationRecord(where, hash_source(text)))
    return tuple(found)


def mark_reviewed(definition: Definition, language: str, places: frozenset[str], reviewer: str) -> Definition:
    """These strings were read by a named person, beside the source words as they are now."""
    texts = {where: text for where, text, _ in definition.patient_texts() if text.has(language)}
    known = _strings(definition, language)
    strings = tuple(
        TranslationRecord(where, hash_source(text), reviewer) if where in places else known[where]
        for where, text in texts.items()
        if where in places or where in known
    )
    others = tuple(t for t in definition.translations if t.language != language)
    return replace(definition, translations=(*others, Translation(language, strings)))


def _strings(definition: Definition, language: str) -> dict[str, TranslationRecord]:
    found = (t.strings for t in definition.translations if t.language == language)
    return {string.where: string for strings in found for string in strings}


def _is_stale(string: TranslationRecord | None, text: Text) -> bool:
    return string is not None and string.source != hash_source(text)


def _is_reviewed(string: TranslationRecord | None) -> bool:
    return string is not None and string.reviewed_by is not None
