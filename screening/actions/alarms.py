"""Alarms that last: what raises one when a form is sent, and the steps of staff that end it.

An alarm is a column of the submission. It is set when a form is sent with an urgent flag or cannot be
assessed, and stands, wherever the submission is on the desk, until one of these is on record: an opinion on
every urgent flag, or the outcome (reviews.py); that the patient was reached; that what could not be assessed
was assessed again, or read. Taking, assigning, noting or opening it end nothing.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from questionnaire.definition import Severity
from questionnaire.rules.answers import AnswerError, read_answers
from screening.actions import answer_tally, assessment
from screening.actions.assessment import AssessedSubmission
from screening.actions.reviews import Reviewer, build_claim, read_words, write_step
from screening.core.actor import Actor
from screening.core.not_possible import NotPossibleError, NotPossibleKind
from screening.models import RaisedFlag, ReviewEntry, Submission
from screening.queries.submission import load_submission

Assessment, Kind = Submission.Assessment, ReviewEntry.Kind


def start_alarm(assessed: AssessedSubmission, *, reachable: bool) -> tuple[bool, int]:
    """Whether a form that was just assessed raises an alarm, and its place in the lists. Pure."""
    alarm = assessed.assessment == Assessment.NOT_ASSESSED or assessed.counts[Severity.URGENT] > 0
    # Two numbers for each rank: an urgent patient who cannot be reached stands before one who can.
    return alarm, 2 * _rank(assessed) + (0 if alarm and not reachable else 1)


def _rank(assessed: AssessedSubmission) -> int:
    """0 to 4: symptoms now, by severity; 5 to 9: the others. What was not assessed counts as urgent."""
    if assessed.assessment == Assessment.NOT_ASSESSED:
        return 5 + Severity.URGENT.rank
    raised = (severity.rank for severity in Severity if assessed.counts[severity])
    return next(raised, len(Severity)) + (0 if assessed.happening_now else 5)


@transaction.atomic
def record_reached(*, submission: Submission, words: str, actor: Reviewer) -> ReviewEntry:
    """Somebody reached the patient: the alarm of an urgent submission ends. Called for people who may review.

    Raises StaleReviewError, or NotPossibleError where nothing is urgent.
    """
    if not submission.urgent and submission.assessment != Assessment.NOT_ASSESSED:
        raise NotPossibleError(NotPossibleKind.NOTHING_URGENT)
    ends = {"alarm": False} if submission.assessment == Assessment.ASSESSED else {}
    changes = {**build_claim(submission, actor), **ends}
    return write_step(submission, actor, Kind.REACHED, changes, words=read_words(words))


@transaction.atomic
def record_reading(*, submission: Submission, words: str, actor: Reviewer) -> ReviewEntry:
    """Somebody read all answers of what could not be assessed, and says what they found: its alarm ends.

    Called for people who may review. Raises StaleReviewError, or NotPossibleError for what was assessed, or
    no words.
    """
    _refuse_assessed(submission)
    note = read_words(words, missing=NotPossibleKind.NO_READING)
    return write_step(
        submission, actor, Kind.READ, {**build_claim(submission, actor), "alarm": False}, words=note
    )


@transaction.atomic
def assess_again(*, submission: Submission, actor: Reviewer) -> ReviewEntry:
    """Ask the rules of the pinned version once more. The flags are written, and urgent ones keep the alarm
    standing.

    Called for people who may review. Raises StaleReviewError, encryption.DecryptionError, or NotPossibleError
    for what was assessed, and where the rules fail again.
    """
    _refuse_assessed(submission)
    assessed = _assess(submission)
    alarm, priority = start_alarm(assessed, reachable=submission.reachable)
    changes = {**build_claim(submission, actor), "assessment": assessed.assessment, "alarm": alarm}
    entry = write_step(submission, actor, Kind.ASSESSED, {**changes, "priority": priority, **assessed.counts})
    RaisedFlag.objects.bulk_create(
        RaisedFlag(submission=submission, **flag.fields) for flag in assessed.flags
    )
    return entry


def _refuse_assessed(submission: Submission) -> None:
    if submission.assessment != Assessment.NOT_ASSESSED:
        raise NotPossibleError(NotPossibleKind.ASSESSED_ALREADY)


def _assess(submission: Submission) -> AssessedSubmission:
    """What the rules say now. The answers count for the week in which they were sent."""
    loaded = load_submission(submission)
    try:
        answers = read_answers(loaded.definition, loaded.open_answers)
    except AnswerError as error:
        raise NotPossibleError(NotPossibleKind.STILL_NOT_ASSESSED) from error
    assessed = assessment.assess_answers(loaded.definition, answers)
    if assessed.assessment == Assessment.NOT_ASSESSED or submission.submitted_at is None:
        raise NotPossibleError(NotPossibleKind.STILL_NOT_ASSESSED)
    answer_tally.record_tally(
        definition=loaded.definition,
        version_id=submission.version_id,
        answers=answers,
        now=submission.submitted_at,
    )
    return assessed


@transaction.atomic
def return_open_work(*, user: User, actor: Actor) -> int:
    """Take everything that is not done from somebody who cannot work on it any more. Returns how many.

    Called by people.py, in the transaction that deactivates an account or takes its role. Each has an entry
    of its own.
    """
    rows = Submission.objects.select_for_update().filter(assignee=user, state=Submission.State.SUBMITTED)
    returned = list(rows.exclude(desk=Submission.Desk.DONE))
    for row in returned:
        changes: dict[str, Any] = {"assignee_id": None}
        if row.desk == Submission.Desk.IN_REVIEW:
            changes["desk"] = Submission.Desk.NEW
        reviewer = Reviewer(actor.user, actor.now, actor.request_id, revision=row.desk_revision)
        write_step(row, reviewer, Kind.RETURNED, changes)
    return len(returned)
