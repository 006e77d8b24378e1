"""Made-up submissions are what real ones would be: same rows, same flags, same counts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from questionnaire.models import Version
from questionnaire.rules.answers import to_json_value
from screening.actions import submissions, synthesis
from screening.actions.synthesis import synthesize_submissions
from screening.core import encryption
from screening.core.patient_response import PatientResponse
from screening.demo.made_up_people import PeopleMaker
from screening.models import AnswerTally, AuditEvent, RaisedFlag, Submission
from screening.queries.submission import find_urgent_flags, load_with_token
from tests.builders.staff import member

pytestmark = pytest.mark.django_db
COLUMNS = (
    "state",
    "assessment",
    "language",
    "kiosk",
    "version_id",
    "settings_id",
    "urgent",
    "high",
    "moderate",
    "info",
)


def written(submission: Submission) -> tuple[object, ...]:
    """Everything that judging leaves behind, without what is random by design: keys, times and the
    reference."""
    flags = submission.flags.values_list("code", "topic", "severity", "verdict", "because", "position")
    return (
        *(getattr(submission, column) for column in COLUMNS),
        [tuple(str(value) for value in flag) for flag in flags],
        encryption.unseal(submission.response, purpose=f"submission:{submission.uuid}:response"),
    )


def really_sent(version: Version, made_up: Submission) -> Submission:
    """The same answers in a form of their own, sent with submit()."""
    now = timezone.now()
    response = PatientResponse.unseal(made_up.response, f"submission:{made_up.uuid}:response")
    token = submissions.start_submission(version_id=version.pk, language="en", now=now)
    row = load_with_token(token, now=now).row
    row.response = response.seal(f"submission:{row.uuid}:response")
    row.identity = encryption.seal({}, purpose=f"submission:{row.uuid}:identity")
    row.save(update_fields=["response", "identity"])
    return submissions.submit(loaded=load_with_token(token, now=now), now=now)


def filled_in_and_sent(version: Version, made_up: Submission) -> Submission:
    """The same answers, page by page with what interrupts in between, then sent."""
    answers = PatientResponse.unseal(made_up.response, f"submission:{made_up.uuid}:response").answers
    now = timezone.now()
    token = submissions.start_submission(version_id=version.pk, language="en", now=now)
    loaded = load_with_token(token, now=now)
    while (number := loaded.walk.next) is not None:
        values = {
            question.link_id: answers.get(question.link_id) for question in loaded.walk.pages[-1].questions
        }
        urgent = find_urgent_flags(loaded, values)
        loaded = submissions.save_page(
            loaded=loaded, number=number, values=values, seen=loaded.seen(number), urgent=urgent, now=now
        )
        if loaded.response.pending:
            submissions.mark_interruption_read(loaded=loaded, now=now)
            loaded = load_with_token(token, now=now)
    submissions.save_identity(loaded=loaded, identity={}, now=now)
    return submissions.submit(loaded=load_with_token(token, now=now), now=now)


def test_five_hundred_made_up_submissions_equal_what_submit_writes(published: Version) -> None:
    synthesize_submissions(version=published, number=500, seed=7, now=timezone.now())
    counted = sorted(AnswerTally.objects.values_list("marks", flat=True))
    for made_up in list(Submission.objects.order_by("pk")):
        assert written(really_sent(published, made_up)) == written(made_up)
    assert sorted(AnswerTally.objects.values_list("marks", flat=True)) == sorted(counted * 2)


def test_made_up_people_walk_the_path_that_the_pages_lead_along(published: Version) -> None:
    synthesize_submissions(version=published, number=25, seed=8, now=timezone.now())
    for made_up in list(Submission.objects.order_by("pk")):
        assert written(filled_in_and_sent(published, made_up)) == written(made_up)


def test_the_same_seed_makes_the_same_people(published: Version) -> None:
    first, second, third = (list(PeopleMaker(published, seed).draw_people(20)) for seed in (3, 3, 4))
    assert first == second != third


def test_running_it_twice_with_one_seed_adds_new_rows(published: Version) -> None:
    for _ in range(2):
        synthesize_submissions(version=published, number=5, seed=1, now=timezone.now())
    assert Submission.objects.values("reference").distinct().count() == 10


def test_a_reference_that_another_process_took_at_the_same_moment_is_drawn_again(
    published: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    synthesize_submissions(version=published, number=3, seed=1, now=timezone.now())
    taken = list(Submission.objects.values_list("reference", flat=True))
    draws = iter([taken, ["AAA-222", "AAA-333", "AAA-444"]])
    monkeypatch.setattr(synthesis, "_draw_free_references", lambda size: next(draws))
    synthesize_submissions(version=published, number=3, seed=2, now=timezone.now())
    assert Submission.objects.count() == 6
    assert RaisedFlag.objects.values("submission").distinct().count() > 3


def test_most_people_are_unremarkable_and_every_severity_occurs(published: Version) -> None:
    synthesize_submissions(version=published, number=400, seed=1, now=timezone.now())
    assert 0 < Submission.objects.filter(urgent__gt=0).count() < 80
    assert set(RaisedFlag.objects.values_list("severity", flat=True)) == {
        "urgent",
        "high",
        "moderate",
        "info",
    }
    assert Submission.objects.filter(high=0, urgent=0).count() > 100


def test_made_up_submissions_lie_in_the_past_weeks_and_can_be_opened(published: Version) -> None:
    now = timezone.now()
    synthesize_submissions(version=published, number=50, seed=1, now=now)
    for row in Submission.objects.all():
        assert (
            row.submitted_at and now - timedelta(weeks=13) < row.submitted_at <= now and row.started_at < now
        )
        name = encryption.unseal(row.identity, purpose=f"submission:{row.uuid}:identity")["name"]  # type: ignore[arg-type]
        assert " " in name


def test_every_answer_is_one_its_question_takes(published: Version) -> None:
    from questionnaire.rules.answers import read_answer
    from tests.builders.shipped import shipped

    for person in PeopleMaker(published, 11).draw_people(200):
        for link_id, value in person.answers.items():
            assert read_answer(shipped().questions[link_id], to_json_value(value)) == value


def test_the_command_adds_rows_and_records_one_event_a_batch(
    published: Version, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("synthesize_submissions", "12", "--seed", "2")
    assert capsys.readouterr().out.startswith("12 submissions added in ")
    assert AuditEvent.objects.get(action="submissions.synthesize").detail == {"number": 12}


def test_without_a_published_questionnaire_the_command_says_what_to_run() -> None:
    with pytest.raises(CommandError, match="bootstrap"):
        call_command("synthesize_submissions", "1")


def test_zero_submissions_are_refused(published: Version) -> None:
    with pytest.raises(CommandError, match="at least 1"):
        call_command("synthesize_submissions", "0")


def test_a_made_up_desk_works_through_the_older_ones(
    published: Version, capsys: pytest.CaptureFixture[str]
) -> None:
    member("sam")
    call_command("synthesize_submissions", "40", "--reviewer", "sam")
    assert "of them decided by sam" in capsys.readouterr().out
    decided = Submission.objects.exclude(decision="")
    assert decided.exists() and Submission.objects.filter(decision="").exists()
    for row in decided:
        assert row.opened_at and row.decided_at and row.submitted_at
        assert row.submitted_at < row.opened_at < row.decided_at
        assert row.history.count() == row.desk_revision


def test_a_reviewer_who_does_not_exist_is_named_before_anything_is_added(published: Version) -> None:
    with pytest.raises(CommandError, match="There is no account nobody"):
        call_command("synthesize_submissions", "5", "--reviewer", "nobody")
    assert not Submission.objects.exists()
