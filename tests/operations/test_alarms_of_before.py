"""Submissions from before alarms were stored get theirs from their flags and their history."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from questionnaire.models import Version
from screening.models import RaisedFlag, Submission
from tests.builders.staff import SEVERAL, URGENT
from tests.builders.submissions import sent

pytestmark = pytest.mark.django_db
migration = import_module("screening.migrations.0003_alarms_that_last")


def carried_over(row: Submission, **columns: object) -> tuple[bool, bool, int]:
    Submission.objects.filter(pk=row.pk).update(
        **{"alarm": False, "reachable": True, "priority": 19, **columns}
    )
    migration.set_alarms(apps, connection.schema_editor())
    row.refresh_from_db()
    return row.alarm, row.reachable, row.priority


def test_an_urgent_one_that_is_not_done_stands_first_and_more_so_if_nobody_can_be_reached(
    published: Version,
) -> None:
    reached, hidden = sent(published, URGENT, identity={"phone": "555 0100"}), sent(published, URGENT)
    assert carried_over(reached) == (True, True, 11)
    assert carried_over(hidden, desk="in-review") == (True, False, 10)


def test_what_is_done_judged_or_not_urgent_raises_no_alarm(published: Version) -> None:
    done, judged = sent(published, URGENT), sent(published, URGENT)
    RaisedFlag.objects.filter(submission=judged).update(opinion="agree")
    assert carried_over(done, desk="done")[0] is False
    assert carried_over(judged)[0] is False
    assert carried_over(sent(published, SEVERAL)) == (False, True, 13)


def test_one_that_was_not_assessed_stands_and_what_cannot_be_decrypted_is_not_said_to_be_missing(
    published: Version,
) -> None:
    row = sent(published)
    assert carried_over(row, assessment="not-assessed", identity=b"damaged") == (True, True, 11)
