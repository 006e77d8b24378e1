"""The sentence builder: a condition put together from rows, without a script and without syntax.

Each button sends the whole page, which comes back one row longer or shorter; only "Save" touches the draft,
by the same way as the text form. Beside the rows stand the text form and the same in plain words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from questionnaire.changes import edits
from questionnaire.definition import Definition
from questionnaire.editor import access, current_text, part_links
from questionnaire.editor.condition_field import clean_condition, describe_if_valid
from questionnaire.editor.condition_sentence import (
    MissingPart,
    Sentence,
    UnfinishedRowError,
    build_expression,
    build_sentence,
)
from questionnaire.editor.draft_saving import mark_of, refuse_if_frozen, save_or_refuse
from questionnaire.editor.posted_sentence import MOST_ROWS, press_button, read_sentence
from questionnaire.editor.sentence_rows import RowView, offer_subjects, view_rows
from questionnaire.http import SeeOther, StaffRequest
from questionnaire.models import Version
from questionnaire.rules import conditions
from questionnaire.rules.parsing import parse_if_valid


@dataclass(frozen=True)
class ConditionOwner:
    """What the condition belongs to: a question that it opens, or a flag that it raises."""

    kind: str
    """question | flag"""
    id: str
    name: str
    condition: str
    where: str
    """Where its problems stand, as the checks name it."""
    part: Callable[[Definition], object]
    put: Callable[[Definition, str], Definition]


@dataclass(frozen=True)
class BuilderPage:
    """One request for the builder."""

    request: StaffRequest
    version: Version
    definition: Definition
    owner: ConditionOwner


@access.require_editor("GET", "POST", may=access.EDIT)
def build_condition(request: StaffRequest, slug: str, number: int, kind: str, id: str) -> HttpResponse:
    """The rows of a condition; a POST presses one of their buttons, or saves them."""
    version = access.load_version(slug, number)
    definition = current_text.read_definition(version)
    page = BuilderPage(request, version, definition, _find_owner(definition, kind, id))
    if refusal := refuse_if_frozen(request, version, f"{kind} {id}"):
        return refusal
    if request.method == "GET":
        return _show(page, _read_condition(page.owner.condition))
    sentence = read_sentence(definition, request.POST)
    button, _dash, place = request.POST.get("do", "").partition("-")
    if button != "save":
        return _show(page, *press_button(sentence, button, place))
    return _save(page, sentence)


def _find_owner(definition: Definition, kind: str, id: str) -> ConditionOwner:
    if kind == "question":
        question = current_text.get_question_or_404(definition, id)
        return ConditionOwner(
            *(kind, id, str(question.short), question.shown_when or "", f"question {id} shown_when"),
            part=lambda now: now.questions.get(id),
            put=lambda now, text: edits.set_shown_when(now, id, text),
        )
    flag = current_text.get_flag_or_404(definition, id)
    return ConditionOwner(
        *(kind, id, flag.title, flag.condition, f"flag {id}"),
        part=lambda now: now.flags_by_code.get(id),
        put=lambda now, text: edits.put_flag(now, replace(now.flags_by_code[id], condition=text)),
    )


def _read_condition(condition: str) -> Sentence | None:
    """The sentence of a condition as it stands; None for one that rows cannot show."""
    expression = parse_if_valid(condition)
    return None if condition and expression is None else build_sentence(expression)


def _save(page: BuilderPage, sentence: Sentence) -> HttpResponse:
    owner, version = page.owner, page.version
    try:
        text = _clean_sentence(page, sentence)
    except UnfinishedRowError as error:
        return _show(page, sentence, faults={error.place: _describe_missing(error.missing)})
    except ValidationError as error:
        return _show(page, sentence, faults={"": " ".join(error.messages)})
    trouble = save_or_refuse(
        page.request,
        version,
        subject=f"{owner.kind} {owner.id}",
        action="changed",
        edit=lambda now: owner.put(now, text),
        part=owner.part,
    )
    return trouble or SeeOther(f"{part_links.part_address(version, owner.kind, owner.id)}?saved=1")


def _clean_sentence(page: BuilderPage, sentence: Sentence) -> str:
    """The sentence as the text of a condition. Raises UnfinishedRowError or ValidationError."""
    owner = page.owner
    text = clean_condition(
        _write_sentence(page.definition, sentence),
        before=owner.condition,
        where=owner.where,
        place=lambda text: owner.put(page.definition, text),
    )
    if not text and owner.kind == "flag":
        raise ValidationError(_("A flag needs at least one row: when is it raised?"))
    return text


def _write_sentence(definition: Definition, sentence: Sentence) -> str:
    expression = build_expression(definition, sentence)
    return conditions.write_condition(expression) if expression else ""


def _describe_missing(missing: MissingPart) -> str:
    return {
        MissingPart.QUESTION: _("Select a question, or take this row out"),
        MissingPart.TEST: _("Select what is tested, then look at the row again"),
        MissingPart.CODES: _("Select at least one answer"),
        MissingPart.NUMBER: _("Enter a whole number, at most 9 digits"),
        MissingPart.OTHER: _("Select the other number"),
        MissingPart.SEVERAL: _("Select the questions"),
    }[missing]


def _show(
    page: BuilderPage, sentence: Sentence | None, focus: str = "", *, faults: dict[str, str] | None = None
) -> HttpResponse:
    """`focus`: the place of the row where the editor goes on. `faults`: by place, "" for all rows
    together."""
    owner, version, definition, faults = page.owner, page.version, page.definition, faults or {}
    text = _write_if_finished(definition, sentence) if sentence else owner.condition
    offered = offer_subjects(definition, before=owner.id if owner.kind == "question" else None)
    rows: list[RowView | list[RowView]] = view_rows(definition, sentence, offered, faults) if sentence else []
    context = {
        "here": "editor",
        "version": version,
        "slug": version.questionnaire.slug,
        "owner": owner,
        "sentence": sentence,
        "parts": rows,
        "offered": offered,
        "text": text,
        "in_words": describe_if_valid(definition, text),
        "fault": faults.get(""),
        "faults": [(place, words) for place, words in faults.items() if place],
        "focus": focus,
        "full": sentence is not None and sum(1 for _row in sentence.places()) >= MOST_ROWS,
        "seen": page.request.POST.get("seen") or mark_of(owner.part(definition)),
        "back": part_links.part_address(version, owner.kind, owner.id),
    }
    status = 422 if faults else 200
    return render(page.request, "editor/pages/condition_builder.html", context, status=status)


def _write_if_finished(definition: Definition, sentence: Sentence) -> str:
    try:
        return _write_sentence(definition, sentence)
    except UnfinishedRowError:
        return ""
