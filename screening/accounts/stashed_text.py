"""What somebody was writing when they were signed out: sealed in the session, given back to the same person
only.

Each tab of a browser hands over its own form. The first of them ends the session; the others come to one that
nobody is signed in to, and are added to what it holds for the same person.
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
KEPT_SECONDS = 30 * 60
"""After this long it is not given back any more."""
MOST_CHARACTERS = 40_000
"""Characters that are kept. A note holds 4,000."""
_OURS = ("/staff/", "/editor/")
"""Only forms of these pages are kept: never a password."""
_PURPOSE = "session:kept"

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class StashedForm:
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
class StashedForms:
    """All that one person had not sent."""

    user_id: int
    forms: tuple[StashedForm, ...] = ()


def may_stash(path: str) -> bool:
    """Whether forms of this page may be kept and sent again."""
    return path.startswith(_OURS) and "//" not in path and "\\" not in path


def read_posted_fields(request: HttpRequest) -> Pairs:
    """What this form holds, without its own key."""
    fields = ((name, value) for name, values in request.POST.lists() for value in values)
    return [(name, value) for name, value in fields if name not in {"csrfmiddlewaretoken", FIELD}]


def stash_form(
    session: Any, *, user_id: int, path: str, pairs: Pairs, others: tuple[StashedForm, ...] = ()
) -> None:
    """Seal it into this session beside `others`, if it is one of ours and not too much; say whose it was
    either way."""
    form = StashedForm(secrets.token_hex(4), path, pairs)
    if may_stash(path) and pairs and form.size + sum(other.size for other in others) <= MOST_CHARACTERS:
        others = (*others, form)
    _write_stash(session, StashedForms(user_id, others))


def add_to_stash(session: Any, *, path: str, pairs: Pairs) -> bool:
    """Another tab of a session that has ended. Whether there was such a session."""
    stash = _read_stash(session)
    if stash is None:
        return False
    stash_form(session, user_id=stash.user_id, path=path, pairs=pairs, others=stash.forms)
    return True


def list_stashed_forms(request: HttpRequest) -> tuple[StashedForm, ...]:
    """What this person had written; nothing for anybody else."""
    stash = _read_stash(request.session)
    return stash.forms if stash and stash.user_id == request.user.pk else ()


def has_stashed_forms(session: Any) -> bool:
    """Whether something is kept for the next person who signs in, if it is theirs."""
    stash = _read_stash(session)
    return bool(stash and stash.forms)


def drop_form(session: Any, form_id: str) -> None:
    """This form was sent again, or thrown away."""
    stash = _read_stash(session)
    left = tuple(form for form in stash.forms if form.id != form_id) if stash else ()
    if stash and left:
        _write_stash(session, StashedForms(stash.user_id, left))
    else:
        session.pop(SESSION_KEY, None)


def _write_stash(session: Any, stash: StashedForms) -> None:
    sealed = encryption.seal({**asdict(stash), "at": time.time()}, purpose=_PURPOSE)
    session[SESSION_KEY] = base64.b64encode(sealed).decode()


def _read_stash(session: Any) -> StashedForms | None:
    if not (sealed := session.get(SESSION_KEY)):
        return None
    try:
        plain = encryption.unseal(base64.b64decode(sealed), purpose=_PURPOSE)
    except encryption.DecryptionError:
        return None
    if time.time() - plain["at"] > KEPT_SECONDS:
        return None
    return StashedForms(plain["user_id"], tuple(_read_form(**form) for form in plain["forms"]))


def _read_form(id: str, path: str, pairs: list[list[str]]) -> StashedForm:
    return StashedForm(id, path, [(name, value) for name, value in pairs])
