"""What a browser sent of the sentence builder: the rows as they were typed, and the button pressed."""

from __future__ import annotations

from dataclasses import replace

from django.http import QueryDict

from questionnaire.definition import Definition
from questionnaire.editor.condition_sentence import Join, RowGroup, Sentence, SentenceRow, fit_row

MOST_ROWS = 80
END = "end"
"""Stands for the end of the sentence, where a place is asked for."""


def read_sentence(definition: Definition, posted: QueryDict) -> Sentence:
    """The rows as they were sent; what does not fit its question is left out."""
    parts: dict[str, SentenceRow | list[SentenceRow]] = {}
    for place in posted.getlist("place")[:MOST_ROWS]:
        row = fit_row(definition, _read_row(posted, place))
        outer, dot, _inner = place.partition(".")
        if not dot:
            parts[outer] = row
        elif isinstance(group := parts.setdefault(outer, []), list):
            group.append(row)
    join = Join.ANY if posted.get("join") == Join.ANY else Join.ALL
    rows_and_groups = (RowGroup(tuple(part)) if isinstance(part, list) else part for part in parts.values())
    return Sentence(join, tuple(rows_and_groups))


def _read_row(posted: QueryDict, place: str) -> SentenceRow:
    return SentenceRow(
        about=posted.get(f"about-{place}", ""),
        test=posted.get(f"test-{place}", ""),
        codes=tuple(posted.getlist(f"codes-{place}")),
        number=posted.get(f"number-{place}", "")[:20],
        other=posted.get(f"other-{place}", ""),
        several=tuple(posted.getlist(f"several-{place}")),
    )


def press_button(sentence: Sentence, button: str, place: str) -> tuple[Sentence, str]:
    """The sentence after a button that changes its rows, and the place where the editor goes on."""
    end = len(sentence.parts)
    match button:
        case "add":
            return replace(sentence, parts=(*sentence.parts, SentenceRow())), str(end)
        case "group":
            return replace(sentence, parts=(*sentence.parts, RowGroup((SentenceRow(),)))), f"{end}.0"
        case "within":
            return _add_to_group(sentence, place)
        case "drop":
            return _drop_row(sentence, place)
        case "show":
            return sentence, place
        case _:
            return sentence, ""


def _add_to_group(sentence: Sentence, place: str) -> tuple[Sentence, str]:
    at = _find_part(sentence, place)
    if at is None or not isinstance(group := sentence.parts[at], RowGroup):
        return sentence, ""
    longer = RowGroup((*group.rows, SentenceRow()))
    return _put_part(sentence, at, longer), f"{at}.{len(group.rows)}"


def _drop_row(sentence: Sentence, place: str) -> tuple[Sentence, str]:
    """Without one row, or a whole part; a group that loses its last row goes too."""
    at = _find_part(sentence, place)
    if at is None:
        return sentence, ""
    part, (_outer, dot, inner) = sentence.parts[at], place.partition(".")
    if dot and isinstance(part, RowGroup):
        rows = tuple(row for number, row in enumerate(part.rows) if str(number) != inner)
        return _put_part(sentence, at, RowGroup(rows) if rows else None), END
    return _put_part(sentence, at, None), END


def _find_part(sentence: Sentence, place: str) -> int | None:
    """Which part of the sentence a place such as "2" or "2.1" lies in."""
    outer = place.partition(".")[0]
    is_number = outer.isascii() and outer.isdecimal() and len(outer) < 4
    return int(outer) if is_number and int(outer) < len(sentence.parts) else None


def _put_part(sentence: Sentence, at: int, part: RowGroup | None) -> Sentence:
    parts = list(sentence.parts)
    parts[at : at + 1] = [part] if part else []
    return replace(sentence, parts=tuple(parts))
