"""The queue as a file for a spreadsheet: one line a submission, without answers unless they were asked for.

A spreadsheet runs what begins with =, +, - or @ as a formula. Such cells get an apostrophe in front, and
every cell is quoted, so that a patient's words stay words.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localtime

from questionnaire.actions import publishing
from questionnaire.rules.answers import Value
from questionnaire.rules.states import Verdict
from screening.core import encryption
from screening.models import Submission
from screening.queries.submission import load_submission

COLUMNS = (
    *(
        "reference",
        "sent",
        "desk",
        "assessment",
        "urgent",
        "high",
        "moderate",
        "info",
        "cannot_tell",
        "raised",
    ),
    *("could_not_tell", "language", "version", "assignee", "opened", "decided", "decision"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_CHUNK = 500


class _LineEcho:
    """What csv.writer writes to: hands each line back."""

    def write(self, line: str) -> str:
        return line


def format_cell(value: object) -> str:
    """One cell's text, defused."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" \u00a0").startswith(_FORMULA) else text


def write_lines(rows: QuerySet[Submission], *, with_answers: bool) -> Iterator[str]:
    """The file, line by line, never more than a few hundred rows in memory. Begins with a mark that says
    UTF-8."""
    writer = csv.writer(_LineEcho(), quoting=csv.QUOTE_ALL)
    questions = _list_link_ids(rows) if with_answers else []
    yield "\ufeff" + writer.writerow([*COLUMNS, *(format_cell(link_id) for link_id in questions)])
    related = rows.select_related("version__questionnaire", "assignee").prefetch_related("flags")
    related = related.defer(None) if with_answers else related
    for row in related.iterator(chunk_size=_CHUNK):
        values = [*_list_columns(row), *(_list_answers(row, questions) if with_answers else ())]
        yield writer.writerow([format_cell(value) for value in values])


def _list_link_ids(rows: QuerySet[Submission]) -> list[str]:
    """The link ids of every version among these rows, in file order, newest version first."""
    versions = rows.order_by().values_list("version_id", flat=True).distinct()
    link_ids: dict[str, None] = {}
    for version_id in sorted(versions, reverse=True):
        link_ids.update(dict.fromkeys(publishing.load_definition(version_id).questions))
    return list(link_ids)


def _list_columns(row: Submission) -> Iterator[Any]:
    flags = list(row.flags.all())
    yield from (row.reference, _format_time(row.submitted_at), row.desk, row.assessment)
    yield from (row.urgent, row.high, row.moderate, row.info, row.cannot_tell)
    yield " ".join(flag.code for flag in flags if flag.verdict == Verdict.RAISED)
    yield " ".join(flag.code for flag in flags if flag.verdict == Verdict.CANNOT_TELL)
    yield from (row.language, f"{row.version.questionnaire.slug} {row.version.number}")
    yield from (
        row.assignee.get_username() if row.assignee else "",
        _format_time(row.opened_at),
        _format_time(row.decided_at),
    )
    yield row.decision


def _list_answers(row: Submission, questions: Iterable[str]) -> list[str]:
    """Codes, numbers and words as stored; several codes with spaces between. What does not open says so."""
    try:
        answers = load_submission(row).response.answers
    except encryption.DecryptionError:
        return ["cannot be opened" for _ in questions]
    return [_join_codes(answers.get(link_id)) for link_id in questions]


def _join_codes(value: Value) -> str:
    return " ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)


def _format_time(moment: datetime | None) -> str:
    return localtime(moment).isoformat(timespec="seconds") if moment else ""
