"""The desk's own words: groups, severities, decisions, and what cannot be done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.contrib.auth.models import User
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from questionnaire.definition import Severity
from screening.core.message_wish import describe_message_wish
from screening.core.not_possible import NotPossibleKind
from screening.models import RaisedFlag, ReviewEntry
from screening.queries.clinic import ClinicValues
from screening.queries.queue import QueueGroup

SHORTCUTS = "desk-shortcuts"
"""Cookie that says whether single keys do anything; "off" turns them off on this device."""


def format_day(iso: str) -> str:
    """A date as staff read it: "1975-04-13" is "13 Apr 1975"; what is no date stays as it is."""
    try:
        return date_format(date.fromisoformat(iso), "j M Y")
    except ValueError:
        return iso


def describe_ways_to_reach(identity: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """What else is known of how to reach a patient: what it is called, its name on screen, and what was
    given."""
    ways = [
        ("invited_phone", _("Phone from the invitation"), identity.get("invited_phone", "")),
        ("message", _("A message may be left"), describe_message_wish(identity)),
        ("place", _("Where they were when they filled this in"), identity.get("place", "")),
        ("emergency_contact", _("Someone to call in an emergency"), identity.get("emergency_contact", "")),
    ]
    return [way for way in ways if way[2]]


def format_moment(at: datetime) -> str:
    """Day and time: "20 Nov 2026, 10:43"."""
    return date_format(localtime(at), "j M Y, H:i")


def group_labels() -> dict[QueueGroup, str]:
    return {
        QueueGroup.NOW: _("Urgent: needs attention now"),
        QueueGroup.NEW: _("New"),
        QueueGroup.IN_REVIEW: _("In review"),
        QueueGroup.WAITING: _("Waiting on patient"),
        QueueGroup.DONE: _("Done"),
    }


def severity_labels() -> dict[Severity, str]:
    """How soon, in a word. Staff only."""
    return {
        Severity.URGENT: _("Urgent"),
        Severity.HIGH: _("High"),
        Severity.MODERATE: _("Moderate"),
        Severity.INFO: _("For information"),
    }


def decision_labels(clinic: ClinicValues) -> dict[str, str]:
    """What can be decided, in the clinic's own words where it has set some."""
    return {
        "discussed": clinic.decision_discussed or _("Discussed with the patient"),
        "needs-records": clinic.decision_needs_records or _("Needs records"),
        "needs-call": clinic.decision_needs_call or _("Needs a call"),
        "closed": clinic.decision_closed or _("Closed"),
    }


def opinion_labels() -> dict[str, str]:
    return {
        RaisedFlag.Opinion.AGREE: _("Agreed"),
        RaisedFlag.Opinion.NOT_RELEVANT: _("Not relevant"),
        RaisedFlag.Opinion.ASK: _("Ask the patient"),
    }


def step_labels() -> dict[str, str]:
    """What a colleague did, as the end of a sentence that starts with their name."""
    return {
        ReviewEntry.Kind.CLAIM: _("took it"),
        ReviewEntry.Kind.ASSIGN: _("assigned it"),
        ReviewEntry.Kind.NOTE: _("wrote a note"),
        ReviewEntry.Kind.OPINION: _("judged a flag"),
        ReviewEntry.Kind.DECIDE: _("decided"),
        ReviewEntry.Kind.REOPEN: _("opened it again"),
        ReviewEntry.Kind.REACHED: _("reached the patient"),
        ReviewEntry.Kind.READ: _("read all answers, which were not screened"),
        ReviewEntry.Kind.ASSESSED: _("screened it again"),
        ReviewEntry.Kind.RETURNED: _(
            "returned it to the queue: the account it was assigned to cannot work on it"
        ),
        ReviewEntry.Kind.UNDO: _("undid the step before"),
    }


def event_labels() -> dict[str, str]:
    """The events of a submission, for "who looked at it"."""
    return {
        "submission.start": _("began the form"),
        "submission.submit": _("sent the form"),
        "submission.leave": _("cleared the device"),
        "submission.view": _("read it"),
        "submission.export": _("exported it"),
        "submission.print": _("printed it"),
        **{f"review.{kind}": label for kind, label in step_labels().items()},
    }


def refusal_messages() -> dict[NotPossibleKind, str]:
    """What to do when a step of the review cannot be taken."""
    return {
        NotPossibleKind.EMPTY_NOTE: _("Write the note first"),
        NotPossibleKind.NO_REASON: _(
            "Say why the flag is not relevant: the reason helps to improve the rule"
        ),
        NotPossibleKind.UNKNOWN_OPINION: _("Choose one of the buttons on the page"),
        NotPossibleKind.UNKNOWN_FLAG: _("This submission has no such flag: load the page again"),
        NotPossibleKind.UNKNOWN_DECISION: _("Choose one of the decisions"),
        NotPossibleKind.UNKNOWN_COLLEAGUE: _("Choose a colleague from the list"),
        NotPossibleKind.NOT_DECIDED: _("It is still open: there is nothing to open again"),
        NotPossibleKind.TOO_LATE_TO_UNDO: _(
            "It is too late to undo that. You can change it by doing the next step"
        ),
        NotPossibleKind.UNJUDGED_FLAGS: _(
            "Give an opinion on every urgent flag first, or write the reason why not"
        ),
        NotPossibleKind.NOT_ASSESSED: _(
            "This was not screened: screen it again, or record that you read it, first"
        ),
        NotPossibleKind.NO_READING: _("Write what the answers say, and what happens next"),
        NotPossibleKind.ASSESSED_ALREADY: _("This was screened: load the page again"),
        NotPossibleKind.STILL_NOT_ASSESSED: _(
            "The screening rules failed again. Read all answers. Contact IT"
        ),
        NotPossibleKind.NOTHING_URGENT: _("No urgent flag was raised: write a note instead"),
        NotPossibleKind.UNKNOWN_OUTCOME: _("Choose how it ended"),
        NotPossibleKind.TOO_LONG: _("Use 4,000 characters or fewer"),
        NotPossibleKind.UNPRINTABLE: _("Take out the characters that cannot be printed"),
    }


def name_account(user: User | None) -> str:
    """A colleague's name."""
    return (user.get_full_name() or user.get_username()) if user else _("nobody")
