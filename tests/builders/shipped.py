"""The questionnaires we ship, read from their files once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import questionnaire
from questionnaire import yaml_file
from questionnaire.definition import Definition

INSTRUMENTS = Path(questionnaire.__file__).parent / "instruments"
FILE = INSTRUMENTS / "ketamine.yaml"


@cache
def shipped(slug: str = "ketamine") -> Definition:
    """The questionnaire we ship, as read from its file."""
    file = INSTRUMENTS / f"{slug}.yaml"
    return yaml_file.read_yaml(file.read_text(encoding="utf-8"), file=file.name)
