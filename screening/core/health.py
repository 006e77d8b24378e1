"""Is the process up (/healthz), and can it serve patients (/readyz)? Answered before anything else can
fail."""

from __future__ import annotations

from django.apps import apps
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse

from screening.core import old_database
from screening.core.middleware import Handler


class HealthMiddleware:
    """Answers the two probes without host check, session or redirect: probes come by address and plain
    http."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return _answer_probe("ok", 200)
        if request.path == "/readyz":
            missing = find_what_is_missing()
            return _answer_probe(missing or "ready", 503 if missing else 200)
        return self.get_response(request)


def find_what_is_missing() -> str:
    """What keeps this process from serving patients, in a few words; empty when it is ready."""
    try:
        executor = MigrationExecutor(connection)
        if old_database.is_old(executor.loader.applied_migrations):
            return old_database.WHAT_TO_DO
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return "migrations are not applied"
        if not apps.get_model("questionnaire", "Version").objects.filter(state="published").exists():
            return "no questionnaire is published"
    except DatabaseError:
        return "the database cannot be reached"
    return ""


def _answer_probe(text: str, status: int) -> HttpResponse:
    return HttpResponse(
        f"{text}\n", status=status, content_type="text/plain", headers={"Cache-Control": "no-store"}
    )
