"""A database that is stopped, for tests."""

from __future__ import annotations

from django.db import DatabaseError


class StoppedDatabase:
    """A database that answers nothing, for `connection.execute_wrapper`."""

    def __call__(self, execute: object, sql: str, params: object, many: bool, context: object) -> None:
        raise DatabaseError("the database is stopped")
