"""A pseudo-locale: every word a patient reads, over a third longer and marked, so that what escapes it is
seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache as cache_once
from typing import Any
from unittest.mock import patch

from django.utils import translation

from questionnaire.definition import Text

MARK = "~"
_HOLE = re.compile(r"%\(\w+\)[sd]|%%|\{\w+\}")


@contextmanager
def stretched_words() -> Iterator[None]:
    """What translation may do to a page: to the words of templates, of programs and of the questionnaire."""
    real: Any = translation._trans.gettext
    in_ = Text.in_
    with (
        patch.object(translation._trans, "gettext", lambda said: stretched(real(said))),
        patch.object(Text, "in_", lambda text, language: stretched(in_(text, language))),
    ):
        yield


@cache_once
def stretched(said: str) -> str:
    """ "Change" as "Change Ch~": over a third longer, in words no longer than the language has them."""
    plain = _HOLE.sub("", said).strip()
    if not re.search(r"[^\W\d_]", plain):
        return said
    return f"{said} {plain[: max(2, round(len(said) * 0.35))].strip()}{MARK}"
