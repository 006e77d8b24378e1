"""Who they are: asked last, and optional unless the clinic needs it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from screening import submissions
from screening.patient.errors import answers_to
from screening.patient.identity import IdentityForm
from screening.patient.journey import SeeOther, answer, clinic_of, onwards, opened_for


@answers_to("GET", "POST")
def you(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    opened = opened_for(request, now)
    if opened.sent or opened.response.pending or not opened.walk.complete:
        return onwards(request, opened)
    values = clinic_of(opened)
    if request.method != "POST":
        form = IdentityForm(values, today=timezone.localdate(now), known=opened.identity or {})
    else:
        form = IdentityForm(values, today=timezone.localdate(now), data=request.POST)
        if form.is_valid():
            submissions.save_identity(opened=opened, identity=form.identity, now=now)
            return SeeOther(reverse("patient:check"))
    back = reverse("patient:question", args=[opened.walk.pages[-1].number])
    status = 422 if form.errors else 200
    return answer(request, "patient/you.html", {"form": form, "back": back}, values=values, status=status)
