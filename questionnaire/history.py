"""The editorial record: who changed what in which version, when and why. Append-only, by trigger.

`record()` is called inside the transaction of the change it records. It holds no patient data.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from questionnaire.models import HistoryEvent, Version

WHOLE = "version"


def record(
    *,
    version: Version,
    actor: str,
    action: str,
    now: datetime,
    subject: str = WHOLE,
    before: Any = None,
    after: Any = None,
    reason: str = "",
    second_person: str = "",
) -> HistoryEvent:
    """Write one act into the record. `before` and `after` are plain data, None where there was or is nothing."""
    return HistoryEvent.objects.create(
        version=version,
        at=now,
        actor=actor,
        second_person=second_person,
        action=action,
        subject=subject,
        before=before,
        after=after,
        reason=reason,
    )
