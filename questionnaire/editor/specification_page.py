"""Everything one version asks and flags, on one page to print, read and sign."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render

from questionnaire.definition import Definition, Flag, Question, Score, Section
from questionnaire.document import compute_fingerprint
from questionnaire.editor import access, current_text
from questionnaire.editor.condition_field import describe_if_valid
from questionnaire.http import StaffRequest
from questionnaire.service import service


@dataclass(frozen=True)
class SpecifiedQuestion:
    """One question, with what opens it in plain words."""

    question: Question
    opens: str

    @property
    def limits(self) -> str:
        """The range of numbers it takes."""
        low, high = self.question.minimum, self.question.maximum
        if low is None and high is None:
            return ""
        limits = f"{'' if low is None else low} – {'' if high is None else high}"
        return f"{limits} {self.question.unit or ''}".strip()


@dataclass(frozen=True)
class SpecifiedFlag:
    """One flag, with its topic and what raises it in plain words."""

    flag: Flag
    topic: str
    raised: str


@dataclass(frozen=True)
class SpecifiedScore:
    """One score, with the short names of its questions."""

    score: Score
    items: tuple[str, ...]


@access.require_editor("GET")
def show_specification(request: StaffRequest, slug: str, number: int) -> HttpResponse:
    """The whole version, to be printed."""
    version = access.load_version(slug, number)
    definition = current_text.read_definition(version)
    context = {
        "version": version,
        "slug": slug,
        "definition": definition,
        "fingerprint": compute_fingerprint(definition),
        "sections": [(section, _specify_section(definition, section)) for section in definition.sections],
        "flags": [_specify_flag(definition, flag) for flag in definition.flags],
        "scores": [_specify_score(definition, score) for score in definition.scores],
        "pdf": service().specification_pdf_address(slug, number),
        "language": definition.languages[0] if definition.languages else "en",
    }
    return render(request, "editor/pages/specification.html", context)


def _specify_section(definition: Definition, section: Section) -> list[SpecifiedQuestion]:
    return [_specify_question(definition, question) for page in section.pages for question in page.questions]


def _specify_question(definition: Definition, question: Question) -> SpecifiedQuestion:
    return SpecifiedQuestion(question, _describe_condition(definition, question.shown_when or ""))


def _specify_flag(definition: Definition, flag: Flag) -> SpecifiedFlag:
    topic = definition.topics_by_id.get(flag.topic)
    words = _describe_condition(definition, flag.condition)
    return SpecifiedFlag(flag, str(topic.label) if topic else flag.topic, words)


def _specify_score(definition: Definition, score: Score) -> SpecifiedScore:
    questions = definition.questions
    names = (str(questions[id].short) if id in questions else id for id in score.items)
    return SpecifiedScore(score, tuple(names))


def _describe_condition(definition: Definition, condition: str) -> str:
    """In plain words, or as written where a draft's condition cannot be read yet."""
    return describe_if_valid(definition, condition) or condition
