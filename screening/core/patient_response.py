"""What a submission's encrypted document holds: the answers, and what the journey has to remember of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from questionnaire.rules.answers import Value, to_json_value
from screening.core import encryption


@dataclass(frozen=True)
class TypedPage:
    """What stood on a page that was left without Continue: as it was typed, neither read nor judged
    complete."""

    seen: str
    """The keyed hash that page carried, so that a change made elsewhere meanwhile is still noticed."""
    values: Mapping[str, tuple[str, ...]]

    @classmethod
    def from_plain_data(cls, plain: Mapping[str, Any]) -> TypedPage:
        return cls(plain["seen"], {name: tuple(values) for name, values in plain["values"].items()})

    def as_plain_data(self) -> dict[str, Any]:
        return {"seen": self.seen, "values": {name: list(values) for name, values in self.values.items()}}


@dataclass(frozen=True)
class PatientResponse:
    """What a submission's encrypted document holds."""

    answers: Mapping[str, Value]
    asked: frozenset[str] = frozenset()
    """Link ids of the questions that were shown and saved."""
    read: frozenset[str] = frozenset()
    """Urgent flags whose interruption was read."""
    pending: frozenset[str] = frozenset()
    """Urgent flags whose interruption is still to be read."""
    typed: Mapping[str, TypedPage] = field(default_factory=dict)
    """Page ("7", or "you") to what was typed on it and not yet continued with."""
    before: Mapping[str, Value] = field(default_factory=dict)
    """Link id to what the answer was before it was changed from the check page; None for one that is new."""
    checking: bool = False
    """Whether everything was filled in once, so that what changes from then on is marked."""
    code: str = ""
    """The code to come back with, so that this device can show it again."""
    invited: Mapping[str, str] = field(default_factory=dict)
    """Name, birth date and phone the clinic made the link for, once the person who opened it typed that
    date."""

    def seal(self, purpose: str) -> bytes:
        return encryption.seal(self._as_plain_data(), purpose=purpose)

    @classmethod
    def unseal(cls, sealed: bytes | memoryview, purpose: str) -> PatientResponse:
        """What was sealed for this purpose. Raises encryption.DecryptionError."""
        plain = encryption.unseal(sealed, purpose=purpose)
        return cls(
            answers=_read_values(plain["answers"]),
            asked=frozenset(plain.get("asked", ())),
            read=frozenset(plain.get("read", ())),
            pending=frozenset(plain.get("pending", ())),
            typed={page: TypedPage.from_plain_data(typed) for page, typed in plain.get("typed", {}).items()},
            before=_read_values(plain.get("before", {})),
            checking=plain.get("checking", False),
            code=plain.get("code", ""),
            invited=plain.get("invited", {}),
        )

    def _as_plain_data(self) -> dict[str, Any]:
        """Leaving out what is empty but the four that every document has."""
        always: dict[str, Any] = {"answers": _to_json(self.answers)}
        always |= {name: sorted(getattr(self, name)) for name in ("asked", "read", "pending")}
        optional = {
            "typed": {page: typed.as_plain_data() for page, typed in self.typed.items()},
            "before": _to_json(self.before),
            "checking": self.checking,
            "code": self.code,
            "invited": dict(self.invited),
        }
        return always | {name: value for name, value in optional.items() if value}


def _to_json(answers: Mapping[str, Value]) -> dict[str, Any]:
    return {link_id: to_json_value(value) for link_id, value in answers.items()}


def _read_values(stored: Mapping[str, Any]) -> dict[str, Value]:
    return {link_id: tuple(value) if isinstance(value, list) else value for link_id, value in stored.items()}
