"""Changing the clinic's settings. Every state is a row of its own, and the record says who changed what."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from screening.actions import audit
from screening.models import ClinicSettings
from screening.queries import clinic
from screening.queries.clinic import ClinicValues


@transaction.atomic
def save(*, values: ClinicValues, actor: str, now: datetime, request_id: str = "") -> int:
    """Add a row with these settings and return its id. Nothing is added when nothing changed."""
    newest = ClinicSettings.objects.order_by("-id").first()
    before = clinic.by_id(newest.pk) if newest else clinic.from_environment()
    changed = sorted(name for name, value in asdict(values).items() if asdict(before)[name] != value)
    if newest and not changed:
        return newest.pk
    row = ClinicSettings.objects.create(values=asdict(values), actor=actor, created_at=now)
    audit.record(
        actor=actor,
        action="clinic.change",
        object_type="clinic",
        object_id=str(row.pk),
        now=now,
        detail={"changed": changed},
        request_id=request_id,
    )
    return row.pk
