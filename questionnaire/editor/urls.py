"""Addresses of the editor: /editor/<questionnaire>/<version number>/…"""

from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import SlugConverter

from questionnaire.editor import (
    compare_page,
    condition_builder,
    flag_page,
    history_page,
    missing_vignettes,
    outline_page,
    publish_page,
    question_page,
    questionnaire_list_page,
    small_part_page,
    specification_page,
    translation_review,
    try_page,
    vignette_list_page,
    vignette_page,
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
    path("", questionnaire_list_page.list_questionnaires, name="questionnaires"),
    path(f"{_VERSION}", outline_page.show_outline, name="outline"),
    path(f"{_VERSION}draft/", questionnaire_list_page.start_draft, name="draft"),
    path(f"{_VERSION}record/", history_page.show_history, name="record"),
    path(f"{_VERSION}undo/", history_page.undo_change, name="undo"),
    path(f"{_VERSION}try/", try_page.try_answers, name="try"),
    path(f"{_VERSION}compare/<int:other>/", compare_page.compare_versions, name="compare"),
    path(f"{_VERSION}publish/", publish_page.show_publish_page, name="publish"),
    path(f"{_VERSION}publish/prove/", publish_page.run_proofs, name="prove"),
    path(f"{_VERSION}publish/successors/", publish_page.name_successors, name="successors"),
    path(f"{_VERSION}publish/send/", publish_page.send_to_review, name="send"),
    path(f"{_VERSION}publish/back/", publish_page.send_back, name="send-back"),
    path(f"{_VERSION}publish/now/", publish_page.publish_version, name="publish-now"),
    path(f"{_VERSION}specification/", specification_page.show_specification, name="specification"),
    path(f"{_VERSION}stories/", vignette_list_page.list_vignettes, name="stories"),
    path(f"{_VERSION}stories/missing/", missing_vignettes.add_missing_vignettes, name="stories-missing"),
    path(f"{_VERSION}stories/tell/", vignette_list_page.add_vignette, name="tell"),
    path(f"{_VERSION}stories/<slug:id>/answer/", vignette_list_page.answer_for_all, name="stories-answer"),
    path(
        f"{_VERSION}stories/<slug:id>/silence/",
        vignette_list_page.drop_answers_of_all,
        name="stories-silence",
    ),
    path(f"{_VERSION}vignette/<slug:id>/", vignette_page.show_vignette, name="vignette"),
    path(f"{_VERSION}vignette/<slug:id>/change/", vignette_page.change_vignette, name="vignette-change"),
    path(f"{_VERSION}vignette/<slug:id>/expect/", vignette_page.expect_flags, name="vignette-expect"),
    path(f"{_VERSION}new/question/", question_page.add_question, name="new-question"),
    path(f"{_VERSION}new/flag/", flag_page.add_flag, name="new-flag"),
    path(f"{_VERSION}new/<addable:kind>/", small_part_page.add_small_part, name="new-part"),
    path(f"{_VERSION}reviewed/", translation_review.mark_reviewed, name="reviewed"),
    path(f"{_VERSION}<movable:kind>/<slug:id>/move/", outline_page.move_part, name="move"),
    path(f"{_VERSION}<removable:kind>/<slug:id>/remove/", outline_page.remove_part, name="remove"),
    path(
        f"{_VERSION}<conditional:kind>/<slug:id>/condition/",
        condition_builder.build_condition,
        name="condition",
    ),
    path(f"{_VERSION}question/<slug:id>/", question_page.edit_question, name="question"),
    path(f"{_VERSION}flag/<slug:id>/", flag_page.edit_flag, name="flag"),
    path(
        f"{_VERSION}section/<slug:id>/", small_part_page.edit_small_part, {"kind": "section"}, name="section"
    ),
    path(f"{_VERSION}topic/<slug:id>/", small_part_page.edit_small_part, {"kind": "topic"}, name="topic"),
    path(f"{_VERSION}text/<slug:id>/", small_part_page.edit_small_part, {"kind": "text"}, name="text"),
    path(f"{_VERSION}score/<slug:id>/", small_part_page.edit_small_part, {"kind": "score"}, name="score"),
]
