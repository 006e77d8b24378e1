"""A definition as plain data, the shape that is frozen in the database when it is published.

Pure Python. `document_reading.py` reads it back: the round trip is identity. `yaml_file.py` does the same
for YAML.
"""

from __future__ import annotations

import hashlib
import json
from enum import StrEnum
from typing import Any, TypeVar

from questionnaire.definition import (
    VIGNETTE_LISTS,
    Definition,
    Flag,
    Paper,
    Question,
    Score,
    Section,
    Text,
    Translation,
    Vignette,
)

E = TypeVar("E", bound=StrEnum)
Plain = dict[str, Any]


def definition_to_plain(definition: Definition) -> Plain:
    """The definition as JSON-ready data. Absent optional values are left out."""
    return _without_absent(
        {
            "questionnaire": definition.slug,
            "title": _text(definition.title),
            "languages": list(definition.languages),
            "credits": [_credit(credit) for credit in definition.credits],
            "texts": {text.id: _text(text.words) for text in definition.texts},
            "decisions": [{"about": list(d.about), "question": d.question} for d in definition.decisions],
            "wording_exceptions": [
                {"where": e.where, "phrase": e.phrase, "reason": e.reason}
                for e in definition.wording_exceptions
            ],
            "scores": {score.name: _score(score) for score in definition.scores},
            "topics": {topic.id: _text(topic.label) for topic in definition.topics},
            "sections": [_section(section) for section in definition.sections],
            "flags": [_flag(flag) for flag in definition.flags],
            "vignettes": [_vignette(vignette) for vignette in definition.vignettes],
            "translations": {t.language: _translation(t) for t in definition.translations},
        }
    )


def to_canonical_json(definition: Definition) -> str:
    """The one JSON text of a definition: what is stored, and what the fingerprint is taken of."""
    return json.dumps(definition_to_plain(definition), ensure_ascii=False, separators=(",", ":"))


def compute_fingerprint(definition: Definition) -> str:
    """SHA-256 of the canonical JSON, in hex."""
    return hashlib.sha256(to_canonical_json(definition).encode()).hexdigest()


def _without_absent(values: Plain) -> Plain:
    return {key: value for key, value in values.items() if value not in (None, [], {})}


def _text(text: Text | None) -> Plain | None:
    return dict(text.by_language) if text else None


def _credit(credit: Text) -> str | Plain | None:
    """One line where it is in English alone, as older files have it."""
    return str(credit) if credit.languages == ("en",) else _text(credit)


def _section(section: Section) -> Plain:
    pages = [{"questions": [_question(question) for question in page.questions]} for page in section.pages]
    return _without_absent(
        {
            "id": section.id,
            "title": _text(section.title),
            "intro": _text(section.intro),
            "grows_stale": section.grows_stale or None,
            "pages": pages,
        }
    )


def _question(question: Question) -> Plain:
    return _without_absent(
        {
            "id": question.link_id,
            "type": str(question.type),
            "short": _text(question.short),
            "stem": _text(question.stem),
            "wording": _text(question.wording),
            "help": _text(question.help),
            "why": _text(question.why),
            "options": {choice.code: _text(choice.label) for choice in question.options},
            "weights": {
                choice.code: choice.weight for choice in question.options if choice.weight is not None
            },
            "unit": question.unit,
            "minimum": question.minimum,
            "maximum": question.maximum,
            "optional": None if question.required else True,
            "shown_when": question.shown_when,
            "code": question.code,
            "standard": question.standard,
            "readers": list(question.readers),
            "paper": str(question.paper) if question.paper else None,
            "tags": list(question.tags),
        }
    )


def _score(score: Score) -> Plain:
    return _without_absent(
        {"title": score.title, "items": list(score.items), "code": score.code, "credit": score.credit}
    )


def _flag(flag: Flag) -> Plain:
    source = {
        "citation": flag.source.citation,
        "url": flag.source.url or None,
        "status": str(flag.source.status) if flag.source.status else None,
        "edition": flag.source.edition or None,
        "checked": flag.source.checked.isoformat(),
        "checked_by": flag.source.checked_by,
        "expires": flag.source.expires.isoformat(),
    }
    folded = {
        "covers": list(flag.covers),
        "paper": str(Paper.STAFF_ONLY) if flag.staff_only else None,
        "tags": list(flag.tags),
    }
    return {
        "code": flag.code,
        "title": flag.title,
        "topic": flag.topic,
        "severity": str(flag.severity),
        **({"happening_now": True} if flag.happening_now else {}),
        "condition": flag.condition,
        "patient": _text(flag.patient),
        "reason": flag.reason,
        "source": _without_absent(source),
        **_without_absent(folded),
    }


def _vignette(vignette: Vignette) -> Plain:
    answers = {
        link_id: list(value) if isinstance(value, tuple) else value for link_id, value in vignette.answers
    }
    lists = {key: list(getattr(vignette, key)) for key in VIGNETTE_LISTS}
    said = {"name": vignette.name, "story": vignette.story, "like": vignette.like, "answers": answers}
    return _without_absent({**said, **lists})


def _translation(translation: Translation) -> Plain:
    """A machine draft is the hash of its source words alone; a reviewed string also names who reviewed it."""
    return {
        string.where: {"source": string.source, "reviewed_by": string.reviewed_by}
        if string.reviewed_by
        else string.source
        for string in translation.strings
    }
