"""Who says so: the source of a flag, and how far anybody got with it. Pure Python."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class SourceStatus(StrEnum):
    """How far anybody got with a source. Nothing is said to be read that was not."""

    VERIFIED = "verified"
    SECONDARY = "secondary"
    FROM_KNOWLEDGE = "from-knowledge"
    DESIGN_RULE = "design-rule"

    @property
    def words(self) -> str:
        """As staff, editors and the papers read it."""
        return _STATUS_WORDS[self]


_STATUS_WORDS = {
    SourceStatus.VERIFIED: "Read in the source",
    SourceStatus.SECONDARY: "From a secondary source",
    SourceStatus.FROM_KNOWLEDGE: "From knowledge, no source read",
    SourceStatus.DESIGN_RULE: "No source: design rule",
}


@dataclass(frozen=True)
class Source:
    """Who says so, and who read it. `checked_by` is None until a clinician has signed."""

    citation: str
    """Sections by their titles: their numbers move between editions."""
    url: str
    """Empty where no document was looked at."""
    checked: date
    expires: date
    checked_by: str | None = None
    status: SourceStatus | None = None
    """None only in versions from before sources said how far anybody got with them."""
    edition: str = ""
    """Which edition or copy was looked at, in words."""

    @property
    def status_words(self) -> str:
        """How far anybody got with it, in words."""
        return self.status.words if self.status else "Not recorded whether it was read"
