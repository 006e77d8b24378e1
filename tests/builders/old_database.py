"""A database as the last version before 28 November 2026 left it (tests/operations/fixtures/README.md).

On SQLite it is a file; on PostgreSQL it is a database of its own on the server of this run, with the same
rows.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

FIXTURES = Path(__file__).resolve().parents[1] / "operations" / "fixtures"

SECRET_KEY = "VRsjUH3_V4LZeS850pViPOrKQYVkedAh-5psWUOxZV3Iwn-tfsF3eflTFe6_Hh5s8mdJcBn0CV_l9pt00nLlsA"
ANSWER_KEYS = (
    "COC52IIBEmQKWAowdHlwZS5nb29nbGVhcGlzLmNvbS9nb29nbGUuY3J5cHRvLnRpbmsuQWVzR2NtS2V5EiIa"
    "IOpYnomcBVD_3lIdQPnjvkbKNdAIhVztpkdBXP8hvMXEGAEQARjgudiCASAB"
)
PASSWORD = "correct horse battery"
AUTHENTICATOR_SECRET = "UAJKRPDJTA4HO4FYDKWKAKV3VJCFUVGC"
"""What the app on the reviewer's phone holds."""
REFERENCE = "UZ3-EK6"
"""Of the form that Ada Example sent."""
CODE, YEAR = "J4DTWZZ5BK7F", "1980"
"""What opens the saved form."""
PAGE_KEY = "J74Z7BfWLegkr5lg_Q7tK0rVrZp0xLfbd_EDkQ_20Zk"
"""What the page typed with a lost key carries."""
INVITATION_KEY = "O1oHPrgbb946ISPB_L1eGoV7LST-dgWmA3EG8uE3fnQ"
SEAL = "93493b92fa0f89850273655cfabce835969a845b52776e825166e095aa4a2114"
"""The code of the newest seal, as somebody noted it down."""

_AS = {
    "boolean": "%s::int::boolean",
    "timestamp with time zone": "%s::timestamp AT TIME ZONE 'UTC'",
    "jsonb": "%s::jsonb",
    "uuid": "%s::uuid",
    "date": "%s::date",
}
"""How a value of SQLite is written on PostgreSQL, by the column's type."""


@contextmanager
def old_database(folder: Path) -> Iterator[BaseDatabaseWrapper]:
    """The default connection leads to a fresh copy of the old database, until this ends."""
    usual = connections["default"]
    make = _on_sqlite if usual.vendor == "sqlite" else _on_postgresql
    with make(usual, folder) as database:
        connections["default"] = type(usual)({**usual.settings_dict, "NAME": database}, "default")
        try:
            yield connections["default"]
        finally:
            connections["default"].close()
            connections["default"] = usual


@contextmanager
def _on_sqlite(usual: BaseDatabaseWrapper, folder: Path) -> Iterator[str]:
    file = folder / "old.sqlite3"
    fill_file(file)
    yield str(file)


def fill_file(file: Path) -> None:
    """Write the old database into this SQLite file."""
    with closing(sqlite3.connect(file)) as made:
        made.executescript((FIXTURES / "old_database.sql").read_text(encoding="utf-8"))


@contextmanager
def _on_postgresql(usual: BaseDatabaseWrapper, folder: Path) -> Iterator[str]:
    name = f"old_{os.getpid()}"
    with closing(_server(usual, usual.settings_dict["NAME"])) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            with closing(_server(usual, name)) as made:
                made.execute((FIXTURES / "old_schema.postgresql.sql").read_text(encoding="utf-8"))
                with made.transaction():
                    _copy_rows(made)
            yield name
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _server(usual: BaseDatabaseWrapper, database: str) -> psycopg.Connection[tuple[Any, ...]]:
    own = usual.settings_dict
    return psycopg.connect(
        host=own["HOST"],
        port=own["PORT"] or None,
        user=own["USER"],
        password=own["PASSWORD"] or None,
        dbname=database,
        autocommit=True,
    )


def _copy_rows(made: psycopg.Connection[tuple[Any, ...]]) -> None:
    """Every row of the SQLite dump, table by table; foreign keys are looked at when all are in."""
    with closing(sqlite3.connect(":memory:")) as source:
        source.row_factory = sqlite3.Row
        source.executescript((FIXTURES / "old_database.sql").read_text(encoding="utf-8"))
        tables = source.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        for (table,) in tables.fetchall():
            rows = [dict(row) for row in source.execute(f'SELECT * FROM "{table}"')]
            if rows:
                _insert(made, table, rows)


def _insert(made: psycopg.Connection[tuple[Any, ...]], table: str, rows: list[dict[str, Any]]) -> None:
    found = made.execute(
        "SELECT column_name, data_type, is_identity FROM information_schema.columns WHERE table_name = %s",
        [table],
    ).fetchall()
    types = {column: kind for column, kind, _ in found}
    columns = ", ".join(f'"{column}"' for column in rows[0])
    values = ", ".join(_AS.get(types[column], "%s") for column in rows[0])
    with made.cursor() as cursor:
        cursor.executemany(
            f'INSERT INTO "{table}" ({columns}) VALUES ({values})', [tuple(row.values()) for row in rows]
        )
    for column in (column for column, _, counted in found if counted == "YES"):
        made.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), (SELECT max({column}) FROM "
            f"{table}))"
        )
