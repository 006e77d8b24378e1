"""The door for a production server: `gunicorn screening.wsgi`. It opens only when everything it needs is in
place."""

import os
from contextlib import suppress

from django.core.wsgi import get_wsgi_application

from screening import environment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "screening.settings")


def refuse_to_serve_unprepared() -> None:
    """One line at the start instead of an error page for every patient. Raises ConfigurationError."""
    from django.conf import settings

    from screening.core.keys import check_keys

    check_keys(settings.ANSWER_KEYS)
    if not settings.ALLOWED_HOSTS:
        raise environment.ConfigurationError(
            "ALLOWED_HOSTS is missing: name the hosts that patients open, for example "
            "screening.clinic.example"
        )
    if not (settings.STATIC_ROOT / "staticfiles.json").exists():
        raise environment.ConfigurationError(
            "The static files are missing: run `python manage.py collectstatic`"
        )


def refuse_an_old_database() -> None:
    """One line also where the database has to be carried over first.

    A database that does not answer is let pass: /help-now/ works without it. No connection stays open, for
    the server forks after this.

    Raises ConfigurationError.
    """
    from django.db import DatabaseError, connection

    from screening.core import old_database

    with suppress(DatabaseError):
        if old_database.is_old(old_database.applied_migrations()):
            raise environment.ConfigurationError(old_database.WHAT_TO_DO)
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()  # type: ignore[attr-defined]


try:
    refuse_to_serve_unprepared()
    application = get_wsgi_application()
    refuse_an_old_database()
except environment.ConfigurationError as error:
    environment.exit_with_message(str(error))
