"""Everything one version asks and flags, on one page to print, read and sign."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render

from questionnaire.definition import Definition, Flag, Question, Score
from questionnaire.document import fingerprint
from questionnaire.editor import access, current_text
from questionnaire.editor.condition_field import read_back
from questionnaire.editor.request import EditorRequest
from questionnaire.service import service


@dataclass(frozen=True)
class Asked:
    """One question, with what opens it in plain words."""

    question: Question
    opens: str

    @property
    def limits(self) -> str:
        """The range of numbers it takes."""
        low, high = self.question.minimum, self.question.maximum
        if low is None and high is None:
            return ""
        return f"{'' if low is None else low} – {'' if high is None else high} {self.question.unit or ''}".strip()


@dataclass(frozen=True)
class Flagged:
    """One flag, with its topic and what raises it in plain words."""

    flag: Flag
    topic: str
    raised: str


@dataclass(frozen=True)
class Summed:
    """One score, with the short names of its questions."""

    score: Score
    items: tuple[str, ...]


@access.require_editor("GET")
def specification(request: EditorRequest, slug: str, number: int) -> HttpResponse:
    version = access.load_version(slug, number)
    definition = current_text.definition_of(version)
    context = {
        "version": version,
        "slug": slug,
        "definition": definition,
        "fingerprint": fingerprint(definition),
        "sections": [
            (section, [_asked(definition, question) for page in section.pages for question in page.questions])
            for section in definition.sections
        ],
        "flags": [_flagged(definition, flag) for flag in definition.flags],
        "scores": [_summed(definition, score) for score in definition.scores],
        "pdf": service().specification_pdf_address(slug, number),
        "language": definition.languages[0] if definition.languages else "en",
    }
    return render(request, "editor/pages/specification.html", context)


def _asked(definition: Definition, question: Question) -> Asked:
    return Asked(question, _in_words(definition, question.shown_when or ""))


def _flagged(definition: Definition, flag: Flag) -> Flagged:
    topic = definition.topics_by_id.get(flag.topic)
    return Flagged(flag, str(topic.label) if topic else flag.topic, _in_words(definition, flag.condition))


def _summed(definition: Definition, score: Score) -> Summed:
    questions = definition.questions
    return Summed(score, tuple(str(questions[id].short) if id in questions else id for id in score.items))


def _in_words(definition: Definition, condition: str) -> str:
    """Read aloud, or as written where a draft's condition cannot be read yet."""
    return read_back(definition, condition) or condition
