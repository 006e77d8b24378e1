"""The catalogue of patients' sentences, for tests: every English sentence and what it is in Spanish."""

from __future__ import annotations

import importlib.util
from functools import cache as cache_once
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
PO = ROOT / "locale" / "es" / "LC_MESSAGES" / "django.po"


@cache_once
def load_catalogue_tool() -> ModuleType:
    """The program beside the catalogues, loaded from its file: it is a tool, not part of the service."""
    spec = importlib.util.spec_from_file_location("catalogue", ROOT / "locale" / "catalogue.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def list_translations() -> dict[str, str]:
    found: dict[str, str] = load_catalogue_tool().read(PO)
    return {said: meant for said, meant in found.items() if said}
