"""The page of one flag, and the page that adds one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from questionnaire.actions import history
from questionnaire.changes import edits
from questionnaire.definition import Definition, Flag
from questionnaire.editor import access, current_text
from questionnaire.editor.condition_field import read_back
from questionnaire.editor.draft_saving import change_draft, refuse_if_frozen
from questionnaire.editor.flag_form import FlagForm, NewFlagForm, blank_flag, flag_for_unknown
from questionnaire.editor.part_page import Edit, Kind, page, show
from questionnaire.editor.request import EditorRequest
from questionnaire.http import SeeOther
from questionnaire.models import Version


def _edit(version: Version, form: FlagForm) -> Edit:
    changed = form.changed
    return lambda now: edits.put_flag(now, changed)


def _shows(definition: Definition, flag: Flag | None) -> dict[str, Any]:
    return {"flag": flag, "aloud": read_back(definition, flag.condition if flag else "")}


FLAG = Kind(
    "flag",
    "editor/pages/flag.html",
    find=lambda definition, id: definition.flags_by_code.get(id),
    form=FlagForm,
    edit=_edit,
    uses=edits.uses_of_flag,
    shows=_shows,
)


@access.require_editor("GET", "POST", to_post=access.EDIT)
def flag(request: EditorRequest, slug: str, number: int, id: str) -> HttpResponse:
    return page(request, slug, number, FLAG, id)


@access.require_editor("GET", "POST", may=access.EDIT)
def add(request: EditorRequest, slug: str, number: int) -> HttpResponse:
    """A new flag. Its code is made from its title, once. `unknown`: for answers to this question that are not known."""
    version = access.load_version(slug, number)
    if refusal := refuse_if_frozen(request, version, _("a new flag")):
        return refusal
    definition = current_text.definition_of(version)
    unknown, today = request.GET.get("unknown", ""), timezone.localdate()
    asked = unknown in definition.questions
    blank = flag_for_unknown(definition, unknown, today) if asked else blank_flag(definition, today)
    form = NewFlagForm(definition, blank, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        code = form.code(history.ids_ever_used(version.questionnaire))
        new = replace(form.changed, code=code)
        trouble = change_draft(
            request,
            version,
            subject=f"flag {code}",
            action="added",
            edit=lambda now: edits.put_flag(now, new),
        )
        next_page = "editor:flag" if new.condition else "editor:condition"
        return trouble or SeeOther(reverse(next_page, args=[slug, number, *([] if new.condition else ["flag"]), code]))
    return show(request, version, definition, FLAG, form)
