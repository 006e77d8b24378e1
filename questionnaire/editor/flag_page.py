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
from questionnaire.changes.uses import find_flag_uses
from questionnaire.definition import Definition, Flag
from questionnaire.editor import access, current_text
from questionnaire.editor.condition_field import describe_if_valid
from questionnaire.editor.draft_saving import refuse_if_frozen, save_or_refuse
from questionnaire.editor.flag_form import FlagForm, NewFlagForm, blank_flag, blank_flag_for_unknown
from questionnaire.editor.part_page import Edit, PartKind, edit_part, show_part
from questionnaire.http import SeeOther, StaffRequest
from questionnaire.models import Version


def _edit(version: Version, form: FlagForm) -> Edit:
    flag = form.changed_flag
    return lambda now: edits.put_flag(now, flag)


def _show_more(definition: Definition, flag: Flag | None) -> dict[str, Any]:
    return {"flag": flag, "raised_when": describe_if_valid(definition, flag.condition if flag else "")}


FLAG = PartKind(
    "flag",
    "editor/pages/flag.html",
    find=lambda definition, id: definition.flags_by_code.get(id),
    form=FlagForm,
    edit=_edit,
    find_uses=find_flag_uses,
    more=_show_more,
)


@access.require_editor("GET", "POST", to_post=access.EDIT)
def edit_flag(request: StaffRequest, slug: str, number: int, id: str) -> HttpResponse:
    """The page of one flag; a POST saves it."""
    return edit_part(request, access.load_version(slug, number), FLAG, id)


@access.require_editor("GET", "POST", may=access.EDIT)
def add_flag(request: StaffRequest, slug: str, number: int) -> HttpResponse:
    """A new flag. Its code is made from its title, once.

    With `unknown=<link id>` in the address it asks about answers to this question that are not known.
    """
    version = access.load_version(slug, number)
    if refusal := refuse_if_frozen(request, version, _("a new flag")):
        return refusal
    definition = current_text.read_definition(version)
    blank = _start_flag(definition, request.GET.get("unknown", ""))
    form = NewFlagForm(definition, blank, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return show_part(request, version, definition, FLAG, form)
    flag = replace(form.changed_flag, code=form.make_code(history.find_used_ids(version.questionnaire)))
    trouble = save_or_refuse(
        request,
        version,
        subject=f"flag {flag.code}",
        action="added",
        edit=lambda now: edits.put_flag(now, flag),
    )
    if flag.condition:
        return trouble or SeeOther(reverse("editor:flag", args=[slug, number, flag.code]))
    return trouble or SeeOther(reverse("editor:condition", args=[slug, number, "flag", flag.code]))


def _start_flag(definition: Definition, unknown: str) -> Flag:
    today = timezone.localdate()
    if unknown in definition.questions:
        return blank_flag_for_unknown(definition, unknown, today)
    return blank_flag(definition, today)
