"""One version as a document that a clinician can read and sign: every question, every flag, who says so.

Conditions are read aloud in plain words with the condition itself under them. Questions that are still open
stand first, because a signature means that they were seen.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from questionnaire.definition import Definition, Flag, Question, Score, Section
from questionnaire.rules.explain import describe_condition
from screening.queries.labels import severity_labels
from screening.reports.printing import Layout, typeset_pdf


def typeset_specification(
    definition: Definition,
    *,
    number: int,
    fingerprint: str,
    state: str,
    now: datetime,
    layout: Layout | None = None,
) -> bytes:
    """The PDF of this version. `state` is the version's state in words, printed beside the fingerprint."""
    contents: dict[str, Any] = {
        "title": _("%(title)s: version %(number)d for review")
        % {"title": definition.title, "number": number},
        "author": "Beforehand",
        "facts": [
            [_("Questionnaire"), definition.slug],
            [_("Version"), str(number)],
            [_("State"), state],
            [_("Languages"), ", ".join(definition.languages)],
            [_("Fingerprint (SHA-256)"), fingerprint],
        ],
        "decisions": [[", ".join(decision.about), decision.question] for decision in definition.decisions],
        "sections": [_describe_section(definition, section) for section in definition.sections],
        "flags": [_describe_flag(definition, flag) for flag in definition.flags],
        "texts": [[text.id, str(text.words)] for text in definition.texts],
        "scores": [_describe_score(definition, score) for score in definition.scores],
        "credits": [str(credit) for credit in definition.credits],
        "words": _labels(),
    }
    return typeset_pdf("specification", contents, language="en", written=now, layout=layout)


def _describe_section(definition: Definition, section: Section) -> dict[str, Any]:
    questions = [question for page in section.pages for question in page.questions]
    return {
        "title": str(section.title),
        "intro": str(section.intro or ""),
        "questions": [_describe_question(definition, question) for question in questions],
    }


def _describe_question(definition: Definition, question: Question) -> dict[str, Any]:
    limits = ""
    if question.minimum is not None or question.maximum is not None:
        limits = f"{question.minimum} – {question.maximum} {question.unit or ''}".strip()
    return {
        "id": question.link_id,
        "wording": question.full_wording("en"),
        "help": str(question.help or ""),
        "why": str(question.why or ""),
        "type": f"{question.type}{'' if question.required else ', ' + _('optional')}",
        "limits": limits,
        "options": [str(choice.label) for choice in question.options],
        "shown": describe_condition(definition, question.shown_when) if question.shown_when else "",
        "standard": question.standard or "",
    }


def _describe_flag(definition: Definition, flag: Flag) -> dict[str, Any]:
    source = flag.source
    return {
        "code": flag.code,
        "title": flag.title,
        "severity": severity_labels()[flag.severity],
        "topic": str(definition.topics_by_id[flag.topic].label),
        "aloud": describe_condition(definition, flag.condition),
        "condition": flag.condition,
        "patient": str(flag.patient),
        "reason": flag.reason,
        "citation": source.citation,
        "url": source.url,
        "status": "; ".join(part for part in (source.status_words, source.edition) if part),
        "covers": ", ".join(definition.flags_by_code[code].title for code in flag.covers),
        "checked": _("checked %(day)s by %(who)s, expires %(expires)s")
        % {
            "day": source.checked.isoformat(),
            "who": source.checked_by or _("nobody yet"),
            "expires": source.expires.isoformat(),
        },
    }


def _describe_score(definition: Definition, score: Score) -> dict[str, Any]:
    items = [str(definition.questions[item].short) for item in score.items]
    return {"title": score.title, "code": score.code or "", "items": items, "credit": score.credit or ""}


def _labels() -> dict[str, str]:
    return {
        "page": _("Page"),
        "footer": _("The result a patient sees is always: discuss this with your physician."),
        "lead": _(
            "Everything this version asks, and everything it flags. A signature says that this document "
            "was read and"
            " is fit for use at this clinic; it covers exactly the fingerprint below."
        ),
        "decisions": _("Clinical questions that are still open"),
        "questions": _("Questions"),
        "flags": _("Flags"),
        "scores": _("Scores"),
        "credits": _("Credits"),
        "shown": _("Asked when"),
        "help": _("Help"),
        "why": _("Why we ask"),
        "when": _("Raised when"),
        "condition": _("As written"),
        "patient": _("The patient reads"),
        "reason": _("Why it matters"),
        "source": _("Source"),
        "covers": _("Stands for"),
        "texts": _("Fixed texts"),
        "sign": _("Signature"),
        "sign_lines": _("Name and licence, role, date, signature"),
    }
