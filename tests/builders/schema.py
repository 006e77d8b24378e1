"""What the tables of the two apps are made of, so that two databases can be compared."""

from __future__ import annotations

import re

from django.db.backends.base.base import BaseDatabaseWrapper

_OURS = "^(screening|questionnaire)_"
_ON_POSTGRESQL = {
    "column": "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, "
    "column_default, "
    "identity_generation FROM information_schema.columns WHERE table_schema = 'public' AND table_name ~ "
    "'{ours}'",
    "constraint": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text ~ '{ours}'",
    "index": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename ~ "
    "'{ours}'",
    "trigger": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger "
    "WHERE NOT tgisinternal AND tgrelid::regclass::text ~ '{ours}'",
    "function": "SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE proname ~ '{ours}'",
    "sequence": "SELECT sequencename, data_type::text FROM pg_sequences WHERE sequencename ~ '{ours}'",
}


def schema_of(database: BaseDatabaseWrapper) -> set[tuple[object, ...]]:
    """Tables, columns, constraints, indexes, triggers and functions, whatever the order of columns."""
    return _sqlite(database) if database.vendor == "sqlite" else _postgresql(database)


def _postgresql(database: BaseDatabaseWrapper) -> set[tuple[object, ...]]:
    found: set[tuple[object, ...]] = set()
    with database.cursor() as cursor:
        for kind, statement in _ON_POSTGRESQL.items():
            cursor.execute(statement.format(ours=_OURS))
            found.update((kind, *row) for row in cursor.fetchall())
    return found


def _sqlite(database: BaseDatabaseWrapper) -> set[tuple[object, ...]]:
    with database.cursor() as cursor:
        cursor.execute("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        rows = [row for row in cursor.fetchall() if re.match(_OURS, row[2])]
    return {(kind, name, *(_clauses(sql) if kind == "table" else [sql])) for kind, name, _, sql in rows}


def _clauses(sql: str) -> list[str]:
    """What stands between the commas of a CREATE TABLE, sorted."""
    clauses, depth = [""], 0
    for letter in sql.partition("(")[2].rpartition(")")[0]:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and not depth:
            clauses.append("")
        else:
            clauses[-1] += letter
    return sorted(clause.strip() for clause in clauses)
