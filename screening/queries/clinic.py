"""The clinic's settings, as patients' pages and the desk read them. Changed by actions/clinic_settings.py.

Settings are append-only rows of JSON; the newest counts, and a submission keeps the id of the row in force
when it was sent. Rows never change, so each process keeps those it has read. Without a database the last row
read is used, and without any row the environment: the help page always has a number to call.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.utils.translation import get_language

from questionnaire.presenters.reader import CRISIS_LINE_988, SPANISH_WORD_TO_TEXT, Reader
from screening.models import ClinicSettings

NEUTRAL_SITE = "https://www.weather.gov/"


@dataclass(frozen=True)
class ClinicValues:
    """What one clinic has set. Every field has a default, so an older row reads well after a field was
    added."""

    name: str = ""
    address: str = ""
    phone: str = ""
    opening_hours: str = ""
    """In words, shown to patients: "Monday to Friday, 9 to 5"."""
    emergency_number: str = "911"
    crisis_number: str = "988"
    crisis_call_en: str = ""
    """The clinic's own words for reaching the crisis line, to stand in a sentence; empty keeps ours. One a
    language."""
    crisis_call_es: str = ""
    alternative: str = ""
    """How to do this on paper or by phone, in words; empty shows a general sentence."""
    privacy: str = ""
    """The clinic's own privacy words, shown on the start page."""
    questionnaire: str = ""
    """The questionnaire that the start page, a tablet and a new invitation open; empty: the one that was here
    first."""
    languages: tuple[str, ...] = ("en", "es")
    require_name: bool = False
    require_contact: bool = False
    require_birth_date: bool = False
    resume_days: int = 7
    """How long a form that was left can be taken up again."""
    invitation_days: int = 14
    """How long a link that staff made for one patient can be used."""
    retention_days: int = 0
    """Days after which closed submissions are purged; 0 keeps them."""
    stale_days: int = 30
    """Days after which an unfinished form asks the right-now and blood-pressure sections again."""
    escalation_minutes: int = 30
    """How long an urgent submission may wait unopened before the desk shows a banner."""
    on_duty: tuple[str, ...] = ()
    """E-mail addresses told that "a submission needs attention"."""
    idle_minutes: int = 15
    """Minutes without a page after which staff are signed out."""
    contact_on_urgent: bool = False
    """Whether the interruption offers to have the clinic call: only where somebody does."""
    call_back: str = ""
    """When the clinic calls those who asked, in words: "the same day, until 6 pm"; empty: during opening
    hours."""
    decision_discussed: str = ""
    """The clinic's own words for a decision (reviews.DECISIONS); empty keeps ours. The same for the next
    three."""
    decision_needs_records: str = ""
    decision_needs_call: str = ""
    decision_closed: str = ""
    quick_exit: bool = False
    kiosk: bool = False
    second_person: bool = True
    """Whether publishing a change to a flag needs a second person."""

    @property
    def leave_to(self) -> str:
        """Where "Leave this site" leads: a page that anybody may have open."""
        return NEUTRAL_SITE

    def reader(self, language: str) -> Reader:
        """Somebody who reads this language, with the numbers and words of this clinic."""
        calls = {"en": self.crisis_call_en, "es": self.crisis_call_es}
        return Reader(language, self.emergency_number, self.crisis_number, calls)

    @property
    def call_crisis(self) -> str:
        """How to reach the crisis line in the language of the page: "call or text 988"."""
        return self.reader(get_language() or "en").call_crisis

    @property
    def crisis_text_body(self) -> str:
        """The word that a text message to the crisis line should hold; "" for any."""
        in_spanish = get_language() == "es" and self.crisis_number == CRISIS_LINE_988
        return SPANISH_WORD_TO_TEXT if in_spanish else ""

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> ClinicValues:
        known = {f.name: f for f in fields(cls)}
        read: dict[str, Any] = {
            name: tuple(v) if isinstance(v, list) else v for name, v in values.items() if name in known
        }
        return replace(from_environment(), **read)


def from_environment() -> ClinicValues:
    """What holds before anybody has set anything."""
    defaults: dict[str, Any] = settings.CLINIC_DEFAULTS
    return ClinicValues(**defaults)


def current() -> ClinicValues:
    """The newest settings; those last read when the database does not answer."""
    try:
        return by_id(find_newest_id())
    except DatabaseError:
        return remembered()


def find_newest_id() -> int | None:
    """The id of the newest settings; None where nobody has set anything."""
    return ClinicSettings.objects.order_by("-id").values_list("id", flat=True).first()


def by_id(settings_id: int | None) -> ClinicValues:
    """The settings of one row, read once per process. None, or a row that is gone, gives the
    environment's."""
    if settings_id is None:
        return from_environment()
    found = _row(settings_id)
    _remember(settings_id, found)
    return found


@lru_cache(maxsize=64)
def _row(settings_id: int) -> ClinicValues:
    return ClinicValues.of(ClinicSettings.objects.values_list("values", flat=True).get(pk=settings_id))


_last: tuple[int, ClinicValues] | None = None


def _remember(settings_id: int, values: ClinicValues) -> None:
    global _last
    if _last is None or settings_id >= _last[0]:
        _last = (settings_id, values)


def remembered() -> ClinicValues:
    """The newest settings this process has read, without asking the database."""
    return _last[1] if _last else from_environment()


def second_person_needed() -> bool:
    """Whether a change to a flag must be published by somebody else than its author."""
    return current().second_person
