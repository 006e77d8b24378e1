"""What touches a flag needs a second person; what weakens one, an Administrator who saw whom it leaves
out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from questionnaire.actions import drafts, proof_runs, publishing
from questionnaire.actions.publishing import NotPublishableError, Signature
from questionnaire.definition import Definition, Severity, Text
from questionnaire.models import Version
from tests.builders.definitions import sound, with_condition, with_flag
from tests.builders.editor import with_all_stories

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def first() -> Version:
    version = publishing.create_draft(definition=sound(), actor="alice", now=NOW)
    return publishing.publish(version=version, actor="alice", now=NOW)


def draft(definition: Definition) -> Version:
    return publishing.create_draft(definition=definition, actor="alice", now=NOW)


def sent(definition: Definition) -> Version:
    return publishing.send_to_review(version=draft(definition), actor="alice", reason="Because", now=NOW)


def publish(version: Version, actor: str, **signature: object) -> Version:
    signed = Signature(**{"reason": "Because", **signature})
    return publishing.publish(version=version, actor=actor, now=NOW, signature=signed)


def says(version: Version) -> Definition:
    version.refresh_from_db()
    return drafts.read_draft(version)


def codes(refused: pytest.ExceptionInfo[NotPublishableError]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def everything_seen(version: Version) -> frozenset[str]:
    found = proof_runs.gather_evidence(drafts.read_draft(version), sound(), now=NOW)
    return frozenset(proof_runs.name_weakening(weakening) for weakening in found.weakenings)


REWORDED = replace(with_all_stories(), title=Text.of("Other words"))
WIDER = with_all_stories(with_flag(reason="Another reason for clinicians"))
WEAKER = with_all_stories(with_flag(severity=Severity.INFO))


def test_new_words_alone_need_nobody_else() -> None:
    assert publish(draft(REWORDED), "alice").state == "published"


def test_a_reason_is_always_written() -> None:
    with pytest.raises(NotPublishableError) as refused:
        publish(draft(REWORDED), "alice", reason=" ")
    assert codes(refused) == ["no-reason"]


def test_a_flag_that_was_touched_is_not_published_by_one_person() -> None:
    with pytest.raises(NotPublishableError) as refused:
        publish(draft(WIDER), "alice")
    assert codes(refused) == ["second-person"]


def test_the_sender_cannot_be_the_second_person() -> None:
    with pytest.raises(NotPublishableError) as refused:
        publish(sent(WIDER), "alice")
    assert codes(refused) == ["second-person"]


def test_the_second_person_publishes_and_both_stand_in_the_record() -> None:
    version = publish(sent(WIDER), "bob")
    event = version.history.get(action="published")
    assert (event.actor, event.second_person) == ("alice", "bob")


def test_a_weakened_flag_needs_its_patient_seen_and_an_administrator() -> None:
    version = sent(WEAKER)
    with pytest.raises(NotPublishableError) as refused:
        publish(version, "bob")
    assert set(codes(refused)) == {"weakening-unseen", "second-person"}
    with pytest.raises(NotPublishableError) as refused:
        publish(version, "bob", seen=everything_seen(version))
    assert codes(refused) == ["second-person"]
    done = publish(version, "carol", seen=everything_seen(version), may_approve_weakening=True)
    kept = done.history.get(action="published").after["weakenings"]
    assert {weakening["flag"] for weakening in kept} == {sound().flags[0].code}


def test_a_flag_that_can_never_be_raised_is_refused_by_proof() -> None:
    with pytest.raises(NotPublishableError) as refused:
        publish(sent(with_condition("age < 0")), "bob", may_approve_weakening=True)
    assert any("never be raised" in problem.message for problem in refused.value.problems)


def test_a_clinic_of_one_may_sign_alone_and_the_record_says_so() -> None:
    version = draft(WIDER)
    done = publish(version, "alice", alone=True)
    assert "switched off" in done.history.get(action="published").second_person


def test_nothing_in_review_can_be_edited_until_it_is_sent_back() -> None:
    version = sent(WIDER)
    with pytest.raises(drafts.NotADraftError):
        drafts.fill_draft(version=version, definition=sound(), actor="alice", now=NOW)
    back = publishing.send_back(version=version, actor="bob", reason="Not yet", now=NOW)
    drafts.fill_draft(version=back, definition=sound(), actor="alice", now=NOW)


def test_an_edit_after_the_proofs_makes_them_stale() -> None:
    version = draft(REWORDED)
    proof_runs.gather_evidence(drafts.read_draft(version), sound(), now=NOW)
    drafts.save_change(
        version=version,
        edit=lambda now: replace(now, title=Text.of("Changed again")),
        subject="version",
        action="changed",
        actor="alice",
        now=NOW,
    )
    assert proof_runs.find_evidence(says(version), sound()) is None


def test_every_act_can_be_undone_and_the_undoing_too() -> None:
    version = draft(sound())
    for words in ("One", "Two"):
        drafts.save_change(
            version=version,
            edit=lambda now, words=words: replace(now, title=Text.of(words)),
            subject="version",
            action="changed",
            actor="alice",
            now=NOW,
        )
    last = version.history.last()
    drafts.restore_draft(version=version, event=last, actor="bob", now=NOW)
    assert str(says(version).title) == "One"
    drafts.restore_draft(version=version, event=version.history.last(), actor="bob", now=NOW)
    assert str(says(version).title) == "Two"
