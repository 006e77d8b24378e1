"""Notifying staff by e-mail that a submission needs attention: written down with its cause, sent soon, never
lost.

A row is written in the transaction of the submission, so what is rolled back is never announced. Sending
claims a row for a few minutes, sends, and marks it; a process that dies in between leaves a row that is due
again. A failure is tried again, ever later, without end. The message names nobody and nothing: it says to
open the desk.
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

from screening.actions import audit
from screening.core.actor import Actor
from screening.models import ClinicSettings, StaffMail
from screening.queries import clinic
from screening.queries.staff_mail import list_unsent_mail
from screening.queries.test_mail import NO_SERVER, TEST_MAIL

LEASE = timedelta(minutes=5)
"""How long a row belongs to the process that is sending it."""
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)


class NoDutyAddressError(Exception):
    """The clinic's settings name nobody to write to."""


class NoMailServerError(Exception):
    """The installation has no mail server yet; the row waits for one."""


@transaction.atomic
def notify_staff(*, now: datetime) -> None:
    """Write down that staff have to be notified. Nothing is sent here.

    Called by other writers, in the transaction of the submission or the call that needs attention.
    """
    if not clinic.current().on_duty:
        return
    StaffMail.objects.create(created_at=now, next_try_at=now)
    deliver_due_mail.enqueue()


@task()
def deliver_due_mail() -> int:
    """Send what is due, and come back when the next try is. Returns how many were sent. Run by the worker."""
    sent = send_due_mail(now=timezone.now())
    next_try = list_unsent_mail().order_by("next_try_at").values_list("next_try_at", flat=True).first()
    planned = DBTaskResult.objects.filter(
        task_path=deliver_due_mail.module_path, status=TaskResultStatus.READY
    )
    if next_try is not None and not planned.exists():
        deliver_due_mail.using(run_after=next_try).enqueue()
    return sent


def send_due_mail(*, now: datetime) -> int:
    """Send every message whose time has come; called by the task above and by `send_staff_mail`. Returns how
    many."""
    due = list_unsent_mail().filter(next_try_at__lte=now).order_by("next_try_at")
    return sum(_send_row(pk, now) for pk in list(due.values_list("pk", flat=True)))


def _send_row(pk: int, now: datetime) -> bool:
    """Claim this row, send it, and mark it: in that order, so that no crash can lose it."""
    # One UPDATE claims the row for the time of a lease: of two workers only one finds it still due. A worker
    # that dies in between leaves a row that is due again when its lease ends: a message may go twice, but is
    # never lost.
    claimable = list_unsent_mail().filter(pk=pk, next_try_at__lte=now)
    if not claimable.update(next_try_at=now + LEASE, tries=F("tries") + 1):
        return False
    row = StaffMail.objects.get(pk=pk)
    try:
        _send_message(clinic.current().on_duty)
    except Exception as error:  # whatever it is, the row stays and is tried again
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(row.tries - 1, 10))
        StaffMail.objects.filter(pk=pk).update(next_try_at=now + wait, fault=type(error).__name__[:80])
        return False
    StaffMail.objects.filter(pk=pk).update(sent_at=now, fault="")
    return True


def send_test_mail(*, actor: Actor) -> None:
    """Send a mail to each address now, and record what happened to each. Called for administrators.

    Raises NoDutyAddressError where the settings name no address. No transaction is open while it is sent.
    """
    settings_id = ClinicSettings.objects.order_by("-id").values_list("id", flat=True).first()
    addresses = clinic.by_id(settings_id).on_duty
    if not addresses or settings_id is None:
        raise NoDutyAddressError
    audit.record(
        actor=actor.code,
        action=TEST_MAIL,
        object_type="clinic",
        object_id=str(settings_id),
        now=actor.now,
        detail=_send_to_each(addresses),
        request_id=actor.request_id,
    )


def _send_to_each(addresses: tuple[str, ...]) -> dict[str, str | int | bool | list[str] | None]:
    """Which places of the list got one and which were refused, and the kind of the last fault."""
    sent, refused, fault = [], [], ""
    for place, address in enumerate(addresses):
        try:
            _send_message((address,), is_test=True)
            sent.append(str(place))
        except NoMailServerError:
            return {"sent": [], "refused": [], "fault": NO_SERVER}
        except Exception as error:  # whatever it is, the page says so
            refused.append(str(place))
            fault = type(error).__name__[:80]
    return {"sent": sent, "refused": refused, "fault": fault}


def _send_message(addresses: tuple[str, ...], *, is_test: bool = False) -> None:
    if not addresses:
        raise NoDutyAddressError
    if settings.EMAIL_BACKEND.endswith("dummy.EmailBackend"):
        raise NoMailServerError
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("Test: on-call e-mail works") if is_test else _("A submission needs attention")
        body = _("This is a test. Nothing needs to be done.\n")
        if not is_test:
            body = _("A submission needs attention: open the desk.\n")
        message = EmailMessage(subject=subject, body=body, bcc=list(addresses))
    message.send(fail_silently=False)
