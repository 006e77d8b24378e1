"""A made-up patient in words: what they answered and what is flagged, for pages that show a proof."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from questionnaire.definition import Definition
from questionnaire.proofs.results import Witness
from questionnaire.vignettes.run import in_words


@dataclass(frozen=True)
class Person:
    """Short names of questions with the answers given, and the titles of the flags raised."""

    answers: tuple[tuple[str, str], ...]
    raised: tuple[str, ...]
    cannot_tell: tuple[str, ...]


def person(definition: Definition, witness: Witness, *, first: Collection[str] = ()) -> Person:
    """The witness in the words of the version it answered; what they say to the questions of `first` comes first."""
    said = tuple(
        (str(question.short), in_words(question, witness.answers.get(link_id)))
        for link_id, question in sorted(definition.questions.items(), key=lambda item: item[0] not in first)
        if link_id in witness.answers
    )
    return Person(said, _titles(definition, witness.raised), _titles(definition, witness.cannot_tell))


def _titles(definition: Definition, codes: tuple[str, ...]) -> tuple[str, ...]:
    flags = definition.flags_by_code
    return tuple(flags[code].title if code in flags else code for code in codes)
