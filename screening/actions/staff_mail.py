"""Telling staff by e-mail that a submission needs attention: written down with its cause, sent soon, never lost.

A row is written in the transaction of the submission, so what is rolled back is never announced. Sending claims a row
for a few minutes, sends, and marks it; whoever dies in between leaves a row that is due again. A failure is tried
again, ever later, without end. The message names nobody and nothing: it says to open the desk.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from screening.models import StaffMail
from screening.queries import clinic, staff_mail

LEASE = timedelta(minutes=5)
"""How long a row belongs to the process that is sending it."""
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)


class NobodyOnDuty(Exception):
    """The clinic's settings name nobody to write to."""


class NoMailServer(Exception):
    """The installation has no mail server yet; the row waits for one."""


@transaction.atomic
def tell_staff(*, now: datetime) -> None:
    """Write down that staff have to be told; part of the caller's transaction. Nothing is sent here."""
    if not clinic.current().on_duty:
        return
    StaffMail.objects.create(created_at=now, next_try_at=now)
    deliver.enqueue()


@task()
def deliver() -> int:
    """Send what is due, and come back when the next try is. Returns how many were sent."""
    sent = send_due(now=timezone.now())
    waiting = staff_mail.waiting().order_by("next_try_at").values_list("next_try_at", flat=True).first()
    planned = DBTaskResult.objects.filter(task_path=deliver.module_path, status=TaskResultStatus.READY)
    if waiting is not None and not planned.exists():
        deliver.using(run_after=waiting).enqueue()
    return sent


def send_due(*, now: datetime) -> int:
    """Send every message whose time has come. Returns how many were sent."""
    due = list(staff_mail.waiting().filter(next_try_at__lte=now).order_by("next_try_at").values_list("pk", flat=True))
    return sum(_send_one(pk, now) for pk in due)


def _send_one(pk: int, now: datetime) -> bool:
    """Claim this row, send it, and mark it: in that order, so that no crash can lose it."""
    claimed = staff_mail.waiting().filter(pk=pk, next_try_at__lte=now)
    if not claimed.update(next_try_at=now + LEASE, tries=F("tries") + 1):
        return False
    row = StaffMail.objects.get(pk=pk)
    try:
        _send(clinic.current().on_duty)
    except Exception as error:  # whatever it is, the row stays and is tried again
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(row.tries - 1, 10))
        StaffMail.objects.filter(pk=pk).update(next_try_at=now + wait, fault=type(error).__name__[:80])
        return False
    StaffMail.objects.filter(pk=pk).update(sent_at=now, fault="")
    return True


def _send(addresses: tuple[str, ...]) -> None:
    if not addresses:
        raise NobodyOnDuty
    if settings.EMAIL_BACKEND.endswith("dummy.EmailBackend"):
        raise NoMailServer
    with translation.override(settings.LANGUAGE_CODE):
        message = EmailMessage(
            subject=_("A submission needs attention"),
            body=_("A submission needs attention: open the desk.\n"),
            bcc=list(addresses),
        )
    message.send(fail_silently=False)
