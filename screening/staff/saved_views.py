"""A reviewer's saved views: filters under a name."""

from __future__ import annotations

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from questionnaire.http import SeeOther, StaffRequest
from screening.actions import saved_views
from screening.core import access
from screening.queries.filters import QueueFilters


@access.staff_page("POST")
def save_view(request: StaffRequest) -> HttpResponse:
    """Keep the filters of the page under a name."""
    name = " ".join(request.POST.get("name", "").split())
    filters = QueueFilters(QueryDict(request.POST.get("query", "")[:1000]))
    if not filters.query or filters.chosen.get("who"):
        return _refuse(
            request, _("Choose filters first, then save them. A search for one person is not kept.")
        )
    if not name or len(name) > 60 or not name.isprintable():
        return _refuse(request, _("Give the view a name of 60 letters or fewer."))
    try:
        view = saved_views.save_view(owner=request.user, name=name, query=filters.query)
    except saved_views.TooManyViewsError:
        return _refuse(request, _("You have as many saved views as there can be. Forget one first."))
    return SeeOther(f"{reverse('staff:queue')}?{view.query}")


@access.staff_page("POST")
def delete_view(request: StaffRequest, view_id: int) -> HttpResponse:
    """Delete one of the person's own views."""
    if view_id < 2**31:
        saved_views.delete_view(owner=request.user, view_id=view_id)
    return SeeOther(reverse("staff:queue"))


def _refuse(request: StaffRequest, why: str) -> HttpResponse:
    return render(request, "staff/pages/refused.html", {"why": why}, status=422)
