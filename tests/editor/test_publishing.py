"""Publishing: what gets through the gate, what it freezes, and what the database itself refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from questionnaire import document
from questionnaire.actions import drafts, publishing
from questionnaire.checks import definition as checks
from questionnaire.definition import Definition, Text, Vignette
from questionnaire.models import Document, HistoryEvent, Question, Questionnaire, Version
from tests.builders.definitions import SOURCE, sound, with_condition, with_flag
from tests.builders.editor import with_all_stories

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forget_definitions() -> None:
    publishing.load_definition.cache_clear()


def draft(definition: Definition | None = None) -> Version:
    return publishing.create_draft(definition=definition or sound(), actor="alice", now=NOW)


def publish(version: Version) -> Version:
    signature = publishing.Signature(reason="First edition")
    return publishing.publish(version=version, actor="alice", now=NOW, signature=signature)


def reworded(words: str = "Do you have heart trouble?") -> Definition:
    return replace(with_all_stories(), title=Text.of(words))


# The way through --------------------------------------------------------------------------------------------


def test_a_published_version_says_what_the_draft_said() -> None:
    version = publish(draft())
    assert publishing.find_published("small") == version
    assert publishing.load_definition(version.pk) == sound()
    assert version.published_at == NOW
    assert version.document.fingerprint == document.compute_fingerprint(sound())
    assert version.document.json == document.to_canonical_json(sound())


def test_nothing_is_published_before_the_gate_was_passed() -> None:
    version = draft()
    assert publishing.find_published("small") is None
    assert publishing.find_published("no-such-questionnaire") is None
    with pytest.raises(Document.DoesNotExist):
        publishing.load_definition(version.pk)


def test_publishing_retires_the_version_before_and_keeps_its_document() -> None:
    first = publish(draft())
    second = publish(draft(reworded()))
    first.refresh_from_db()
    assert (first.state, second.state) == ("retired", "published")
    assert (first.number, second.number) == (1, 2)
    assert publishing.find_published("small") == second
    assert publishing.load_definition(first.pk) == sound()
    assert publishing.load_definition(second.pk) == reworded()


def test_a_published_version_is_read_from_the_database_once() -> None:
    version = publish(draft())
    publishing.load_definition(version.pk)
    assert publishing.load_definition(version.pk) is publishing.load_definition(version.pk)


def test_the_record_names_actor_reason_and_fingerprint() -> None:
    version = publish(draft())
    event = HistoryEvent.objects.get(version=version, action="published")
    assert (event.actor, event.second_person, event.reason, event.at) == ("alice", "", "First edition", NOW)
    assert event.after == {"fingerprint": version.document.fingerprint, "weakenings": [], "successors": {}}
    assert [e.action for e in version.history.all()] == ["created", "filled", "published"]


def test_retiring_leaves_nothing_to_offer_and_is_recorded_once() -> None:
    version = publish(draft())
    publishing.retire(version=version, actor="alice", now=NOW, reason="Under review")
    publishing.retire(version=version, actor="alice", now=NOW)
    assert publishing.find_published("small") is None
    assert [e.reason for e in version.history.filter(action="retired")] == ["Under review"]


# The gate ---------------------------------------------------------------------------------------------------


def test_a_blocking_problem_stops_publishing_and_changes_nothing() -> None:
    first = publish(draft())
    faulty = draft(with_condition("haert = yes"))
    with pytest.raises(publishing.NotPublishableError) as refused:
        publish(faulty)
    assert [problem.code for problem in refused.value.problems] == ["unknown-question"]
    faulty.refresh_from_db()
    assert faulty.state == "draft"
    assert publishing.find_published("small") == first
    assert not faulty.history.filter(action="published").exists()


def test_problems_put_the_blocking_ones_first() -> None:
    found = publishing.find_draft_problems(draft(with_condition("haert = yes")), today=NOW.date())
    assert [problem.blocks for problem in found] == [True, False]


def _expired() -> Definition:
    return with_flag(source=replace(SOURCE, checked=date(2025, 1, 1), expires=date(2026, 1, 1)))


def test_an_expired_source_does_not_stop_the_first_version() -> None:
    version = draft(_expired())
    expired = [
        p for p in publishing.find_draft_problems(version, today=NOW.date()) if p.code == checks.EXPIRED
    ]
    assert [problem.blocks for problem in expired] == [False]
    publish(version)


def test_an_expired_source_stops_every_later_version() -> None:
    publish(draft())
    with pytest.raises(publishing.NotPublishableError, match="cannot be published"):
        publish(draft(_expired()))


@pytest.mark.parametrize("state", ["published", "retired"])
def test_what_was_published_cannot_be_published_again(state: str) -> None:
    version = publish(draft())
    if state == "retired":
        publishing.retire(version=version, actor="alice", now=NOW)
    with pytest.raises(drafts.NotADraftError, match="start a new draft"):
        publish(version)


def test_a_definition_no_row_can_hold_becomes_no_draft() -> None:
    twice = replace(sound(), flags=(*sound().flags, sound().flags[0]))
    with pytest.raises(publishing.NotStorableError, match="flag heart-trouble: stands twice"):
        draft(twice)
    assert not Questionnaire.objects.exists()


# Drafts -----------------------------------------------------------------------------------------------------


def test_drafts_are_numbered_one_after_the_other() -> None:
    assert [draft().number for _ in range(3)] == [1, 2, 3]


def test_a_draft_holds_the_patient_stories_of_its_definition() -> None:
    told = Vignette(
        "calm", "A calm day.", (("heart", "no"), ("ticked", ("b", "a")), ("words", None)), raised=("x",)
    )
    like = Vignette("calmer", "A calmer day.", like="calm", not_asked=("heart",))
    version = draft(replace(sound(), vignettes=(told, like)))
    version.refresh_from_db()
    assert drafts.read_draft(version).vignettes == (told, like)


@pytest.mark.parametrize("state", ["in-review", "published", "retired"])
def test_only_a_draft_can_be_filled(state: str) -> None:
    version = publish(draft())
    Version.objects.filter(pk=version.pk).update(
        state=state, published_at=None if state == "in-review" else NOW
    )
    with pytest.raises(drafts.NotADraftError):
        drafts.fill_draft(version=version, definition=reworded(), actor="alice", now=NOW)
    assert Question.objects.filter(version=version).count() == 3


def test_filling_a_draft_again_leaves_nothing_of_before() -> None:
    version = draft()
    drafts.fill_draft(version=version, definition=with_condition("age >= 18"), actor="alice", now=NOW)
    drafts.fill_draft(version=version, definition=reworded(), actor="alice", now=NOW)
    version.refresh_from_db()
    assert drafts.read_draft(version) == reworded()


# What the database refuses ----------------------------------------------------------------------------------


def test_two_versions_of_one_questionnaire_cannot_both_be_published() -> None:
    publish(draft())
    second = draft(reworded())
    with pytest.raises(IntegrityError), transaction.atomic():
        Version.objects.filter(pk=second.pk).update(state="published", published_at=NOW)


@pytest.mark.parametrize("table", ["questionnaire_document", "questionnaire_historyevent"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET version_id = version_id", "DELETE FROM {}"])
def test_documents_and_the_record_are_insert_only(table: str, statement: str) -> None:
    publish(draft())
    with (
        pytest.raises(IntegrityError, match="insert-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))


def test_a_document_cannot_be_changed_through_the_model_either() -> None:
    frozen = publish(draft()).document
    frozen.json = "{}"
    with pytest.raises(IntegrityError), transaction.atomic():
        frozen.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        frozen.delete()


def test_a_document_without_its_fingerprint_is_never_used() -> None:
    version = draft()
    Document.objects.create(version=version, json=document.to_canonical_json(sound()), fingerprint="0" * 64)
    with pytest.raises(publishing.AlteredDocumentError):
        publishing.load_definition(version.pk)
