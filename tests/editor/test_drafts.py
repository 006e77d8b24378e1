"""Rows and definitions are two forms of the same thing: the round trip is identity."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from questionnaire import document
from questionnaire.actions import drafts, publishing
from questionnaire.definition import Choice, Definition, Text, Translation, TranslationRecord
from questionnaire.models import Question, Section
from tests.builders.definitions import sound, with_question
from tests.builders.shipped import shipped

NOW = datetime(2026, 11, 22, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def round_trip(definition: Definition) -> Definition:
    version = publishing.create_draft(definition=definition, actor="alice", now=NOW)
    version.refresh_from_db()
    return drafts.read_draft(version)


def test_the_shipped_questionnaire_comes_back_byte_for_byte() -> None:
    assert document.to_canonical_json(round_trip(shipped())) == document.to_canonical_json(shipped())


def test_the_order_of_languages_comes_back() -> None:
    words = Text((("es", "¿Tiene…?"), ("en", "Do you have…?"), ("de", "Haben Sie…?")))
    assert round_trip(with_question(0, wording=words)).questions["heart"].wording == words


def test_weights_zero_minimums_and_hostile_words_come_back() -> None:
    hostile = Text.of("<script>alert(1)</script> 🙂 {emergency} '\";--\n\tعربى")
    options = (Choice("0", hostile, -3), Choice("not-sure", Text.of("Not sure"), 0))
    definition = with_question(0, options=options, help=hostile, shown_when=None)
    assert round_trip(definition) == definition
    assert round_trip(with_question(2, minimum=0, maximum=0)).questions["age"].maximum == 0


def test_the_state_of_translations_comes_back() -> None:
    strings = (
        TranslationRecord("title", "0a1b2c3d"),
        TranslationRecord("topic topic", "00000000", "Ana Ruiz"),
    )
    definition = replace(sound(), languages=("en", "es"), translations=(Translation("es", strings),))
    assert round_trip(definition) == definition


def test_a_draft_full_of_problems_comes_back_too() -> None:
    broken = replace(with_question(0, shown_when="((("), languages=())
    assert round_trip(broken) == broken


def test_reading_a_draft_takes_as_many_queries_however_long_it_is(django_assert_num_queries: Any) -> None:
    small = publishing.create_draft(definition=sound(), actor="alice", now=NOW)
    large = publishing.create_draft(definition=shipped(), actor="alice", now=NOW)
    for version in (small, large):
        with django_assert_num_queries(8):
            drafts.read_draft(version)


def test_words_are_language_maps_on_the_rows_an_editor_edits() -> None:
    version = publishing.create_draft(definition=shipped(), actor="alice", now=NOW)
    question = Question.objects.get(version=version, link_id="bp-systolic")
    assert question.short == Text.of({"en": "Top number", "es": "Número de arriba"})
    assert question.stem is None
    assert Section.objects.get(version=version, slug="worry").intro is None
