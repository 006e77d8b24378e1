"""A link that is over: one page whatever the reason, a form begun with it goes on, and the name on it is
destroyed."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from questionnaire.models import Version
from screening.actions import erasure, invitations
from screening.models import AuditEvent, Invitation, Submission
from screening.queries.invitations import MOST_TRIES
from screening.queries.submission import derive_withdrawal_code
from tests.builders.browsing import says
from tests.builders.invited import ANA, BORN, NOT_BORN, at, begun, filled_in, invited, send, set_clinic
from tests.builders.staff import acting
from tests.builders.submissions import loaded_by

pytestmark = pytest.mark.django_db
CLOSED = "This link can no longer be used"


def sent_with(link: str, sam: Any) -> None:
    send(filled_in(begun(link)))


def revoked(link: str, sam: Any) -> None:
    invitations.revoke_invitation(invitation=Invitation.objects.get(), actor=acting(sam))


def ended(link: str, sam: Any) -> None:
    Invitation.objects.update(expires_at=timezone.now())


def withdrawn(link: str, sam: Any) -> None:
    row = send(filled_in(begun(link)))
    assert row.reference
    erasure.withdraw_submission(reference=row.reference, code=derive_withdrawal_code(row), now=timezone.now())


def kept_no_longer(link: str, sam: Any) -> None:
    row = send(filled_in(begun(link)))
    Submission.objects.filter(pk=row.pk).update(desk="done", decided_at=timezone.now())
    erasure.purge_expired(retention_days=1, now=timezone.now() + timedelta(days=2))
    assert not Submission.objects.exists()


def guessed_at(link: str, sam: Any) -> None:
    for _try in range(MOST_TRIES):
        Client().post(link, NOT_BORN)


def never_made(link: str, sam: Any) -> None:
    Invitation.objects.all().delete()


@pytest.mark.parametrize(
    "end",
    [sent_with, revoked, ended, withdrawn, kept_no_longer, guessed_at, never_made],
    ids=lambda end: end.__name__,
)
def test_a_link_that_is_over_gives_one_and_the_same_page(published: Version, sam: Any, end: Any) -> None:
    set_clinic(phone="555 010 2000")
    link = invited(sam)
    end(link, sam)
    unknown = Client().get("/i/made-up/")
    for response in (Client().get(link), Client().post(link, BORN)):
        assert response.status_code == unknown.status_code == 410
        assert response.content == unknown.content
    page = at(link).page
    assert page.h1 == [CLOSED]
    assert "555 010 2000" in page.text


def test_a_draft_goes_on_after_its_link_was_taken_back(published: Version, sam: Any) -> None:
    link = invited(sam)
    patient = begun(link)
    revoked(link, sam)
    row = send(filled_in(patient))
    assert row.invitation.made_by == sam
    assert loaded_by(patient).identity == {**ANA, "filled_by": ""} or loaded_by(patient).identity == ANA


def test_the_first_to_send_ends_it_for_the_others(published: Version, sam: Any) -> None:
    """Given the page open on two devices, when one form begun with it was sent, then the other button is too
    late."""
    link = invited(sam)
    late = at(link)
    send(filled_in(begun(link)))
    late.press(BORN)
    assert late.status == 410
    assert late.page.h1 == [CLOSED]


# Forgetting -------------------------------------------------------------------------------------------------


def test_what_can_no_longer_be_used_is_destroyed_at_night(published: Version, sam: Any) -> None:
    links = [invited(sam) for _ in range(4)]
    sent, begun_only, over, fresh = Invitation.objects.order_by("id")
    row = send(filled_in(begun(links[0])))
    begun(links[1])
    Invitation.objects.filter(pk__in=[begun_only.pk, over.pk]).update(expires_at=timezone.now())
    said = StringIO()
    call_command("purge_expired", stdout=said)
    assert "1 invitations" in said.getvalue()
    assert set(Invitation.objects.values_list("pk", flat=True)) == {sent.pk, begun_only.pk, fresh.pk}
    assert Invitation.objects.get(submission=row).identity is None, "the name is in the submission now"
    assert Invitation.objects.get(pk=fresh.pk).identity is not None
    assert AuditEvent.objects.get(action="invitation.purge").detail == {"number": 1, "names": 2}


def test_taking_a_submission_back_takes_the_name_out_of_its_invitation(published: Version, sam: Any) -> None:
    withdrawn(invited(sam), sam)
    assert Invitation.objects.get().identity is None


def test_the_record_says_what_happened_and_not_to_whom(published: Version, sam: Any) -> None:
    link = invited(sam)
    begun(link, NOT_BORN)
    begun(link)
    revoked(link, sam)
    revoked(link, sam)
    events = AuditEvent.objects.filter(object_type="invitation").order_by("id")
    assert [event.action.partition(".")[2] for event in events] == ["make", "refuse", "open", "revoke"]
    assert not says("Ana", json.dumps(list(AuditEvent.objects.values()), default=str))
