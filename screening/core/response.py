"""What a submission's encrypted document holds: the answers, and what the journey has to remember of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from questionnaire.rules.answers import Value, to_json_value
from screening.core import encryption


@dataclass(frozen=True)
class Typed:
    """What stood on a page that was left without Continue: as it was typed, neither read nor judged complete."""

    seen: str
    """The keyed hash that page carried, so that a change made elsewhere meanwhile is still noticed."""
    values: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Response:
    """What a submission's encrypted document holds."""

    answers: Mapping[str, Value]
    asked: frozenset[str] = frozenset()
    """Link ids of the questions that were shown and saved."""
    read: frozenset[str] = frozenset()
    """Urgent flags whose interruption was read."""
    pending: frozenset[str] = frozenset()
    """Urgent flags whose interruption is still to be read."""
    typed: Mapping[str, Typed] = field(default_factory=dict)
    """Page ("7", or "you") to what was typed on it and not yet continued with."""
    before: Mapping[str, Value] = field(default_factory=dict)
    """Link id to what the answer was before it was changed from the check page; None for one that is new."""
    checking: bool = False
    """Whether everything was filled in once, so that what changes from then on is marked."""
    code: str = ""
    """The code to come back with, so that this device can show it again."""
    invited: Mapping[str, str] = field(default_factory=dict)
    """Name and birth date the clinic made the link for, once whoever opened it has typed that date."""

    def sealed(self, purpose: str) -> bytes:
        return encryption.seal(self._plain(), purpose=purpose)

    @classmethod
    def unsealed(cls, blob: bytes | memoryview, purpose: str) -> Response:
        plain = encryption.unseal(blob, purpose=purpose)
        return cls(
            answers=_values(plain["answers"]),
            asked=frozenset(plain["asked"]),
            read=frozenset(plain["read"]),
            pending=frozenset(plain["pending"]),
            typed={page: _typed(kept) for page, kept in plain.get("typed", {}).items()},
            before=_values(plain.get("before", {})),
            checking=plain.get("checking", False),
            code=plain.get("code", ""),
            invited=plain.get("invited", {}),
        )

    def _plain(self) -> dict[str, Any]:
        """As plain data, leaving out what is empty but the four that every document has."""
        plain: dict[str, Any] = {"answers": _stored(self.answers)}
        plain |= {name: sorted(getattr(self, name)) for name in ("asked", "read", "pending")}
        typed = {page: {"seen": kept.seen, "values": _lists(kept.values)} for page, kept in self.typed.items()}
        rest = {"typed": typed, "before": _stored(self.before), "checking": self.checking, "code": self.code}
        rest |= {"invited": dict(self.invited)}
        return plain | {name: value for name, value in rest.items() if value}


def _stored(answers: Mapping[str, Value]) -> dict[str, Any]:
    return {link_id: to_json_value(value) for link_id, value in answers.items()}


def _values(stored: Mapping[str, Any]) -> dict[str, Value]:
    return {link_id: tuple(value) if isinstance(value, list) else value for link_id, value in stored.items()}


def _lists(values: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    return {name: list(given) for name, given in values.items()}


def _typed(plain: Mapping[str, Any]) -> Typed:
    return Typed(plain["seen"], {name: tuple(given) for name, given in plain["values"].items()})
