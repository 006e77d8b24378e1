"""What somebody was writing when they were signed out: sealed in the session, given back to the same person only.

Each tab of a browser hands over its own form. The first of them ends the session; the others come to one that nobody
is signed in to, and are added to what it holds for the same person.
"""

from __future__ import annotations

import base64
import secrets
import time
from dataclasses import asdict, dataclass
from typing import Any

from django.http import HttpRequest

from screening.core import encryption

SESSION_KEY = "kept"
FIELD = "kept"
"""Names, in a form that is sent again, which of those that are kept it is."""
KEPT_FOR = 30 * 60
"""Seconds after which it is not given back any more."""
MOST = 40_000
"""Characters that are kept. A note holds 4,000."""
_OURS = ("/staff/", "/editor/")
"""Only forms of these pages are kept: never a password."""
_PURPOSE = "session:kept"

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Form:
    """A form that was not sent: where it was going, and what stood in it."""

    id: str
    path: str
    pairs: Pairs

    @property
    def words(self) -> list[str]:
        """What was written by hand, to be shown."""
        return [value for name, value in self.pairs if name == "words" and value.strip()]

    @property
    def about(self) -> str:
        """Whose page it stood on: a reference, a questionnaire."""
        return self.path.split("/")[2]

    @property
    def size(self) -> int:
        return sum(len(name) + len(value) for name, value in self.pairs)


@dataclass(frozen=True)
class Kept:
    """All that one person had not sent."""

    user_id: int
    forms: tuple[Form, ...] = ()


def fits(path: str) -> bool:
    """Whether forms of this page may be kept and sent again."""
    return path.startswith(_OURS) and "//" not in path and "\\" not in path


def posted(request: HttpRequest) -> Pairs:
    """What this form holds, without its own key."""
    fields = ((name, value) for name, values in request.POST.lists() for value in values)
    return [(name, value) for name, value in fields if name not in {"csrfmiddlewaretoken", FIELD}]


def keep(session: Any, *, user_id: int, path: str, pairs: Pairs, forms: tuple[Form, ...] = ()) -> None:
    """Seal it into this session beside `forms`, if it is one of ours and not too much; in any case say whose it was."""
    form = Form(secrets.token_hex(4), path, pairs)
    if fits(path) and pairs and form.size + sum(other.size for other in forms) <= MOST:
        forms = (*forms, form)
    _hold(session, Kept(user_id, forms))


def add(session: Any, *, path: str, pairs: Pairs) -> bool:
    """Another tab of a session that has ended. Whether there was such a session."""
    held = _held(session)
    if held is None:
        return False
    keep(session, user_id=held.user_id, path=path, pairs=pairs, forms=held.forms)
    return True


def of(request: HttpRequest) -> tuple[Form, ...]:
    """What this person had written; nothing for anybody else."""
    held = _held(request.session)
    return held.forms if held and held.user_id == request.user.pk else ()


def waiting(session: Any) -> bool:
    """Whether something is kept for whoever signs in next, if it is theirs."""
    held = _held(session)
    return bool(held and held.forms)


def forget(session: Any, form_id: str) -> None:
    """This form was sent again, or thrown away."""
    held = _held(session)
    left = tuple(form for form in held.forms if form.id != form_id) if held else ()
    if held and left:
        _hold(session, Kept(held.user_id, left))
    else:
        session.pop(SESSION_KEY, None)


def _hold(session: Any, kept: Kept) -> None:
    sealed = encryption.seal({**asdict(kept), "at": time.time()}, purpose=_PURPOSE)
    session[SESSION_KEY] = base64.b64encode(sealed).decode()


def _held(session: Any) -> Kept | None:
    if not (sealed := session.get(SESSION_KEY)):
        return None
    try:
        plain = encryption.unseal(base64.b64decode(sealed), purpose=_PURPOSE)
    except encryption.DecryptionError:
        return None
    if time.time() - plain["at"] > KEPT_FOR:
        return None
    return Kept(plain["user_id"], tuple(_form(**form) for form in plain["forms"]))


def _form(id: str, path: str, pairs: list[list[str]]) -> Form:
    return Form(id, path, [(name, value) for name, value in pairs])
