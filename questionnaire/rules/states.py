"""What is known of one question, and what a flag says of one patient: one enum each, used everywhere.

Pure Python. Stored rows, result files and pages hold these values, so they never change.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum


class State(IntEnum):
    """What we know of one question."""

    NEVER_ASKED = 0
    """It may concern the patient, but was not put to them: its shown_when is unknown, or its page is still
    ahead."""
    NOT_APPLICABLE = 1
    """Closed by a known answer: every test on it is false."""
    BLANK = 2
    UNSURE = 3
    PARTLY = 4
    """Several codes, "not sure" among them."""
    KNOWN = 5


Truth = bool | None
"""Kleene's three truth values: true, false, and unknown (None)."""


class Verdict(StrEnum):
    """What a condition says of one patient, and so the flag it belongs to."""

    RAISED = "raised"
    """The condition is true."""
    CANNOT_TELL = "cannot-tell"
    """Too little is known to say whether it is true."""
    CLEAR = "clear"
    """The condition is false."""

    @classmethod
    def from_truth(cls, truth: Truth) -> Verdict:
        """The verdict of a condition with this truth value."""
        if truth is None:
            return cls.CANNOT_TELL
        return cls.RAISED if truth else cls.CLEAR
