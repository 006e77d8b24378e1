"""Somebody asked to be called: whom to call, and the button that says it was done."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from questionnaire.http import SeeOther, StaffRequest
from screening.actions import contact_requests
from screening.core import access
from screening.core.actor import Actor
from screening.models import ContactRequest


@access.staff_page("GET")
def show_contact(request: StaffRequest, contact_id: int) -> HttpResponse:
    actor, contact = Actor.of(request), _load_contact(contact_id)
    identity = contact_requests.view_contact(contact=contact, actor=actor)
    born = date.fromisoformat(identity["birth_date"]) if "birth_date" in identity else None
    context = {
        "here": "queue",
        "now": actor.now,
        "row": contact,
        "who": identity,
        "born": born,
        "may_work": request.user.has_perm(access.WORK),
    }
    return render(request, "staff/pages/contact_request.html", context)


@access.staff_page("POST", may=access.WORK)
def settle_contact(request: StaffRequest, contact_id: int) -> HttpResponse:
    """Mark it as done, or as still to be done."""
    is_done = request.POST.get("done") != "no"
    contact_requests.settle_contact(contact=_load_contact(contact_id), done=is_done, actor=Actor.of(request))
    return SeeOther(reverse("staff:contact", args=[contact_id]))


def _load_contact(contact_id: int) -> ContactRequest:
    contact = ContactRequest.objects.select_related("done_by").filter(pk=contact_id).first()
    if contact is None:
        raise Http404
    return contact
