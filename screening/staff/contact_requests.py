"""Somebody asked to be called: whom to call, and how it ended."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from questionnaire.http import SeeOther, StaffRequest
from screening.actions import contact_requests
from screening.core import access
from screening.core.actor import Actor
from screening.core.not_possible import NotPossibleError
from screening.models import ContactRequest
from screening.queries.labels import refusal_messages


@access.staff_page("GET")
def show_contact(request: StaffRequest, contact_id: int) -> HttpResponse:
    return _render_contact(request, _load_contact(contact_id))


@access.staff_page("POST", may=access.WORK)
def settle_contact(request: StaffRequest, contact_id: int) -> HttpResponse:
    """Close it with an outcome, or say that it still has to be done."""
    actor, contact = Actor.of(request), _load_contact(contact_id)
    if request.POST.get("done") == "no":
        contact_requests.reopen_contact(contact=contact, actor=actor)
        return SeeOther(reverse("staff:contact", args=[contact_id]))
    outcome, words = request.POST.get("outcome", ""), request.POST.get("words", "")
    try:
        contact_requests.settle_contact(contact=contact, outcome=outcome, words=words, actor=actor)
    except NotPossibleError as error:
        trouble = refusal_messages().get(error.kind, error.kind)
        return _render_contact(request, contact, trouble=trouble, words=words)
    return SeeOther(reverse("staff:contact", args=[contact_id]))


def _render_contact(
    request: StaffRequest, contact: ContactRequest, *, trouble: str = "", words: str = ""
) -> HttpResponse:
    actor = Actor.of(request)
    identity = contact_requests.view_contact(contact=contact, actor=actor)
    born = date.fromisoformat(identity["birth_date"]) if "birth_date" in identity else None
    context = {
        "here": "queue",
        "now": actor.now,
        "row": contact,
        "who": identity,
        "born": born,
        "may_work": request.user.has_perm(access.WORK),
        "outcomes": ContactRequest.Outcome.choices,
        "note": contact_requests.read_outcome_note(contact),
        "trouble": trouble,
        "words": words,
    }
    return render(request, "staff/pages/contact_request.html", context, status=422 if trouble else 200)


def _load_contact(contact_id: int) -> ContactRequest:
    contact = ContactRequest.objects.select_related("done_by").filter(pk=contact_id).first()
    if contact is None:
        raise Http404
    return contact
