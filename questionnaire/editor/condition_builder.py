"""The sentence builder: a condition put together from rows, without a script and without syntax.

Each button sends the whole page, which comes back one row longer or shorter; only "Save" touches the draft, by the
same way as the text form. Beside the rows stand the text form and the same in plain words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from questionnaire.changes import edits
from questionnaire.checks.conditions import parsed
from questionnaire.definition import Definition
from questionnaire.editor import access, current_text
from questionnaire.editor.condition_field import clean_condition, read_back
from questionnaire.editor.draft_saving import change_draft, mark_of, refuse_if_frozen
from questionnaire.editor.request import EditorRequest
from questionnaire.editor.sentence import (
    ALL,
    ANY,
    Group,
    Row,
    Sentence,
    Unfinished,
    expression_of,
    fitted,
    sentence_of,
)
from questionnaire.editor.sentence_rows import RowView, choices_for, row_views
from questionnaire.http import SeeOther
from questionnaire.models import Version
from questionnaire.rules import conditions

MOST_ROWS = 80


@dataclass(frozen=True)
class Owner:
    """What the condition belongs to: a question that it opens, or a flag that it raises."""

    kind: str
    id: str
    name: str
    condition: str
    where: str
    part: Callable[[Definition], object]
    put: Callable[[Definition, str], Definition]


@access.require_editor("GET", "POST", may=access.EDIT)
def page(request: EditorRequest, slug: str, number: int, kind: str, id: str) -> HttpResponse:
    version = access.load_version(slug, number)
    definition = current_text.definition_of(version)
    owner = _owner(definition, kind, id)
    if refusal := refuse_if_frozen(request, version, f"{kind} {id}"):
        return refusal
    if request.method == "GET":
        sentence = _written(owner.condition)
        return _show(request, version, definition, owner, sentence)
    sentence = _typed(definition, request.POST)
    act, _dash, place = request.POST.get("do", "").partition("-")
    if act != "save":
        return _show(request, version, definition, owner, *_acted(sentence, act, place))
    return _save(request, version, definition, owner, sentence)


def _owner(definition: Definition, kind: str, id: str) -> Owner:
    if kind == "question":
        question = current_text.question_or_404(definition, id)
        return Owner(
            *(kind, id, str(question.short), question.shown_when or "", f"question {id} shown_when"),
            part=lambda now: now.questions.get(id),
            put=lambda now, text: edits.open_when(now, id, text),
        )
    flag = current_text.flag_or_404(definition, id)
    return Owner(
        *(kind, id, flag.title, flag.condition, f"flag {id}"),
        part=lambda now: now.flags_by_code.get(id),
        put=lambda now, text: edits.put_flag(now, replace(now.flags_by_code[id], condition=text)),
    )


def _written(condition: str) -> Sentence | None:
    """The sentence of a condition as it stands; None for one that rows cannot show."""
    expression = parsed(condition)
    return None if condition and expression is None else sentence_of(expression)


# What was typed ------------------------------------------------------------------------------------------------------


def _typed(definition: Definition, posted: QueryDict) -> Sentence:
    """The rows as they were sent; whatever does not fit its question is left out."""
    parts: dict[str, Row | list[Row]] = {}
    for place in posted.getlist("place")[:MOST_ROWS]:
        row = fitted(definition, _typed_row(posted, place))
        outer, dot, _inner = place.partition(".")
        if not dot:
            parts[outer] = row
        elif isinstance(group := parts.setdefault(outer, []), list):
            group.append(row)
    join = ANY if posted.get("join") == ANY else ALL
    return Sentence(join, tuple(Group(tuple(part)) if isinstance(part, list) else part for part in parts.values()))


def _typed_row(posted: QueryDict, place: str) -> Row:
    return Row(
        about=posted.get(f"about-{place}", ""),
        test=posted.get(f"test-{place}", ""),
        codes=tuple(posted.getlist(f"codes-{place}")),
        number=posted.get(f"number-{place}", "")[:20],
        other=posted.get(f"other-{place}", ""),
        several=tuple(posted.getlist(f"several-{place}")),
    )


def _acted(sentence: Sentence, act: str, place: str) -> tuple[Sentence, str]:
    """The sentence after a button that changes its rows, and the place where the editor goes on."""
    parts = list(sentence.parts)
    outer, dot, inner = place.partition(".")
    at = int(outer) if outer.isascii() and outer.isdecimal() and len(outer) < 4 else -1
    part = parts[at] if 0 <= at < len(parts) else None
    if act == "add":
        return replace(sentence, parts=(*parts, Row())), str(len(parts))
    if act == "group":
        return replace(sentence, parts=(*parts, Group((Row(),)))), f"{len(parts)}.0"
    if act == "within" and isinstance(part, Group):
        parts[at] = Group((*part.rows, Row()))
        return replace(sentence, parts=tuple(parts)), f"{at}.{len(part.rows)}"
    if act == "drop" and part is not None:
        kept = [row for number, row in enumerate(part.rows) if str(number) != inner] if isinstance(part, Group) else []
        parts[at : at + 1] = [Group(tuple(kept))] if dot and kept else []
        return replace(sentence, parts=tuple(parts)), "end"
    return sentence, place if act == "show" else ""


# Saving and showing --------------------------------------------------------------------------------------------------


def _save(
    request: EditorRequest, version: Version, definition: Definition, owner: Owner, sentence: Sentence
) -> HttpResponse:
    try:
        expression = expression_of(definition, sentence)
        text = clean_condition(
            conditions.write(expression) if expression else "",
            before=owner.condition,
            where=owner.where,
            placed=lambda text: owner.put(definition, text),
        )
        if not text and owner.kind == "flag":
            raise ValidationError(_("A flag needs at least one row: when is it raised?"))
    except Unfinished as missing:
        return _show(request, version, definition, owner, sentence, faults={missing.place: _missing(missing.what)})
    except ValidationError as refusal:
        return _show(request, version, definition, owner, sentence, faults={"": " ".join(refusal.messages)})
    trouble = change_draft(
        request,
        version,
        subject=f"{owner.kind} {owner.id}",
        action="changed",
        edit=lambda now: owner.put(now, text),
        part=owner.part,
    )
    return trouble or SeeOther(f"{current_text.address(version, owner.kind, owner.id)}?saved=1")


def _missing(what: str) -> str:
    return {
        "question": _("Select a question, or take this row out"),
        "test": _("Select what is tested, then look at the row again"),
        "codes": _("Select at least one answer"),
        "number": _("Enter a whole number, at most 9 digits"),
        "other": _("Select the other number"),
        "several": _("Select the questions"),
    }[what]


def _show(
    request: EditorRequest,
    version: Version,
    definition: Definition,
    owner: Owner,
    sentence: Sentence | None,
    focus: str = "",
    *,
    faults: dict[str, str] | None = None,
) -> HttpResponse:
    faults = faults or {}
    try:
        expression = expression_of(definition, sentence) if sentence else None
        text = conditions.write(expression) if expression else ""
    except Unfinished:
        text = ""
    text = text if sentence else owner.condition
    offered = choices_for(definition, before=owner.id if owner.kind == "question" else None)
    views: list[RowView | list[RowView]] = row_views(definition, sentence, offered, faults) if sentence else []
    context = {
        "here": "editor",
        "version": version,
        "slug": version.questionnaire.slug,
        "owner": owner,
        "sentence": sentence,
        "parts": views,
        "offered": offered,
        "text": text,
        "aloud": read_back(definition, text),
        "fault": faults.get(""),
        "faults": [(place, words) for place, words in faults.items() if place],
        "focus": focus,
        "full": sentence is not None and sum(1 for _row in sentence.places()) >= MOST_ROWS,
        "seen": request.POST.get("seen") or mark_of(owner.part(definition)),
        "back": current_text.address(version, owner.kind, owner.id),
    }
    return render(request, "editor/pages/condition_builder.html", context, status=422 if faults else 200)
