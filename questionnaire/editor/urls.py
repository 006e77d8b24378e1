"""Addresses of the editor: /editor/<questionnaire>/<version number>/…"""

from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import SlugConverter

from questionnaire.editor import (
    compare,
    condition_builder,
    flag_page,
    history_page,
    home,
    missing_vignettes,
    outline,
    preview,
    publish,
    question_page,
    section_pages,
    specification,
    translation_review,
    try_it,
    vignette_page,
    vignettes_page,
)


class Movable(SlugConverter):
    """What has a place in an order."""

    regex = "question|section|flag"


class Removable(SlugConverter):
    """What can be taken out."""

    regex = "question|section|flag|score|topic|vignette"


class Addable(SlugConverter):
    """What is made from a few words."""

    regex = "section|score|topic"


class Conditional(SlugConverter):
    """What has a condition."""

    regex = "question|flag"


for kind in (Movable, Removable, Addable, Conditional):
    register_converter(kind, kind.__name__.lower())

app_name = "editor"

_VERSION = "<slug:slug>/<int:number>/"

urlpatterns = [
    path("", home.questionnaires, name="questionnaires"),
    path(f"{_VERSION}", outline.outline, name="outline"),
    path(f"{_VERSION}draft/", home.draft, name="draft"),
    path(f"{_VERSION}record/", history_page.record, name="record"),
    path(f"{_VERSION}undo/", history_page.undo, name="undo"),
    path(f"{_VERSION}try/", try_it.trying, name="try"),
    path(f"{_VERSION}compare/<int:other>/", compare.compare, name="compare"),
    path(f"{_VERSION}publish/", publish.walk, name="publish"),
    path(f"{_VERSION}publish/prove/", publish.prove, name="prove"),
    path(f"{_VERSION}publish/successors/", publish.successors, name="successors"),
    path(f"{_VERSION}publish/send/", publish.send, name="send"),
    path(f"{_VERSION}publish/back/", publish.send_back, name="send-back"),
    path(f"{_VERSION}publish/now/", publish.publish, name="publish-now"),
    path(f"{_VERSION}preview/", preview.preview, name="preview"),
    path("preview/<str:token>/", preview.shared, name="shared"),
    path(f"{_VERSION}specification/", specification.specification, name="specification"),
    path(f"{_VERSION}stories/", vignettes_page.stories, name="stories"),
    path(f"{_VERSION}stories/missing/", missing_vignettes.tell, name="stories-missing"),
    path(f"{_VERSION}stories/tell/", vignettes_page.tell, name="tell"),
    path(f"{_VERSION}stories/<slug:id>/answer/", vignettes_page.answer, name="stories-answer"),
    path(f"{_VERSION}stories/<slug:id>/silence/", vignettes_page.silence, name="stories-silence"),
    path(f"{_VERSION}vignette/<slug:id>/", vignette_page.story, name="vignette"),
    path(f"{_VERSION}vignette/<slug:id>/change/", vignette_page.change, name="vignette-change"),
    path(f"{_VERSION}vignette/<slug:id>/expect/", vignette_page.expect, name="vignette-expect"),
    path(f"{_VERSION}new/question/", question_page.add, name="new-question"),
    path(f"{_VERSION}new/flag/", flag_page.add, name="new-flag"),
    path(f"{_VERSION}new/<addable:kind>/", section_pages.add, name="new-part"),
    path(f"{_VERSION}reviewed/", translation_review.reviewed, name="reviewed"),
    path(f"{_VERSION}<movable:kind>/<slug:id>/move/", outline.move, name="move"),
    path(f"{_VERSION}<removable:kind>/<slug:id>/remove/", outline.remove, name="remove"),
    path(f"{_VERSION}<conditional:kind>/<slug:id>/condition/", condition_builder.page, name="condition"),
    path(f"{_VERSION}question/<slug:id>/", question_page.question, name="question"),
    path(f"{_VERSION}flag/<slug:id>/", flag_page.flag, name="flag"),
    path(f"{_VERSION}section/<slug:id>/", section_pages.part, {"kind": "section"}, name="section"),
    path(f"{_VERSION}topic/<slug:id>/", section_pages.part, {"kind": "topic"}, name="topic"),
    path(f"{_VERSION}score/<slug:id>/", section_pages.part, {"kind": "score"}, name="score"),
]
