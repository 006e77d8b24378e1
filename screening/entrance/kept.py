"""What somebody was writing when they were signed out: sealed in the session, given back to the same person only."""

from __future__ import annotations

import base64
import time
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from screening import encryption

SESSION_KEY = "kept"
KEPT_FOR = 30 * 60
"""Seconds after which it is not given back any more."""
MOST = 40_000
"""Characters that are kept. A note holds 4,000."""
_OURS = ("/staff/", "/editor/")
"""Only forms of these pages are kept: never a password."""
_PURPOSE = "session:kept"

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Kept:
    """A form that was not sent: where it was going, and what stood in it."""

    path: str
    pairs: Pairs

    @property
    def words(self) -> list[str]:
        """What was written by hand, to be shown."""
        return [value for name, value in self.pairs if name == "words" and value.strip()]


def fits(path: str) -> bool:
    """Whether forms of this page may be kept and sent again."""
    return path.startswith(_OURS) and "//" not in path and "\\" not in path


def posted(request: HttpRequest) -> Pairs:
    """What this form holds, without its own key."""
    fields = ((name, value) for name, values in request.POST.lists() for value in values)
    return [(name, value) for name, value in fields if name != "csrfmiddlewaretoken"]


def keep(session: Any, *, user_id: int, path: str, pairs: Pairs) -> None:
    """Seal it into this session, if it is one of our forms and not too much."""
    if not fits(path) or not pairs or sum(len(name) + len(value) for name, value in pairs) > MOST:
        return
    sealed = encryption.seal({"user": user_id, "path": path, "pairs": pairs, "at": time.time()}, purpose=_PURPOSE)
    session[SESSION_KEY] = base64.b64encode(sealed).decode()


def of(request: HttpRequest) -> Kept | None:
    """What this person had written; nothing for anybody else."""
    sealed = request.session.get(SESSION_KEY)
    if not sealed:
        return None
    try:
        plain = encryption.unseal(base64.b64decode(sealed), purpose=_PURPOSE)
    except encryption.DecryptionError:
        return None
    if plain["user"] != request.user.pk or time.time() - plain["at"] > KEPT_FOR:
        return None
    return Kept(plain["path"], [(name, value) for name, value in plain["pairs"]])


def forget(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)
