"""People on duty are told that a submission needs attention: not before it is stored, without fail, and never
why."""

from __future__ import annotations

import smtplib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from questionnaire.models import Version
from screening.actions import assessment, clinic_settings, staff_mail
from screening.core.staff_roles import ADMINISTRATOR
from screening.models import StaffMail, Submission
from screening.queries import clinic
from tests.builders.browsing import Paper
from tests.builders.shipped import shipped
from tests.builders.staff import browser_of, member
from tests.builders.submissions import finished, sent

URGENT = {"safety-now": ["self-harm"]}


@pytest.fixture
def on_duty(db: None) -> None:
    values = replace(clinic.current(), on_duty=("sam@clinic.test", "kim@clinic.test"))
    clinic_settings.save(values=values, actor="user:1", now=timezone.now())


def work() -> None:
    """What the worker does with everything that is due."""
    call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0, reload=False)


@pytest.mark.django_db(transaction=True)
def test_an_urgent_submission_tells_everybody_on_duty_without_a_word_about_the_patient(
    published: Version, on_duty: None
) -> None:
    submission = sent(published, URGENT, identity={"name": "Ana Lopez"})
    assert mail.outbox == []  # not before the worker takes it up
    work()
    (message,) = mail.outbox
    assert message.bcc == ["sam@clinic.test", "kim@clinic.test"] and not message.to
    assert message.subject == "A submission needs attention"
    assert message.body == "A submission needs attention: open the desk.\n"
    said = f"{message.subject} {message.body} {message.message()}"
    assert not any(word in said for word in (str(submission.reference), "Ana", "harm", str(submission.uuid)))
    assert StaffMail.objects.get().sent_at is not None


@pytest.mark.django_db(transaction=True)
def test_a_calm_submission_tells_nobody(published: Version, on_duty: None) -> None:
    submission = sent(published, {})
    assert not submission.urgent and not StaffMail.objects.exists() and not DBTaskResult.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_submission_that_was_rolled_back_is_never_announced(published: Version, on_duty: None) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        sent(published, URGENT)
        raise RuntimeError
    work()
    assert mail.outbox == [] and not Submission.objects.exists()
    assert not StaffMail.objects.exists() and not DBTaskResult.objects.exists()


@pytest.mark.django_db
def test_a_submission_that_could_not_be_assessed_tells_staff(
    published: Version, on_duty: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = finished(published)

    def broken(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(assessment, "assess", broken)
    from screening.actions import submissions

    assert submissions.submit(loaded=loaded, now=timezone.now()).assessment == "not-assessed"
    assert StaffMail.objects.count() == 1


@pytest.mark.django_db
def test_without_anybody_on_duty_nothing_is_written_down(published: Version) -> None:
    sent(published, URGENT)
    assert not StaffMail.objects.exists()


class Unreachable(EmailBackend):
    def send_messages(self, messages: Any) -> int:
        raise smtplib.SMTPServerDisconnected("secret words of the server")


@pytest.mark.django_db
def test_a_failure_is_tried_again_ever_later_until_it_is_sent(
    published: Version, on_duty: None, settings: Settings
) -> None:
    now = timezone.now()
    staff_mail.notify_staff(now=now)
    working, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.Unreachable"
    waits = []
    for _ in range(9):
        assert staff_mail.send_due_mail(now=now) == 0
        row = StaffMail.objects.get()
        waits.append((row.next_try_at - now).total_seconds() / 60)
        # not before its time
        assert staff_mail.send_due_mail(now=now) == 0 and StaffMail.objects.get().tries == row.tries
        now = row.next_try_at
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert row.fault == "SMTPServerDisconnected"
    settings.EMAIL_BACKEND = working
    assert staff_mail.send_due_mail(now=now) == 1 and len(mail.outbox) == 1
    assert staff_mail.send_due_mail(now=now + timedelta(days=1)) == 0 and len(mail.outbox) == 1


@pytest.mark.django_db
def test_who_dies_while_sending_leaves_a_message_that_is_due_again(
    published: Version, on_duty: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    staff_mail.notify_staff(now=now)

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(staff_mail, "_send_message", killed)
        staff_mail.send_due_mail(now=now)
    assert staff_mail.send_due_mail(now=now) == 0  # still somebody's
    assert staff_mail.send_due_mail(now=now + staff_mail.LEASE) == 1


@pytest.mark.django_db
def test_without_a_mail_server_the_message_waits_for_one(
    published: Version, on_duty: None, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    staff_mail.notify_staff(now=timezone.now())
    staff_mail.send_due_mail(now=timezone.now())
    row = StaffMail.objects.get()
    assert (row.sent_at, row.fault) == (None, "NoMailServerError")


@pytest.mark.django_db
def test_administrators_are_told_that_a_message_does_not_go_out(
    published: Version, on_duty: None, settings: Settings
) -> None:
    office, desk = browser_of(member("root", ADMINISTRATOR)), browser_of(member("sam"))

    def told(client: Client, path: str = "/staff/") -> str:
        return " ".join(Paper(client.get(path).content.decode()).text.split())

    staff_mail.notify_staff(now=timezone.now() - timedelta(minutes=4))
    assert "does not go out" not in told(office)
    staff_mail.notify_staff(now=timezone.now() - timedelta(minutes=42))
    assert "1 message has waited for 42 min. Nobody has tried to send it" in told(office)
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    staff_mail.send_due_mail(now=timezone.now())
    assert "The last try ended with NoMailServer" in told(office, "/staff/settings/")
    assert "does not go out" not in told(desk), "a reviewer cannot mend it"
    StaffMail.objects.update(sent_at=timezone.now())
    assert "does not go out" not in told(office)


@pytest.mark.django_db(transaction=True)
def test_after_a_failure_the_worker_comes_back_by_itself_once(
    published: Version, on_duty: None, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Unreachable"
    for _ in range(3):
        staff_mail.notify_staff(now=timezone.now())
    work()
    planned = DBTaskResult.objects.filter(status="READY")
    assert planned.count() == 1 and StaffMail.objects.filter(sent_at=None, tries=1).count() == 3


@pytest.mark.django_db
def test_the_command_sends_what_is_due(
    published: Version, on_duty: None, capsys: pytest.CaptureFixture[str]
) -> None:
    staff_mail.notify_staff(now=timezone.now())
    call_command("send_staff_mail")
    assert capsys.readouterr().out == "1 sent\n" and len(mail.outbox) == 1


def test_the_shipped_questionnaire_has_urgent_flags_to_tell_of() -> None:
    assert any(flag.severity == "urgent" for flag in shipped().flags)
