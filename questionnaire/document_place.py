"""A value in a document, where it stands, and how to say that it has the wrong shape. Pure Python."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from questionnaire.definition import Text

DocumentPath = tuple[str | int, ...]


class DocumentError(ValueError):
    """A file or document that is not a questionnaire. The message names file, line, key and what was
    expected."""


@dataclass(frozen=True)
class DocumentPlace:
    """One value in a document, where it stands, and how to complain about it."""

    value: Any
    path: DocumentPath
    complain: Callable[[DocumentPath, str], DocumentError]

    def wrong(self, expected: str) -> DocumentError:
        return self.complain(self.path, expected)

    def mapping(self, *, required: set[str], optional: Collection[str] = ()) -> dict[str, DocumentPlace]:
        """Raises DocumentError for a missing or unknown key."""
        found = self.named()
        for key in found:
            if key not in {*required, *optional}:
                known = ", ".join(sorted({*required, *optional}))
                raise found[key].wrong(f"an unknown key; expected one of: {known}")
        for key in sorted(required - found.keys()):
            raise self.wrong(f'the key "{key}" is missing')
        return found

    def named(self) -> dict[str, DocumentPlace]:
        """Raises DocumentError for anything but named values."""
        if not isinstance(self.value, dict) or not all(isinstance(key, str) for key in self.value):
            raise self.wrong("expected named values (key: value)")
        return {
            key: DocumentPlace(value, (*self.path, key), self.complain) for key, value in self.value.items()
        }

    def items(self) -> list[DocumentPlace]:
        """Raises DocumentError for anything but a list."""
        if not isinstance(self.value, list):
            raise self.wrong("expected a list")
        return [
            DocumentPlace(value, (*self.path, index), self.complain) for index, value in enumerate(self.value)
        ]

    def words(self) -> str:
        """Raises DocumentError for anything but words."""
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.wrong("expected text")
        if "\x00" in self.value:
            raise self.wrong("expected text without NUL characters")
        return self.value

    def all_words(self) -> tuple[str, ...]:
        return tuple(item.words() for item in self.items())

    def number(self) -> int:
        """Raises DocumentError for anything but a whole number."""
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            raise self.wrong("expected a whole number")
        return self.value

    def yes(self) -> bool:
        """Raises DocumentError for anything but true or false."""
        if not isinstance(self.value, bool):
            raise self.wrong("expected true or false")
        return self.value

    def day(self) -> date:
        """Raises DocumentError for anything but a date."""
        try:
            return date.fromisoformat(self.value)
        except (TypeError, ValueError):
            raise self.wrong("expected a date such as 2026-11-22") from None

    def answer(self) -> Any:
        """What a patient said: a code, codes, a whole number, words, or null for left blank."""
        if isinstance(self.value, list):
            return self.all_words()
        if self.value is None:
            return None
        return self.number() if isinstance(self.value, int) else self.words()

    def text(self) -> Text:
        """Raises DocumentError for anything but words in one or more languages."""
        languages = self.named()
        if not languages:
            raise self.wrong("expected words in at least one language (en: …)")
        return Text(tuple((language, place.words()) for language, place in languages.items()))
