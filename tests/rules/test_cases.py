"""Case tables a clinician can read: how a patient differs from a steady person, and exactly what that raises.

`raised` and `cannot_tell` are complete: a flag that is not listed must not be raised, or must not be in
doubt. `misses` names the flags that the case comes close to; `replaces` what the steady person's own answers
would raise.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from questionnaire import rules
from questionnaire.rules import answers
from tests.builders.shipped import shipped

HERE = Path(__file__).parent
STEADY_RAISES = frozenset({"two-or-more-trials"})


@dataclass(frozen=True)
class Case:
    case: str
    answers: dict[str, Any] = field(default_factory=dict)
    raised: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    cannot_tell: tuple[str, ...] = ()
    misses: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()


def _read(file: Path) -> Any:
    return yaml.safe_load(file.read_text(encoding="utf-8"))


CASES = {
    f"{file.stem}: {case['case']}": Case(**case)
    for file in sorted((HERE / "cases").glob("*.yaml"))
    for case in _read(file)
}


@cache
def _assess(name: str) -> rules.Assessment:
    given = {**_read(HERE / "steady.yaml"), **CASES[name].answers}
    return rules.assess(shipped(), answers.read_answers(shipped(), given))


@pytest.mark.parametrize("name", CASES)
def test_a_patient_is_judged_as_the_case_says(name: str) -> None:
    case, found = CASES[name], _assess(name)
    assert found.raised == (STEADY_RAISES - set(case.replaces)) | set(case.raised)
    assert set(found.cannot_tell) == set(case.cannot_tell)
    assert not set(case.misses) & found.raised
    assert set(case.opens) <= set(found.open)
    assert not set(case.closed) & set(found.open)


def test_cases_name_only_flags_and_questions_that_exist() -> None:
    flags, questions = set(shipped().flags_by_code), set(shipped().questions)
    for name, case in CASES.items():
        assert {*case.raised, *case.replaces, *case.cannot_tell, *case.misses} <= flags, name
        assert {*case.answers, *case.opens, *case.closed} <= questions, name


def test_every_flag_has_a_case_that_raises_it_and_one_that_just_misses_it() -> None:
    flags = set(shipped().flags_by_code)
    assert flags - {code for name in CASES for code in _assess(name).raised} == set()
    assert flags - {code for case in CASES.values() for code in case.misses} == set()


def test_because_names_the_answers_that_raised_the_flag_in_file_order() -> None:
    given = {"bp-reading-known": "yes", "bp-systolic": 150, "bp-diastolic": 95, "safety-now": ["none"]}
    found = {flag.code: flag.because for flag in rules.assess(shipped(), given).flags}
    assert found["bp-at-or-above-140-90"] == ("bp-systolic", "bp-diastolic")
    assert found["clarify-safety-now"] == ("symptoms-now",)
