"""A made-up patient: in words, for a page that shows a proof; and signed, for a form that carries them
along."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.core import signing

from questionnaire.definition import Definition
from questionnaire.proof_results import Witness
from questionnaire.vignettes.run import describe_answer

_SALT = "made-up person"


@dataclass(frozen=True)
class DescribedPerson:
    """Short names of questions with the answers given, and the titles of the flags raised."""

    answers: tuple[tuple[str, str], ...]
    raised: tuple[str, ...]
    cannot_tell: tuple[str, ...]


def describe_person(
    definition: Definition, witness: Witness, *, first: Collection[str] = ()
) -> DescribedPerson:
    """The witness in the words of the version it answered. `first`: link ids of questions that come first."""
    answers = tuple(
        (str(question.short), describe_answer(question, witness.answers.get(link_id)))
        for link_id, question in sorted(definition.questions.items(), key=lambda item: item[0] not in first)
        if link_id in witness.answers
    )
    raised, cannot_tell = _titles(definition, witness.raised), _titles(definition, witness.cannot_tell)
    return DescribedPerson(answers, raised, cannot_tell)


def sign_person(answers: Mapping[str, Any]) -> str:
    """The answers of a made-up person, by link id, as text that a page can carry and nobody can change."""
    return signing.dumps(dict(answers), salt=_SALT, compress=True)


def read_signed_person(text: str) -> dict[str, Any]:
    """The answers in a text that sign_person() made. Raises BadSignature for any other text."""
    answers: dict[str, Any] = signing.loads(text, salt=_SALT)
    return answers


def _titles(definition: Definition, codes: tuple[str, ...]) -> tuple[str, ...]:
    flags = definition.flags_by_code
    return tuple(flags[code].title if code in flags else code for code in codes)
