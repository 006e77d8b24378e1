"""The languages of patients' pages."""

from __future__ import annotations

NAMES = {"en": "English", "es": "Español"}
"""Each language in its own words."""

SOURCE = "en"
