"""What is wrong with the sources of flags: who says so, who read it, and until when that holds.

Pure Python. The clock is passed in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from questionnaire.checks.problem import Problem
from questionnaire.definition import Definition, Flag
from questionnaire.source import SourceStatus

EXPIRED = "source-expired"
_LOOKED_AT = frozenset({SourceStatus.VERIFIED, SourceStatus.SECONDARY})
"""Somebody had a document before them, so it has an edition."""


def find_source_problems(
    definition: Definition, *, today: date, before: Definition | None
) -> Iterator[Problem]:
    """Every fault of every source, then how many wait for a clinician.

    `before`: the version that patients are asked now. A flag that is new, or not word for word as it was
    there, must say how far anybody got with its source.
    """
    known = before.flags_by_code if before else {}
    for flag in definition.flags:
        yield from _source_problems(flag, today)
        yield from _status_problems(flag, blocks=known.get(flag.code) != flag)
    waiting = [flag.code for flag in definition.flags if flag.source.checked_by is None]
    if waiting:
        message = f"{len(waiting)} of {len(definition.flags)} sources are not yet checked by a clinician"
        yield Problem("source-unchecked", "flags", message, blocks=False)


def _source_problems(flag: Flag, today: date) -> Iterator[Problem]:
    where, source = f"flag {flag.code}", flag.source
    if not source.citation.strip():
        yield Problem("missing-source", where, "names no source: who says so?")
    needs_url = source.status in {None, SourceStatus.VERIFIED}
    if (source.url or needs_url) and not re.fullmatch(r"https?://\S+", source.url):
        yield Problem(
            "missing-source", where, "the address of its source must begin with https:// or http://"
        )
    if source.expires <= source.checked:
        yield Problem("source-dates", where, f"its source expires on {source.expires}, before it was checked")
    elif source.expires <= today:
        message = f"its source expired on {source.expires}: look at it again and enter the new date"
        yield Problem(EXPIRED, where, message)


def _status_problems(flag: Flag, *, blocks: bool) -> Iterator[Problem]:
    where, source = f"flag {flag.code}", flag.source
    if source.status is None:
        message = "does not say whether its source was read, or is knowledge or a design rule: choose one"
        yield Problem("source-status", where, message, blocks)
    elif source.status in _LOOKED_AT and not source.edition.strip():
        yield Problem(
            "source-edition", where, "does not say which edition or copy of its source was looked at", blocks
        )
