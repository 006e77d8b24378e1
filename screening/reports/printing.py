"""Setting a page as a tagged PDF (PDF/UA): a template, and data that is never read as markup.

Whatever a patient typed reaches typst as one JSON text, which the template reads as values. Templates see
only their own folder, no system font and no network. The same data and date give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import typst

_HERE = Path(__file__).resolve().parent
_TEMPLATES = _HERE / "templates"
_FONTS = _HERE / "fonts"
_NO_PACKAGES = _TEMPLATES / "no-packages"
"""A folder that does not exist: a template that asks for a package fails instead of fetching it."""


class PaperSize(StrEnum):
    """Sizes of paper, by typst's names."""

    LETTER = "us-letter"
    A4 = "a4"


@dataclass(frozen=True)
class Layout:
    """How a page is set: the paper, and whether in large print."""

    paper: PaperSize = PaperSize.LETTER
    large: bool = False

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Layout:
        """From an address: `?paper=a4&print=large`. Anything else is the plain Letter page."""
        paper = PaperSize.A4 if query.get("paper") == "a4" else PaperSize.LETTER
        return cls(paper, query.get("print") == "large")


def typeset_pdf(
    template: str,
    contents: Mapping[str, Any],
    *,
    language: str,
    written: datetime,
    layout: Layout | None = None,
) -> bytes:
    """The PDF of this template with these contents. `written` becomes the document's date."""
    layout = layout or Layout()
    moment = written.astimezone(UTC)
    data = {
        **contents,
        "language": language,
        "written": [moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second],
        "paper": str(layout.paper),
        "large": layout.large,
    }
    pdf: bytes = typst.compile(
        str(_TEMPLATES / f"{template}.typ"),
        root=str(_TEMPLATES),
        format="pdf",
        font_paths=[str(_FONTS)],
        ignore_system_fonts=True,
        pdf_standards="ua-1",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        package_path=str(_NO_PACKAGES),
        package_cache_path=str(_NO_PACKAGES),
        timestamp=int(moment.timestamp()),
    )
    return pdf
