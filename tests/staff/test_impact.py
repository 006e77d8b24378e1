"""Impact: past submissions judged again under a draft. Nothing in them changes; editors see counts, never a
patient."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.core.management import call_command
from django.utils import timezone

from questionnaire.actions import drafts, publishing
from questionnaire.definition import Definition, Flag
from questionnaire.document import compute_fingerprint
from questionnaire.models import Version
from screening.core.staff_roles import ADMINISTRATOR, EDITOR
from screening.models import AuditEvent, RaisedFlag, Submission
from screening.queries.impact import MADE_UP, judge_past_submissions
from screening.queries.impact_runs import find_latest_run
from tests.builders.shipped import shipped
from tests.builders.staff import browser_of, member
from tests.builders.submissions import sent

pytestmark = pytest.mark.django_db

HIGH = {"bp-reading-known": "yes", "bp-systolic": 150, "bp-diastolic": 95}
UNKNOWN = {"bp-reading-known": "prefer-not-to-say"}


def changed(code: str, change: Callable[[Flag], Flag]) -> Definition:
    flags = tuple(change(flag) if flag.code == code else flag for flag in shipped().flags)
    return replace(shipped(), flags=flags)


def bp_flag() -> Flag:
    """The flag that 150/95 raises and 124/78 does not."""
    return next(flag for flag in shipped().flags if flag.condition.startswith("bp-systolic >= 140"))


def narrowed() -> Definition:
    """Blood pressure is flagged from 160, no longer from 140, and the bottom number not at all."""
    return changed(bp_flag().code, lambda flag: replace(flag, condition="bp-systolic >= 160"))


def draft(definition: Definition) -> Version:
    return publishing.create_draft(definition=definition, actor="user:1", now=timezone.now())


def judged(version: Version) -> dict:
    return judge_past_submissions(version, drafts.read_draft(version))


def test_a_narrowed_flag_shows_who_would_no_longer_be_flagged(published: Version) -> None:
    row, *_ = sent(published, HIGH), sent(published), sent(published, UNKNOWN)
    found = judged(draft(narrowed()))["submissions"]
    assert found["judged"] == 3
    changes = [change for change in found["flags"][bp_flag().code] if change[0] != change[1]]
    assert changes == [["raised", "clear", 1, [row.reference]]]


def test_an_unchanged_draft_changes_nothing(published: Version) -> None:
    sent(published, HIGH)
    sent(published, UNKNOWN)
    found = judged(draft(shipped()))
    changes = [
        c for part in found.values() for cells in part["flags"].values() for c in cells if c[0] != c[1]
    ]
    assert changes == []


def test_a_question_nobody_was_asked_counts_as_never_asked(published: Version) -> None:
    """A new flag over a new question cannot be told for patients of the past; it is not raised, and not
    clear."""
    first = next(iter(shipped().questions.values()))
    question = replace(first, link_id="brand-new")
    flag = replace(
        shipped().flags[0], code="brand-new-flag", condition=f"brand-new has {first.options[0].code}"
    )
    last = shipped().sections[-1]
    pages = (*last.pages, type(last.pages[0])((question,)))
    sections = (*shipped().sections[:-1], replace(last, pages=pages))
    row = sent(published)
    found = judged(draft(replace(shipped(), sections=sections, flags=(*shipped().flags, flag))))[
        "submissions"
    ]
    assert found["flags"]["brand-new-flag"] == [["absent", "cannot-tell", 1, [row.reference]]]


def test_a_removed_flag_is_shown_as_no_longer_there(published: Version) -> None:
    sent(published, HIGH)
    gone = replace(shipped(), flags=tuple(flag for flag in shipped().flags if flag.code != bp_flag().code))
    cells = judged(draft(gone))["submissions"]["flags"][bp_flag().code]
    assert [cell[:3] for cell in cells] == [["raised", "absent", 1]]


def test_few_submissions_are_joined_by_made_up_patients_who_are_not_stored(published: Version) -> None:
    found = judged(draft(narrowed()))
    assert found["made_up"]["judged"] == MADE_UP
    changes = [change for change in found["made_up"]["flags"][bp_flag().code] if change[0] != change[1]]
    assert changes and all(not references for *_, references in changes)
    assert not Submission.objects.exists()


def test_nothing_in_a_submission_is_changed(published: Version) -> None:
    sent(published, HIGH)
    before = list(Submission.objects.values()), list(RaisedFlag.objects.values())
    judged(draft(narrowed()))
    assert (list(Submission.objects.values()), list(RaisedFlag.objects.values())) == before


def test_a_submission_that_does_not_open_is_left_out_and_counted(published: Version) -> None:
    row = sent(published, HIGH)
    Submission.objects.filter(pk=row.pk).update(response=b"not sealed by us")
    found = judged(draft(narrowed()))["submissions"]
    assert (found["judged"], found["unreadable"]) == (0, 1)


# The page ---------------------------------------------------------------------------------------------------


def address(version: Version) -> str:
    return f"/staff/impact/ketamine/{version.number}/"


def run_the_worker() -> None:
    call_command("db_worker", "--batch", "--interval", "0", "--no-reload", verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_an_editor_starts_a_run_and_reads_its_tables(published: Version) -> None:
    row, version = sent(published, HIGH), draft(narrowed())
    browser = browser_of(member("edith", EDITOR))
    assert "Not looked at yet" in browser.get(address(version)).content.decode()
    assert browser.post(address(version)).status_code == 303
    assert "Waiting for its turn" in browser.get(address(version)).content.decode()
    run_the_worker()
    page = browser.get(address(version)).content.decode()
    assert bp_flag().title in page
    assert "would be clear" in page
    assert row.reference not in page, "editors see counts, never a patient"
    assert AuditEvent.objects.filter(action="submissions.rejudge").count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_administrator_finds_the_submissions_behind_the_counts(published: Version) -> None:
    row, version = sent(published, HIGH), draft(narrowed())
    browser = browser_of(member("root", ADMINISTRATOR))
    browser.post(address(version))
    run_the_worker()
    assert f"/staff/{row.reference}/" in browser.get(address(version)).content.decode()


def test_asking_twice_runs_once(published: Version) -> None:
    version = draft(narrowed())
    browser = browser_of(member("edith", EDITOR))
    browser.post(address(version))
    browser.post(address(version))
    assert AuditEvent.objects.filter(action="submissions.rejudge").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_draft_changed_since_needs_a_new_run(published: Version) -> None:
    version = draft(narrowed())
    browser = browser_of(member("edith", EDITOR))
    browser.post(address(version))
    drafts.fill_draft(version=version, definition=shipped(), actor="user:1", now=timezone.now())
    run_the_worker()
    assert "Not looked at yet" in browser.get(address(version)).content.decode()
    assert find_latest_run(version, compute_fingerprint(narrowed())).result == {"overtaken": True}  # type: ignore[union-attr]


def test_reviewers_and_outsiders_find_no_such_page(published: Version, client: object) -> None:
    version = draft(narrowed())
    assert browser_of(member("rita")).get(address(version)).status_code == 404
    assert client.get(address(version)).status_code == 302  # type: ignore[attr-defined]


def test_a_published_version_has_no_impact_to_preview(published: Version) -> None:
    browser = browser_of(member("edith", EDITOR))
    assert browser.get(address(published)).status_code == 404
    assert browser.get("/staff/impact/ketamine/99/").status_code == 404
