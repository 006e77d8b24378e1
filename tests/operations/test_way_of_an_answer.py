"""How far an answer travels: the functions of ours between the address and the one UPDATE that keeps it.

`WAY=1 pytest -s tests/operations/test_way_of_an_answer.py` prints the way.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import grimp
from django.db import connection

from questionnaire.models import Version
from tests.builders.submissions import patient_at

MOST_FUNCTIONS, MOST_MODULES = 100, 22
DECORATOR = ("screening.patient.errors", "screening.patient.question")
"""The one call against the direction of imports: what guards every patient's page calls the page."""


@dataclass
class Way:
    """Functions entered and calls between modules, in order; nothing after the first UPDATE counts."""

    functions: dict[tuple[str, str], None] = field(default_factory=dict)
    calls: dict[tuple[str, str], None] = field(default_factory=dict)
    is_saved: bool = False

    def note_call(self, frame: FrameType, event: str, _: Any) -> None:
        if event != "call" or self.is_saved or not _is_ours(frame):
            return
        module = frame.f_globals["__name__"]
        self.functions[module, frame.f_code.co_name] = None
        caller = frame.f_back
        while caller and not _is_ours(caller):
            caller = caller.f_back
        if caller and caller.f_globals["__name__"] != module:
            self.calls[caller.f_globals["__name__"], module] = None

    def note_query(self, execute: Any, sql: str, *arguments: Any) -> Any:
        self.is_saved = self.is_saved or sql.startswith("UPDATE")
        return execute(sql, *arguments)

    @property
    def modules(self) -> set[str]:
        return {module for module, _ in self.functions}

    def find_climbs(self) -> list[tuple[str, str]]:
        """Calls from a module to one that imports it: they go up the storeys."""
        graph = grimp.build_graph("questionnaire", "screening")
        return [(low, high) for low, high in self.calls if graph.chain_exists(importer=high, imported=low)]


def _is_ours(frame: FrameType) -> bool:
    """A named function of the product. Middleware stands round every request and is not on the way."""
    name = frame.f_globals.get("__name__", "")
    own = name.startswith(("screening.", "questionnaire.")) and not frame.f_code.co_name.startswith("<")
    return own and not name.endswith(("middleware", "health"))


@contextmanager
def follow_calls() -> Iterator[Way]:
    way = Way()
    with connection.execute_wrapper(way.note_query):
        sys.setprofile(way.note_call)
        try:
            yield way
        finally:
            sys.setprofile(None)


def test_an_answer_passes_few_functions_on_its_way_to_the_database(published: Version) -> None:
    patient_at(published, "age").press({"age": "34"})  # fills every cache
    patient = patient_at(published, "age")
    with follow_calls() as way:
        patient.press({"age": "34"})
    if os.environ.get("WAY"):
        climbs = way.find_climbs()
        print(f"{len(way.functions)} functions in {len(way.modules)} modules, {len(climbs)} climbs: {climbs}")
        print(*(f"  {module}.{name}" for module, name in way.functions), sep="\n")
    assert way.is_saved
    assert len(way.functions) <= MOST_FUNCTIONS
    assert len(way.modules) <= MOST_MODULES
    assert set(way.find_climbs()) <= {DECORATOR}
