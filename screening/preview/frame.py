"""The patient's page in a frame, and beside it what the rules say, the answers so far and a link to share."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from questionnaire.editor import access
from questionnaire.editor.made_up_person import sign_person
from questionnaire.models import Version
from questionnaire.presenters.answers import AnswerLine
from questionnaire.rules.answers import to_json_value
from screening.patient.languages import LanguageChoice
from screening.patient.rendering import PatientPage, describe_surroundings, make_reader
from screening.preview.links import SHARED_FOR, write_shared_address
from screening.preview.stage import Stage
from screening.preview.trace import trace_flags


def render_framed(stage: Stage, page: PatientPage, **beside: Any) -> HttpResponse:
    """The page with everything that a patient's page has, in the frame.

    `beside`: what else stands beside it.
    """
    context = {
        **describe_surroundings(page),
        "title": _("Preview"),
        **page.context,
        **_describe_beside(stage),
        **beside,
        "parent": page.template,
    }
    return render(stage.request, "preview/framed.html", context, status=page.status)


def sign_made_up_person(stage: Stage) -> str:
    """Everything this person was asked and said, for the button that keeps them as a story.

    Empty where the version is no draft, so that no story can be added.
    """
    if stage.version.state != Version.State.DRAFT:
        return ""
    return sign_person({link_id: to_json_value(value) for link_id, value in stage.form.open_answers.items()})


def _describe_beside(stage: Stage) -> dict[str, Any]:
    request, version = stage.request, stage.version
    signed_in = request.user.is_authenticated and request.user.has_perm(access.READ)
    path = f"{write_shared_address(version)}?{request.GET.urlencode()}" if signed_in else ""
    return {
        "version": version,
        "slug": version.questionnaire.slug,
        "seen": stage.patient.signed,
        "traced": trace_flags(stage.definition, stage.patient),
        "answers_so_far": [
            (line, stage.at(stage.patient, line.page)) for line in _list_answers_so_far(stage)
        ],
        "again": stage.base,
        "other_languages": [
            _name_language(code) for code in stage.definition.languages if code != get_language()
        ],
        "shared": request.build_absolute_uri(path) if path else "",
        "shared_until": stage.now + SHARED_FOR,
        "signed_in": signed_in,
    }


def _list_answers_so_far(stage: Stage) -> list[AnswerLine]:
    """The answers on the way so far, as they are read back."""
    reached = frozenset(stage.form.walk.open)
    sections = stage.form.read_back(make_reader(stage.form, stage.values))
    return [line for section in sections for line in section.answers if line.link_id in reached]


def _name_language(code: str) -> LanguageChoice:
    """A language by its own name."""
    known = code in dict(settings.LANGUAGES)
    return LanguageChoice(code, get_language_info(code)["name_local"].capitalize() if known else code)
