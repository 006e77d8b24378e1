"""Sends the e-mails to staff that are due: what the worker does all the time, once, by hand or by a timer."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from screening.actions import staff_mail


class Command(BaseCommand):
    help = (
        "Send the e-mails to the people on duty that are due now. The worker (db_worker) does this by itself."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{staff_mail.send_due_mail(now=timezone.now())} sent")
