"""What a command says when the database holds nothing to work with yet: one line that says what to run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError
from django.db import OperationalError, ProgrammingError

NOT_READY = "run `make run`, or `python manage.py bootstrap`, to prepare it"
BAD_INPUT = 2


@contextmanager
def require_database() -> Iterator[None]:
    """Turns a database without our tables, or without an answer, into one line and exit code 2.

    Raises CommandError with one line where the database is not ready.
    """
    try:
        yield
    except (OperationalError, ProgrammingError) as error:
        reason = (str(error).splitlines() or ["no answer"])[0][:200]
        raise CommandError(
            f"the database is not ready ({reason}): {NOT_READY}", returncode=BAD_INPUT
        ) from None
