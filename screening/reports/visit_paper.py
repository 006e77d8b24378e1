"""The page a patient brings to the visit: topics to talk about, never a verdict, and no name on it.

It says what the result page says, in the patient's language, with room for their medicines and questions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from questionnaire.definition import QuestionType
from questionnaire.presenters.answers import AnsweredSection, AnswerLine
from questionnaire.presenters.result import Topic, read_result
from screening.models import RaisedFlag, Submission
from screening.queries.clinic import ClinicValues
from screening.queries.submission import LoadedSubmission
from screening.reports.printing import Layout, typeset_pdf

FILE_NAME = "for-my-visit.pdf"
"""Neutral: a list of downloads says nothing about its owner."""


def write_visit_paper(
    loaded: LoadedSubmission, clinic: ClinicValues, query: Mapping[str, str]
) -> tuple[str, bytes]:
    """The file's name and its bytes, laid out as the address asks (Layout.from_query)."""
    return FILE_NAME, typeset_visit_paper(loaded, loaded.row.flags.all(), clinic, Layout.from_query(query))


def typeset_visit_paper(
    loaded: LoadedSubmission, flags: Iterable[RaisedFlag], clinic: ClinicValues, layout: Layout
) -> bytes:
    """The PDF of a submission that was sent. The same submission gives the same bytes, whenever it is
    printed.

    Raises ValueError for one that was not sent.
    """
    language = loaded.row.language
    sent_at = loaded.row.submitted_at
    if sent_at is None:
        raise ValueError("a form that was not sent has no page to bring along")
    with translation.override(language):
        contents = _build_contents(loaded, list(flags), clinic)
    return typeset_pdf("bring-along", contents, language=language, written=sent_at, layout=layout)


def _build_contents(
    loaded: LoadedSubmission, flags: list[RaisedFlag], clinic: ClinicValues
) -> dict[str, Any]:
    row = loaded.row
    reader = clinic.reader(row.language)
    result = read_result(loaded.definition, flags, reader)
    return {
        "title": _("Please discuss these answers with your physician"),
        "author": clinic.name or "Beforehand",
        "where": _describe_origin(row, clinic),
        "reference": row.reference,
        "assessed": row.assessment == Submission.Assessment.ASSESSED,
        "talk": _list_topics(result.to_talk_about),
        "untold": _list_topics(result.could_not_tell),
        "medicines_text": reader.words(loaded.definition.texts_by_id.get("result-medicines")),
        "first": [
            {"question": line.short, "lines": list(line.lines)} for line in loaded.list_first_lines(reader)
        ],
        "sections": _list_sections(loaded.read_back(reader, on_paper=True), _list_free_text(loaded)),
        "questions": _list_questions(),
        "next": _list_next_steps(clinic),
        "rows": 4,
        "words": _labels(clinic),
    }


def _describe_origin(row: Submission, clinic: ClinicValues) -> str:
    sent_at = row.submitted_at
    day = date_format(localtime(sent_at), "DATE_FORMAT") if sent_at else ""
    parts = [clinic.name, _("Sent on %(day)s") % {"day": day}, f"{_('Your reference:')} {row.reference}"]
    return " · ".join(part for part in parts if part)


def _list_topics(topics: Iterable[Topic]) -> list[dict[str, Any]]:
    return [{"label": topic.label, "sentences": list(topic.sentences)} for topic in topics]


def _list_sections(
    sections: Iterable[AnsweredSection[AnswerLine]], free_text: frozenset[str]
) -> list[dict[str, Any]]:
    """The answers by section; a box for free text that was left empty takes no room."""
    blank = [_("No answer")]
    return [
        {
            "title": section.title,
            "answers": [
                {"question": line.question, "lines": list(line.lines) or blank}
                for line in section.answers
                if line.lines or line.link_id not in free_text
            ],
        }
        for section in sections
    ]


def _list_free_text(loaded: LoadedSubmission) -> frozenset[str]:
    questions = loaded.definition.questions.values()
    return frozenset(question.link_id for question in questions if question.type is QuestionType.TEXT)


def _list_questions() -> list[str]:
    """Questions worth asking in any such talk. They suggest no answer."""
    return [
        _("What else could we try, and what do we know about it?"),
        _("What could go wrong, and what would you do then?"),
        _("What should I do about my other medicines on the day?"),
        _("What happens on the day, and how do I get home?"),
        _("How will we know if it helps, and when would we stop?"),
        _("What will it cost, and will my insurance pay?"),
    ]


def _list_next_steps(clinic: ClinicValues) -> list[str]:
    name = clinic.name or _("Your clinic")
    call = _("To ask or correct something, call your clinic and say your reference.")
    if clinic.phone:
        call = _("To ask or correct something, call %(phone)s and say your reference.") % {
            "phone": clinic.phone
        }
    return [
        _("%(name)s reads this before your visit. Nobody reads it live.") % {"name": name},
        _("Bring this page, your medicines, and your questions."),
        _("Keep taking your medicines as prescribed. Do not stop or change one because of this form."),
        call,
    ]


def _labels(clinic: ClinicValues) -> dict[str, Any]:
    return {
        "footer": _("Topics to talk about, not a decision."),
        "page": _("Page"),
        "lead": _(
            "These are topics to talk about. They are not a decision. Only you and your physician can"
            " decide on care. Please discuss this with your physician."
        ),
        "talk": _("Things to talk about"),
        "untold": _("Things we could not tell"),
        "nothing": _(
            "No topics were flagged from the answers given. This does not mean there are none."
            " Please discuss this with your physician."
        ),
        "silent": _("You weren't sure, or left this open."),
        "closing": _("Please discuss this with your physician."),
        "not_assessed": _(
            "Your answers were sent and are kept. We could not make a list of topics from them just now."
            " This does not mean there are none. Please discuss all of your answers with your physician."
        ),
        "ask": _("Questions to ask your physician"),
        "about_medicines": _("About the medicines"),
        "own_questions": _("My own questions:"),
        "medicines": _("My medicines"),
        "medicines_hint": _(
            "Write down all you take: also drops, vitamins, herbs, and things you take now and then."
        ),
        "medicine_columns": [_("Medicine"), _("How much"), _("How often"), _("What for")],
        "next": _("What happens next"),
        "told": _("What you told us"),
        "told_lead": _("Is something here not right? Tell your clinic."),
        **_help_labels(clinic),
    }


def _help_labels(clinic: ClinicValues) -> dict[str, str]:
    numbers = {"emergency": clinic.emergency_number, "call_crisis": clinic.call_crisis}
    return {
        "help_title": _("If you need help now"),
        "help": _(
            "In danger, or feeling very unwell: call %(emergency)s, and do not drive yourself. Thinking"
            " about ending your life, or hurting someone: %(call_crisis)s. Someone will answer, day or night."
        )
        % numbers,
    }
