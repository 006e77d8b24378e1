"""Addresses of the editor: /editor/<questionnaire>/<version number>/…"""

from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import SlugConverter

from questionnaire.editor import (
    comparing,
    condition,
    flag,
    home,
    missing,
    outline,
    parts,
    preview,
    publish,
    question,
    record,
    specification,
    stories,
    story,
    translating,
    trying,
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
    path(f"{_VERSION}record/", record.record, name="record"),
    path(f"{_VERSION}undo/", record.undo, name="undo"),
    path(f"{_VERSION}try/", trying.trying, name="try"),
    path(f"{_VERSION}compare/<int:other>/", comparing.compare, name="compare"),
    path(f"{_VERSION}publish/", publish.walk, name="publish"),
    path(f"{_VERSION}publish/prove/", publish.prove, name="prove"),
    path(f"{_VERSION}publish/successors/", publish.successors, name="successors"),
    path(f"{_VERSION}publish/send/", publish.send, name="send"),
    path(f"{_VERSION}publish/back/", publish.send_back, name="send-back"),
    path(f"{_VERSION}publish/now/", publish.publish, name="publish-now"),
    path(f"{_VERSION}preview/", preview.preview, name="preview"),
    path("preview/<str:token>/", preview.shared, name="shared"),
    path(f"{_VERSION}specification/", specification.specification, name="specification"),
    path(f"{_VERSION}stories/", stories.stories, name="stories"),
    path(f"{_VERSION}stories/missing/", missing.tell, name="stories-missing"),
    path(f"{_VERSION}stories/tell/", stories.tell, name="tell"),
    path(f"{_VERSION}stories/<slug:id>/answer/", stories.answer, name="stories-answer"),
    path(f"{_VERSION}stories/<slug:id>/silence/", stories.silence, name="stories-silence"),
    path(f"{_VERSION}vignette/<slug:id>/", story.story, name="vignette"),
    path(f"{_VERSION}vignette/<slug:id>/change/", story.change, name="vignette-change"),
    path(f"{_VERSION}vignette/<slug:id>/expect/", story.expect, name="vignette-expect"),
    path(f"{_VERSION}new/question/", question.add, name="new-question"),
    path(f"{_VERSION}new/flag/", flag.add, name="new-flag"),
    path(f"{_VERSION}new/<addable:kind>/", parts.add, name="new-part"),
    path(f"{_VERSION}reviewed/", translating.reviewed, name="reviewed"),
    path(f"{_VERSION}<movable:kind>/<slug:id>/move/", outline.move, name="move"),
    path(f"{_VERSION}<removable:kind>/<slug:id>/remove/", outline.remove, name="remove"),
    path(f"{_VERSION}<conditional:kind>/<slug:id>/condition/", condition.page, name="condition"),
    path(f"{_VERSION}question/<slug:id>/", question.question, name="question"),
    path(f"{_VERSION}flag/<slug:id>/", flag.flag, name="flag"),
    path(f"{_VERSION}section/<slug:id>/", parts.part, {"kind": "section"}, name="section"),
    path(f"{_VERSION}topic/<slug:id>/", parts.part, {"kind": "topic"}, name="topic"),
    path(f"{_VERSION}score/<slug:id>/", parts.part, {"kind": "score"}, name="score"),
]
