"""One page for the chart: who, what was flagged and by which answers, what is unknown, and what staff
decided.

For staff, in English with the version's own words. Scores are given as bounds, never as a total that was not
asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from questionnaire.definition import Flag
from questionnaire.models import Version
from questionnaire.presenters.chart import Chart, read_chart
from questionnaire.presenters.desk_answers import STAFF_LANGUAGE, DeskAnswers, DeskLine
from questionnaire.presenters.score_lines import score_lines
from screening.core.filled_by import describe_filled_by
from screening.models import RaisedFlag, Submission
from screening.queries.clinic import ClinicValues
from screening.queries.labels import describe_ways_to_reach, format_day, format_moment, severity_labels
from screening.queries.submission import LoadedSubmission
from screening.reports.printing import Layout, typeset_pdf

_UNCHECKED = "\N{NO-BREAK SPACE}*"
"""Beside a source, on the same line."""


@dataclass(frozen=True)
class SummaryFlag:
    """A raised flag, the answers that raised it in the patient's choice of words, and who says that it
    matters."""

    severity: str
    severity_word: str
    title: str
    also: tuple[str, ...]
    """Titles of the flags that it stands for."""
    because: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class ChartSummary:
    """What stands on the page, for the printed page and for the PDF."""

    reference: str
    person: tuple[tuple[str, str], ...]
    about: tuple[tuple[str, str], ...]
    assessed: bool
    flags: tuple[SummaryFlag, ...]
    unchecked: str
    """What the star beside a source means; empty where there is none."""
    first: tuple[tuple[str, str], ...]
    """What the patient wants read first, in their own words: (name, words)."""
    cannot_tell: tuple[str, ...]
    scores: tuple[str, ...]
    state: tuple[tuple[str, str], ...]


def build_summary(
    loaded: LoadedSubmission,
    flags: Iterable[RaisedFlag],
    clinic: ClinicValues,
    version: Version,
    *,
    now: datetime,
    review: Sequence[tuple[str, str]] = (),
) -> ChartSummary:
    """The summary of one submission. `review` are the desk's own lines: (name, words)."""
    row, definition, answers = loaded.row, loaded.definition, loaded.response.answers
    reader = clinic.reader(STAFF_LANGUAGE)
    in_english = DeskAnswers(definition, answers, reader)
    chart = read_chart(in_english, flags, severity_words=severity_labels(), today=now.date())
    assessed = row.assessment == Submission.Assessment.ASSESSED
    summary_flags = tuple(_build_flags(chart))
    scores = score_lines(definition, answers) if assessed else []
    return ChartSummary(
        reference=row.reference or "",
        person=_list_person(loaded.identity or {}),
        about=_list_facts(row, version, now),
        assessed=assessed,
        flags=summary_flags,
        unchecked=_explain_star(summary_flags),
        first=tuple((line.short, "; ".join(line.lines)) for line in loaded.list_first_lines(reader)),
        cannot_tell=tuple(card.flag.title for card in chart.in_doubt),
        scores=tuple(f"{line.name} {line.words}" for line in scores),
        state=tuple(review),
    )


def typeset_summary(page: ChartSummary, clinic: ClinicValues, *, now: datetime, layout: Layout) -> bytes:
    """The PDF of a summary."""
    contents: dict[str, Any] = {
        **asdict(page),
        "title": _("Pre-visit questionnaire: summary for the chart"),
        "author": clinic.name or "Beforehand",
        "clinic": " · ".join(part for part in (clinic.name, clinic.address, clinic.phone) if part),
        "words": _labels(),
    }
    return typeset_pdf("visit-summary", contents, language="en", written=now, layout=layout)


def _list_person(identity: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """What the patient said of themselves: name of it, and value."""
    labels = {"name": _("Name"), "birth_date": _("Date of birth"), "phone": _("Phone"), "email": _("E-mail")}
    values = {**identity, "birth_date": format_day(identity.get("birth_date", ""))}
    always = [(label, values.get(name) or _("not given")) for name, label in labels.items()]
    ways = [(label, value) for _name, label, value in describe_ways_to_reach(identity)]
    helper = describe_filled_by(identity)
    return (*always, *ways, *([(_("Filled in by"), helper)] if helper else []))


def _list_facts(row: Submission, version: Version, now: datetime) -> tuple[tuple[str, str], ...]:
    sent = format_moment(row.submitted_at) if row.submitted_at else ""
    edition = f"{version.questionnaire.slug} {version.number} ({version.document.fingerprint[:12]})"
    return (
        (_("Reference"), row.reference or ""),
        (_("Sent"), sent),
        (_("Questionnaire"), edition),
        (_("Language"), str(dict(settings.LANGUAGES).get(row.language, row.language))),
        (_("Printed"), format_moment(now)),
    )


def _build_flags(chart: Chart) -> Iterable[SummaryFlag]:
    for card in chart.raised:
        because = tuple(_describe_answer(line) for line in card.all_reasons)
        also = tuple(under.flag.title for under in card.also)
        flag = card.flag
        yield SummaryFlag(flag.severity, card.severity_word, flag.title, also, because, _cite_source(flag))


def _describe_answer(line: DeskLine) -> str:
    """One answer that raised a flag: "Top number: 150"."""
    return f"{line.short}: {'; '.join(line.in_english.lines) or _('left blank')}"


def _cite_source(flag: Flag) -> str:
    """What says so and how far anybody got with it; a star for what no clinician has checked, explained
    below."""
    source = flag.source
    on, by = format_day(source.checked.isoformat()), source.checked_by
    return (
        f"{source.citation} ({source.status_words}, {on}, {by})"
        if by
        else f"{source.citation} ({source.status_words}, {on}){_UNCHECKED}"
    )


def _explain_star(flags: Iterable[SummaryFlag]) -> str:
    starred = any(flag.source.endswith(_UNCHECKED) for flag in flags)
    return f"{_UNCHECKED.strip()} {_('not yet checked by a clinician')}" if starred else ""


def _labels() -> dict[str, str]:
    return {
        "page": _("Page"),
        "footer": _("Answers as the patient gave them. Topics to discuss; not a decision about treatment."),
        "lead": _(
            "Filled in by the patient before the visit. It raises topics to discuss and decides nothing."
        ),
        "flags": _("Flagged"),
        "also": _("also:"),
        "no_flags": _(
            "Nothing was flagged from the answers given. This does not mean there is nothing to discuss."
        ),
        "not_assessed": _("The rules could not be asked: nothing was assessed. Read all answers."),
        "severity": _("How soon"),
        "flag": _("Flag"),
        "because": _("The patient’s answers"),
        "source": _("Source"),
        "cannot_tell": _("Could not be told from the answers"),
        "scores": _("Scores"),
        "review": _("At the clinic"),
        "signed": _("Reviewed by, date"),
    }
