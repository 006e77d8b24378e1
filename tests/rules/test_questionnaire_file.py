"""`make check` says in words what is wrong with the file of the shipped questionnaire, before any test
fails."""

from __future__ import annotations

import runpy
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from questionnaire.definition import Definition
from questionnaire.yaml_file import write_yaml
from tests.builders.shipped import FILE, shipped

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "questionnaire_file.py"
find_faults: Callable[[Definition, str], Iterable[str]] = runpy.run_path(str(SCRIPT))["find_faults"]


def faults_of(definition: Definition) -> list[str]:
    return list(find_faults(definition, write_yaml(definition)))


def test_the_shipped_file_has_no_fault() -> None:
    assert not list(find_faults(shipped(), FILE.read_text(encoding="utf-8")))


def test_a_file_that_is_written_in_another_way_is_named() -> None:
    assert list(find_faults(shipped(), "# a note\n" + FILE.read_text(encoding="utf-8"))) == [
        "ketamine.yaml is not written the usual way: run make format"
    ]


def test_a_flag_without_a_story_is_named_with_what_is_missing() -> None:
    stories = tuple(story for story in shipped().vignettes if "seizure-history" not in story.raised)
    assert "flag seizure-history: no story raises it" in faults_of(replace(shipped(), vignettes=stories))


def test_a_story_that_fails_and_a_condition_that_cannot_be_read_are_named() -> None:
    first, *others = shipped().vignettes
    wrong = replace(first, raised=(*first.raised, "seizure-history"))
    assert any("plain-man" in fault for fault in faults_of(replace(shipped(), vignettes=(wrong, *others))))
    broken = tuple(
        replace(flag, condition="age >=") if flag.code == "age-65-plus" else flag for flag in shipped().flags
    )
    assert any("age-65-plus" in fault for fault in faults_of(replace(shipped(), flags=broken)))
