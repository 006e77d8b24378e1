"""Addresses of the editor: /editor/<questionnaire>/<version number>/…"""

from django.urls import path, re_path

from questionnaire.editor import comparing, flag, home, outline, parts, question, record, trying

app_name = "editor"

_VERSION = "<slug:slug>/<int:number>/"
_MOVE = r"^(?P<slug>[-\w]+)/(?P<number>\d+)/(?P<kind>question|section|flag)/(?P<id>[-\w]+)/move/$"
_REMOVE = r"^(?P<slug>[-\w]+)/(?P<number>\d+)/(?P<kind>question|flag|score|topic|vignette)/(?P<id>[-\w]+)/remove/$"

urlpatterns = [
    path("", home.questionnaires, name="questionnaires"),
    path(f"{_VERSION}", outline.outline, name="outline"),
    path(f"{_VERSION}draft/", home.draft, name="draft"),
    path(f"{_VERSION}record/", record.record, name="record"),
    path(f"{_VERSION}undo/", record.undo, name="undo"),
    path(f"{_VERSION}try/", trying.trying, name="try"),
    path(f"{_VERSION}compare/<int:other>/", comparing.compare, name="compare"),
    path(f"{_VERSION}new/question/", question.add, name="new-question"),
    path(f"{_VERSION}new/flag/", flag.add, name="new-flag"),
    re_path(_MOVE, outline.move, name="move"),
    re_path(_REMOVE, outline.remove, name="remove"),
    path(f"{_VERSION}question/<slug:id>/", question.question, name="question"),
    path(f"{_VERSION}flag/<slug:id>/", flag.flag, name="flag"),
    path(f"{_VERSION}section/<slug:id>/", parts.part, {"kind": "section"}, name="section"),
    path(f"{_VERSION}topic/<slug:id>/", parts.part, {"kind": "topic"}, name="topic"),
    path(f"{_VERSION}score/<slug:id>/", parts.part, {"kind": "score"}, name="score"),
]
