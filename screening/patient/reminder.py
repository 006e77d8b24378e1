"""A reminder of the code, by e-mail. The message names neither the clinic nor what the form is about."""

from __future__ import annotations

import logging

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from screening.core import codes
from screening.core.limits import REMINDERS
from screening.queries.submission import LoadedSubmission

log = logging.getLogger("screening.patient")


def send_reminder(address: str, loaded: LoadedSubmission) -> str:
    """Send it at once, and keep the address nowhere: "sent", "wrong" for no address, "often" or "failed"."""
    try:
        validate_email(address.strip())
    except ValidationError:
        return "wrong"
    who = str(loaded.row.uuid)
    if REMINDERS.is_reached(who):
        return "often"
    REMINDERS.count(who)
    message = EmailMessage(
        subject=_("The reminder you asked for"),
        body=_(
            "Your code: %(code)s\n\nYou know where it belongs. If you did not ask for this, you can "
            "ignore it.\n"
        )
        % {"code": codes.group_code(loaded.response.code)},
        to=[address.strip()],
    )
    try:
        message.send(fail_silently=False)
    except Exception:  # whatever it is, the code still stands on the page
        log.error("a reminder could not be sent", exc_info=True)
        return "failed"
    return "sent"
