"""Keeps the file of the shipped questionnaire in order. Plain: writes it the way `dump_questionnaire` does.

With `--check`: says in words what keeps it from being published, and exits 1. It needs no database.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from questionnaire import yaml_file  # noqa: E402
from questionnaire.checks.definition import find_problems  # noqa: E402
from questionnaire.definition import Definition  # noqa: E402
from questionnaire.document_place import DocumentError  # noqa: E402
from questionnaire.vignettes import run  # noqa: E402

FILE = ROOT / "questionnaire" / "instruments" / "ketamine.yaml"
STORIES = {"raised": "raises it", "not_raised": "just misses it"}
"""What each flag needs. That somebody is in doubt cannot be asked of every flag: the tests know of which."""


def main() -> None:
    text = FILE.read_text(encoding="utf-8")
    try:
        definition = yaml_file.read_yaml(text, file=FILE.name)
    except DocumentError as error:
        raise SystemExit(str(error)) from None
    if "--check" not in sys.argv:
        FILE.write_text(yaml_file.write_yaml(definition), encoding="utf-8")
    elif faults := list(find_faults(definition, text)):
        raise SystemExit("\n".join(faults))


def find_faults(definition: Definition, text: str) -> Iterator[str]:
    """Everything that is wrong with the file, a line each. Stories are judged only once the conditions are
    sound."""
    if yaml_file.write_yaml(definition) != text:
        yield f"{FILE.name} is not written the usual way: run make format"
    # Not today's date: the same file is to pass, or not, on every day. The editor's gate notices sources that
    # expired.
    newest = max((flag.source.checked for flag in definition.flags), default=date.min)
    problems = [problem for problem in find_problems(definition, today=newest) if problem.blocks]
    yield from map(str, problems or run.find_vignette_problems(definition))
    for code, missing in run.find_uncovered_flags(definition).items():
        yield from (f"flag {code}: no story {words}" for kind, words in STORIES.items() if kind in missing)


if __name__ == "__main__":
    main()
