"""Is this a database from before 28 November 2026? Some of its tables have other names.

No migration leads on from it, so it is served only after `carry_over` (actions/carry_over.py). Nothing is
written here.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

WHAT_TO_DO = (
    "this database is from before 28 November 2026: stop the service, copy the database, "
    "then run `python manage.py carry_over` once"
)
MIGRATIONS = {
    "questionnaire": ("0001_initial", "0002_triggers", "0003_editing", "0004_proof_runs", "0005_successors"),
    "screening": (
        *(
            "0001_initial",
            "0002_triggers",
            "0003_review_desk",
            "0004_review_triggers",
            "0005_accounts_and_seals",
        ),
        *("0006_come_back", "0007_no_invitation_rows", "0008_contact_requests", "0009_invitations"),
    ),
}
"""Every migration that such a database has when it is complete."""


def applied_migrations() -> set[tuple[str, str]]:
    """App and name of every migration of this database. Raises DatabaseError."""
    return set(MigrationRecorder(connection).applied_migrations())


def is_old(applied: Collection[tuple[str, str]]) -> bool:
    """Whether a database with these migrations has to be carried over first."""
    return any((app, names[0]) in applied for app, names in MIGRATIONS.items())
