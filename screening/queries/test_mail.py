"""What came of the last test mail to the people on duty, in words. Sent by actions/staff_mail.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from screening.models import AuditEvent
from screening.queries import clinic
from screening.queries.labels import name_account

TEST_MAIL = "clinic.test-mail"
"""The event that says what came of a test mail: {"sent": places, "refused": places, "fault": kind}. A place
is the number of an address in the settings that the event names, so that the record holds no address."""
NO_SERVER = "no-mail-server"


@dataclass(frozen=True)
class LastTestMail:
    """When a test mail was sent, by whom, and what happened, a sentence each."""

    at: datetime
    who: str
    lines: tuple[str, ...]


def find_last_test_mail() -> LastTestMail | None:
    """The newest test mail; None where none was ever sent. In two queries."""
    event = AuditEvent.objects.filter(object_type="clinic", action=TEST_MAIL).order_by("-id").first()
    if event is None:
        return None
    sender = get_user_model().objects.filter(pk=int(event.actor.removeprefix("user:"))).first()
    return LastTestMail(event.at, name_account(sender), tuple(_describe(event)))


def _describe(event: AuditEvent) -> list[str]:
    detail = event.detail
    if detail.get("fault") == NO_SERVER:
        return [_("Not sent: this installation has no mail server. Contact IT.")]
    addresses = clinic.by_id(int(event.object_id)).on_duty
    sent, refused = (
        [addresses[int(place)] for place in detail.get(name, [])] for name in ("sent", "refused")
    )
    lines = [_("Sent to %(addresses)s.") % {"addresses": ", ".join(sent)}] if sent else []
    if refused:
        words = _("Refused for %(addresses)s (%(fault)s): check the address and the mail server.")
        lines.append(words % {"addresses": ", ".join(refused), "fault": detail.get("fault", "")})
    return lines
