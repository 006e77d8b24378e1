"""What a writer refuses to do, and why: a code for each reason. The pages say it in words."""

from __future__ import annotations

from enum import StrEnum


class NotPossibleKind(StrEnum):
    """Why something cannot be done."""

    EMPTY_NOTE = "empty-note"
    NO_REASON = "no-reason"
    """Why a flag is not relevant has to be said."""
    TOO_LONG = "too-long"
    UNPRINTABLE = "unprintable"
    UNKNOWN_OPINION = "unknown-opinion"
    UNKNOWN_FLAG = "unknown-flag"
    UNKNOWN_DECISION = "unknown-decision"
    UNKNOWN_COLLEAGUE = "unknown-colleague"
    NOT_DECIDED = "not-decided"
    """Only what was decided can be opened again."""
    TOO_LATE_TO_UNDO = "too-late-to-undo"
    UNJUDGED_FLAGS = "unjudged-flags"
    """Urgent flags have no opinion yet: an outcome needs a reason for that."""
    NOT_ASSESSED = "not-assessed"
    """Nobody has read what could not be assessed, nor assessed it again: it cannot be closed."""
    NO_READING = "no-reading"
    """What was found in the answers has to be said."""
    ASSESSED_ALREADY = "assessed-already"
    STILL_NOT_ASSESSED = "still-not-assessed"
    """The rules failed once more."""
    NOTHING_URGENT = "nothing-urgent"
    """No urgent flag, and it was assessed: nobody has to be reached."""
    UNKNOWN_OUTCOME = "unknown-outcome"
    """How a request to be called ended has to be one of the outcomes."""

    UNKNOWN_ROLE = "unknown-role"
    NAME_TAKEN = "name-taken"
    OWN_ACCOUNT = "own-account"
    """Another administrator has to do this."""
    SUPERUSER_ACCOUNT = "superuser-account"
    """Only a superuser may do this to a superuser."""
    UNKNOWN_INVITATION = "unknown-invitation"
    """Used, too old, replaced or made up."""


class NotPossibleError(Exception):
    """It cannot be done as asked, and `kind` says why. Nothing was written."""

    def __init__(self, kind: NotPossibleKind) -> None:
        self.kind = kind
        super().__init__(kind)
