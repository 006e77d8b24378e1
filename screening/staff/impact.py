"""What a draft would have said to past patients: started here, judged in the background, shown in tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from questionnaire.actions import drafts
from questionnaire.definition import Definition, Flag
from questionnaire.document import compute_fingerprint
from questionnaire.http import SeeOther, StaffRequest
from questionnaire.models import Version
from questionnaire.rules.states import Verdict
from screening.actions import impact
from screening.core import access
from screening.core.actor import Actor
from screening.queries.impact import ABSENT
from screening.queries.impact_runs import ImpactRun, find_latest_run

_CAN_CHANGE = (Version.State.DRAFT, Version.State.IN_REVIEW)
WORDS = {
    Verdict.RAISED: gettext_lazy("raised"),
    Verdict.CANNOT_TELL: gettext_lazy("could not tell"),
    Verdict.CLEAR: gettext_lazy("clear"),
    ABSENT: gettext_lazy("not there"),
}


@dataclass(frozen=True)
class ImpactCell:
    """How many patients this flag said one thing to, and would say another."""

    was: str
    would: str
    number: int
    references: tuple[str, ...]

    @property
    def changed(self) -> bool:
        return self.was != self.would and self.number > 0

    @property
    def words(self) -> str:
        return _("was %(was)s, would be %(would)s") % {"was": WORDS[self.was], "would": WORDS[self.would]}


@dataclass(frozen=True)
class ImpactTable:
    """One flag: a row for each thing it said, a cell for each thing it would say."""

    code: str
    title: str
    severity: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[ImpactCell, ...]], ...]

    @property
    def changes(self) -> tuple[ImpactCell, ...]:
        return tuple(cell for _, cells in self.rows for cell in cells if cell.changed)


@access.staff_page("GET", "POST", may=access.READ_VERSIONS)
def show_impact(request: StaffRequest, slug: str, number: int) -> HttpResponse:
    """Where the run is, and its tables when it is done. A POST starts one.

    Raises Http404 for a version that is no draft.
    """
    version = (
        Version.objects.select_related("questionnaire")
        .filter(questionnaire__slug=slug, number=number)
        .first()
    )
    if version is None or version.state not in _CAN_CHANGE:
        raise Http404
    if request.method == "POST":
        impact.start_impact_run(version=version, actor=Actor.of(request))
        return SeeOther(reverse("staff:impact", args=[slug, number]))
    draft = drafts.read_draft(version)
    run = find_latest_run(version, compute_fingerprint(draft))
    context = {
        "version": version,
        "run": run,
        "parts": _build_parts(draft, run),
        "words": WORDS,
        "shows_references": request.user.has_perm(access.READ),
    }
    return render(request, "staff/pages/impact.html", context)


def _build_parts(draft: Definition, run: ImpactRun | None) -> list[dict[str, Any]]:
    """Real submissions, then made-up patients where there are few: each with its tables, the changed flags
    first."""
    parts = []
    for name in ("submissions", "made_up"):
        result = (run.result or {}).get(name) if run else None
        if result:
            tables = build_tables(draft, result)
            changed = [table for table in tables if table.changes]
            parts.append({"name": name, **result, "changed": changed, "steady": len(tables) - len(changed)})
    return parts


def build_tables(draft: Definition, result: Mapping[str, Any]) -> list[ImpactTable]:
    """A table for each flag of the draft, then for each flag that is no longer in it."""
    gone = [code for code in result["flags"] if code not in draft.flags_by_code]
    return [
        _build_table(code, draft.flags_by_code.get(code), result) for code in (*draft.flags_by_code, *gone)
    ]


def _build_table(code: str, flag: Flag | None, result: Mapping[str, Any]) -> ImpactTable:
    counted = {(was, would): (number, refs) for was, would, number, refs in result["flags"].get(code, ())}
    rest = result["judged"] - sum(number for number, _ in counted.values())
    new = any(was == ABSENT for was, _ in counted)
    steady = (ABSENT if new else Verdict.CLEAR, Verdict.CLEAR if flag else ABSENT)
    counted[steady] = (counted.get(steady, (0, []))[0] + rest, counted.get(steady, (0, []))[1])
    was_there = (*Verdict, ABSENT) if new else tuple(Verdict)
    columns = tuple(Verdict) if flag else (ABSENT,)
    rows = tuple((was, tuple(_build_cell(was, would, counted) for would in columns)) for was in was_there)
    return ImpactTable(code, flag.title if flag else code, str(flag.severity) if flag else "", columns, rows)


def _build_cell(was: str, would: str, counted: Mapping[tuple[str, str], tuple[int, list[str]]]) -> ImpactCell:
    number, references = counted.get((was, would), (0, []))
    return ImpactCell(was, would, number, tuple(references))
