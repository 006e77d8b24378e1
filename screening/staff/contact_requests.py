"""Somebody asked to be called: whom to call, and the button that says it was done."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from questionnaire.http import SeeOther, StaffRequest
from screening.actions import contact_requests
from screening.core import access
from screening.models import ContactRequest


@access.staff_page("GET")
def page(request: StaffRequest, contact_id: int) -> HttpResponse:
    now, user = timezone.now(), access.authorise(request, access.READ)
    row = _load(contact_id)
    who = contact_requests.look_at(row=row, by=user, now=now, request_id=request.request_id)
    born = date.fromisoformat(who["birth_date"]) if "birth_date" in who else None
    may_work = user.has_perm(access.WORK)
    context = {"here": "queue", "now": now, "row": row, "who": who, "born": born, "may_work": may_work}
    return render(request, "staff/pages/contact_request.html", context)


@access.staff_page("POST", may=access.WORK)
def settle(request: StaffRequest, contact_id: int) -> HttpResponse:
    contact_requests.settle(
        row=_load(contact_id),
        done=request.POST.get("done") != "no",
        by=access.authorise(request, access.WORK),
        now=timezone.now(),
        request_id=request.request_id,
    )
    return SeeOther(reverse("staff:contact", args=[contact_id]))


def _load(contact_id: int) -> ContactRequest:
    row = ContactRequest.objects.select_related("done_by").filter(pk=contact_id).first()
    if row is None:
        raise Http404
    return row
