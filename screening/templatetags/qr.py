"""A QR code as one SVG path, drawn by a template: nothing is fetched, nothing is trusted as HTML."""

from __future__ import annotations

from typing import Any

import segno
from django import template

register = template.Library()
_QUIET = 4
"""Empty squares around it, as the standard asks."""


@register.inclusion_tag("entrance/qr.html")
def qr(text: str) -> dict[str, Any]:
    """The code of this text."""
    matrix = segno.make(text, error="m", micro=False).matrix
    dark = ((x, y) for y, line in enumerate(matrix) for x, square in enumerate(line) if square)
    path = "".join(f"M{x + _QUIET} {y + _QUIET}h1v1h-1z" for x, y in dark)
    return {"path": path, "size": len(matrix) + 2 * _QUIET}
