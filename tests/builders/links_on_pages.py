"""Links and codes on the pages of staff, for tests: read off a page as a person or a camera would."""

from __future__ import annotations

import re
from html import unescape

import segno


def find_link(page: str) -> str:
    [link] = re.findall(r'<code class="secret">(.+?)</code>', page)
    return unescape(link)


def read_code_squares(page: str) -> set[tuple[int, int]]:
    """The dark squares of the code on this page, without the margin around it."""
    [path] = re.findall(r'<path d="([^"]+)"', page)
    return {(int(x) - 4, int(y) - 4) for x, y in re.findall(r"M(\d+) (\d+)h", path)}


def draw_code_squares(text: str) -> set[tuple[int, int]]:
    matrix = segno.make(text, error="m", micro=False).matrix
    return {(x, y) for y, line in enumerate(matrix) for x, square in enumerate(line) if square}
