"""The definition in plain data: the shape that `document.py` writes, read back.

Pure Python. Data of the wrong shape raises `DocumentError` with the place and what was expected.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from questionnaire.definition import (
    VIGNETTE_LISTS,
    Choice,
    Decision,
    Definition,
    FixedText,
    Flag,
    Page,
    Paper,
    Question,
    QuestionType,
    Score,
    Section,
    Severity,
    Text,
    Topic,
    Translation,
    TranslationRecord,
    Vignette,
    WordingException,
)
from questionnaire.document_place import DocumentError, DocumentPath, DocumentPlace
from questionnaire.source import Source, SourceStatus

E = TypeVar("E", bound=StrEnum)
Plain = dict[str, Any]


def definition_from_plain(
    plain: object, *, complain: Callable[[DocumentPath, str], DocumentError] | None = None
) -> Definition:
    """The definition in this plain data.

    Raises DocumentError at the first value of the wrong shape. Whether ids, codes and conditions fit together
    is not looked at here: `checks/definition.py` does that.
    """
    place = DocumentPlace(plain, (), complain or _complain_by_path)
    found = place.mapping(
        required={"questionnaire", "title", "languages", "sections", "flags", "topics"},
        optional={
            "credits",
            "texts",
            "decisions",
            "wording_exceptions",
            "scores",
            "translations",
            "vignettes",
        },
    )
    return Definition(
        slug=found["questionnaire"].words(),
        title=found["title"].text(),
        languages=found["languages"].all_words(),
        sections=tuple(_read_section(item) for item in found["sections"].items()),
        topics=tuple(Topic(id, item.text()) for id, item in found["topics"].named().items()),
        flags=tuple(_read_flag(item) for item in _optional_items(found, "flags")),
        scores=tuple(_read_score(name, item) for name, item in _optional_named(found, "scores").items()),
        credits=tuple(_read_credit(item) for item in _optional_items(found, "credits")),
        texts=tuple(FixedText(id, item.text()) for id, item in _optional_named(found, "texts").items()),
        decisions=tuple(_read_decision(item) for item in _optional_items(found, "decisions")),
        wording_exceptions=tuple(
            _read_exception(item) for item in _optional_items(found, "wording_exceptions")
        ),
        vignettes=tuple(_read_vignette(item) for item in _optional_items(found, "vignettes")),
        translations=tuple(
            _read_translation(*named) for named in _optional_named(found, "translations").items()
        ),
    )


def _complain_by_path(path: DocumentPath, expected: str) -> DocumentError:
    where = " › ".join(str(part) for part in path) or "the document"
    return DocumentError(f"{where}: {expected}")


def _optional_items(found: dict[str, DocumentPlace], key: str) -> list[DocumentPlace]:
    return found[key].items() if key in found else []


def _optional_named(found: dict[str, DocumentPlace], key: str) -> dict[str, DocumentPlace]:
    return found[key].named() if key in found else {}


def _read_credit(place: DocumentPlace) -> Text:
    return Text.of(place.words()) if isinstance(place.value, str) else place.text()


def _read_staff_only(found: dict[str, DocumentPlace]) -> bool:
    if "paper" in found and found["paper"].words() != Paper.STAFF_ONLY:
        raise found["paper"].wrong(f"expected {Paper.STAFF_ONLY}, or no such key")
    return "paper" in found


def _read_section(place: DocumentPlace) -> Section:
    found = place.mapping(required={"id", "title", "pages"}, optional={"intro", "grows_stale"})
    return Section(
        id=found["id"].words(),
        title=found["title"].text(),
        pages=tuple(_read_page(item) for item in found["pages"].items()),
        intro=found["intro"].text() if "intro" in found else None,
        grows_stale=found["grows_stale"].yes() if "grows_stale" in found else False,
    )


def _read_page(place: DocumentPlace) -> Page:
    found = place.mapping(required={"questions"})
    return Page(tuple(_read_question(item) for item in found["questions"].items()))


def _read_question(place: DocumentPlace) -> Question:
    found = place.mapping(
        required={"id", "type", "short", "wording"},
        optional={
            *("stem", "help", "why", "options", "weights", "unit", "minimum", "maximum"),
            *("optional", "shown_when", "code", "standard", "readers", "paper", "tags"),
        },
    )

    def words(key: str) -> str | None:
        return found[key].words() if key in found else None

    def text(key: str) -> Text | None:
        return found[key].text() if key in found else None

    return Question(
        link_id=found["id"].words(),
        type=_one_of(QuestionType, found["type"]),
        wording=found["wording"].text(),
        short=found["short"].text(),
        stem=text("stem"),
        help=text("help"),
        why=text("why"),
        options=_read_options(found),
        unit=words("unit"),
        minimum=found["minimum"].number() if "minimum" in found else None,
        maximum=found["maximum"].number() if "maximum" in found else None,
        required=not (found["optional"].yes() if "optional" in found else False),
        shown_when=words("shown_when"),
        code=words("code"),
        standard=words("standard"),
        readers=found["readers"].all_words() if "readers" in found else (),
        paper=_one_of(Paper, found["paper"]) if "paper" in found else None,
        tags=found["tags"].all_words() if "tags" in found else (),
    )


def _read_options(found: dict[str, DocumentPlace]) -> tuple[Choice, ...]:
    weights = {code: place.number() for code, place in _optional_named(found, "weights").items()}
    options = _optional_named(found, "options")
    for code in weights.keys() - options.keys():
        raise found["weights"].wrong(f'a weight for "{code}", which is not an option')
    return tuple(Choice(code, place.text(), weights.get(code)) for code, place in options.items())


def _read_score(name: str, place: DocumentPlace) -> Score:
    found = place.mapping(required={"title", "items"}, optional={"code", "credit"})
    return Score(
        name=name,
        title=found["title"].words(),
        items=found["items"].all_words(),
        code=found["code"].words() if "code" in found else None,
        credit=found["credit"].words() if "credit" in found else None,
    )


def _read_flag(place: DocumentPlace) -> Flag:
    found = place.mapping(
        required={"code", "title", "topic", "severity", "condition", "patient", "reason", "source"},
        optional={"happening_now", "covers", "paper", "tags"},
    )
    return Flag(
        code=found["code"].words(),
        title=found["title"].words(),
        topic=found["topic"].words(),
        severity=_one_of(Severity, found["severity"]),
        condition=found["condition"].words(),
        patient=found["patient"].text(),
        reason=found["reason"].words(),
        source=_read_source(found["source"]),
        happening_now=found["happening_now"].yes() if "happening_now" in found else False,
        covers=found["covers"].all_words() if "covers" in found else (),
        staff_only=_read_staff_only(found),
        tags=found["tags"].all_words() if "tags" in found else (),
    )


def _read_source(place: DocumentPlace) -> Source:
    found = place.mapping(
        required={"citation", "checked", "expires"}, optional={"url", "checked_by", "status", "edition"}
    )
    return Source(
        citation=found["citation"].words(),
        url=found["url"].words() if "url" in found else "",
        checked=found["checked"].day(),
        expires=found["expires"].day(),
        checked_by=found["checked_by"].words() if "checked_by" in found else None,
        status=_one_of(SourceStatus, found["status"]) if "status" in found else None,
        edition=found["edition"].words() if "edition" in found else "",
    )


def _read_vignette(place: DocumentPlace) -> Vignette:
    found = place.mapping(required={"name", "story"}, optional={"like", "answers", *VIGNETTE_LISTS})
    return Vignette(
        name=found["name"].words(),
        story=found["story"].words(),
        answers=tuple(
            (link_id, item.answer()) for link_id, item in _optional_named(found, "answers").items()
        ),
        like=found["like"].words() if "like" in found else None,
        **{key: found[key].all_words() for key in VIGNETTE_LISTS if key in found},
    )


def _read_decision(place: DocumentPlace) -> Decision:
    found = place.mapping(required={"question"}, optional={"about"})
    return Decision(
        about=found["about"].all_words() if "about" in found else (), question=found["question"].words()
    )


def _read_exception(place: DocumentPlace) -> WordingException:
    found = place.mapping(required={"where", "phrase", "reason"})
    return WordingException(found["where"].words(), found["phrase"].words(), found["reason"].words())


def _read_translation(language: str, place: DocumentPlace) -> Translation:
    return Translation(
        language, tuple(_read_translated(where, item) for where, item in place.named().items())
    )


def _read_translated(where: str, place: DocumentPlace) -> TranslationRecord:
    if isinstance(place.value, str):
        return TranslationRecord(where, place.words())
    found = place.mapping(required={"source", "reviewed_by"})
    return TranslationRecord(where, found["source"].words(), found["reviewed_by"].words())


def _one_of(kind: type[E], place: DocumentPlace) -> E:
    try:
        return kind(place.words())
    except ValueError:
        raise place.wrong(f"expected one of: {', '.join(kind)}") from None
