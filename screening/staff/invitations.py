"""Links for patients: those that wait for answers, a new one with its slip, taking one back, and the poster.

A new link is shown once, in the answer to the form that asked for it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from questionnaire.http import SeeOther, StaffRequest
from screening.actions import invitations
from screening.core import access
from screening.core.actor import Actor
from screening.core.languages import NAMES
from screening.core.phone_numbers import is_phone
from screening.models import Invitation
from screening.queries import clinic
from screening.queries.invitations import MOST_TRIES, list_pending_invitations
from screening.queries.opening import find_version_to_open

_PAGE = 50
_OLDEST = date(1900, 1, 1)


class InvitationForm(forms.Form):
    """For whom, if that is to be confirmed, and in which language the link speaks."""

    use_required_attribute = False
    name = forms.CharField(max_length=200, required=False)
    birth_date = forms.DateField(
        required=False, widget=forms.DateInput(attrs={"type": "date", "autocomplete": "off"})
    )
    phone = forms.CharField(max_length=40, required=False)

    def __init__(self, languages: tuple[str, ...], *, today: date, data: Any = None) -> None:
        super().__init__(data)
        self.today = today
        self.fields["language"] = forms.ChoiceField(
            choices=[(code, NAMES[code]) for code in languages if code in NAMES],
            error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose one of the languages")),
        )
        self._describe(
            "name", _("Name"), _("As on their record. Shown only to whoever types the date below.")
        )
        self._describe(
            "birth_date", _("Date of birth"), _("The person who opens the link has to type this date first.")
        )
        self._describe(
            "phone", _("Phone"), _("Optional: to call them after an urgent answer. They do not see it.")
        )
        self._describe("language", _("Language of the link"), "")
        self.fields["name"].widget.attrs |= {"autocomplete": "off", "class": "wide"}
        self.fields["phone"].widget.attrs |= {"type": "tel", "autocomplete": "off"}
        self.fields["birth_date"].error_messages["invalid"] = _("Enter a date such as 1980-07-01")

    def clean_name(self) -> str:
        """Raises ValidationError for characters that cannot be shown."""
        name: str = self.cleaned_data["name"]
        if not name.isprintable():
            raise ValidationError(_("Take out the characters that cannot be printed"))
        return name

    def clean_birth_date(self) -> date | None:
        """Raises ValidationError for what is no date in the past."""
        born: date | None = self.cleaned_data["birth_date"]
        if born and not _OLDEST <= born <= self.today:
            raise ValidationError(_("Enter a date of birth between 1900 and today"))
        return born

    def clean_phone(self) -> str:
        """Raises ValidationError for what cannot be dialled."""
        phone: str = self.cleaned_data["phone"]
        if phone and not is_phone(phone):
            raise ValidationError(_("Enter a phone number, such as 555 010 4477"))
        return phone

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("phone") and not data.get("name") and not data.get("birth_date") and "name" in data:
            self.add_error("name", _("Enter the name that goes with this phone number"))
        if data.get("name") and "birth_date" in data and not data["birth_date"]:
            self.add_error(
                "birth_date", _("Enter the date of birth too: it is how the patient shows that it is them")
            )
        if data.get("birth_date") and "name" in data and not data["name"]:
            self.add_error("name", _("Enter the name that goes with this date of birth"))
        return data

    @property
    def person(self) -> dict[str, str]:
        """Name and date of birth, with the phone number if there is one, or nothing."""
        data = self.cleaned_data
        if not data["name"]:
            return {}
        phone = {"phone": data["phone"]} if data["phone"] else {}
        return {"name": data["name"], "birth_date": data["birth_date"].isoformat(), **phone}

    def _describe(self, name: str, label: str, hint: str) -> None:
        self.fields[name].label, self.fields[name].help_text = label, hint


@access.staff_page("GET", "POST")
def show_invitations(request: StaffRequest) -> HttpResponse:
    """What still waits for answers, and a form for one more."""
    now, values = timezone.now(), clinic.current()
    posted = request.POST if request.method == "POST" else None
    form = InvitationForm(values.languages, today=timezone.localdate(now), data=posted)
    if posted is None:
        return _render_list(request, form, now)
    access.authorise(request, access.WORK)
    version = find_version_to_open(values)
    if version is None:
        form.add_error(None, _("No questionnaire is published. Ask an editor to publish one first"))
    if version is None or not form.is_valid():
        return _render_list(request, form, now, status=422)
    invitation, key = invitations.create_invitation(
        questionnaire=version.questionnaire.slug,
        language=form.cleaned_data["language"],
        person=form.person,
        days=values.invitation_days,
        actor=Actor.of(request, now=now),
    )
    context = {
        "here": "invitations",
        "row": invitation,
        "person": _describe_person(form.person),
        "link": request.build_absolute_uri(reverse("patient:invited", args=[key])),
        "home": request.build_absolute_uri(reverse("patient:start")),
        "clinic": values,
    }
    return render(request, "staff/pages/invitation.html", context)


@access.staff_page("GET", "POST", may=access.WORK)
def revoke_invitation(request: StaffRequest, invitation_id: int) -> HttpResponse:
    """Asked once; it cannot be undone, and a new link is made as easily.

    Raises Http404 for an invitation that does not exist.
    """
    actor = Actor.of(request)
    pending = list_pending_invitations(now=actor.now)
    invitation = pending.filter(pk=invitation_id).first() if invitation_id < 2**63 else None
    if invitation is None:
        raise Http404
    if request.method == "POST":
        invitations.revoke_invitation(invitation=invitation, actor=actor)
        return SeeOther(f"{reverse('staff:invitations')}?taken-back=yes")
    [person] = invitations.view_invited_persons(invitations=[invitation], actor=actor)
    context = {"here": "invitations", "now": actor.now, "row": invitation, "person": _describe_person(person)}
    return render(request, "staff/pages/revoke.html", context)


@access.staff_page("GET")
def show_poster(request: StaffRequest) -> HttpResponse:
    """For the waiting room: the clinic-wide link, in one of its languages or in all. `?words=es` for one."""
    values = clinic.current()
    offered = [code for code in values.languages if code in NAMES]
    wanted = request.GET.get("words", "")
    context = {
        "here": "invitations",
        "clinic": values,
        "home": request.build_absolute_uri(reverse("patient:start")),
        "shown": [wanted] if wanted in offered else offered,
        "offered": [(code, NAMES[code]) for code in offered],
        "wanted": wanted if wanted in offered else "",
    }
    return render(request, "staff/pages/poster.html", context)


def _render_list(
    request: StaffRequest, form: InvitationForm, now: datetime, *, status: int = 200
) -> HttpResponse:
    before = request.GET.get("before", "")
    pending = list_pending_invitations(now=now)
    if before.isdecimal() and len(before) < 19:
        pending = pending.filter(pk__lt=int(before))
    rows: list[Invitation] = list(pending[: _PAGE + 1])
    has_older, rows = len(rows) > _PAGE, rows[:_PAGE]
    persons = invitations.view_invited_persons(invitations=rows, actor=Actor.of(request, now=now))
    context = {
        "here": "invitations",
        "now": now,
        "form": form,
        "rows": [(row, _describe_person(person)) for row, person in zip(rows, persons, strict=True)],
        "older": rows[-1].pk if has_older else None,
        "most_tries": MOST_TRIES,
        "days": clinic.current().invitation_days,
        "taken_back": request.GET.get("taken-back") == "yes",
        "may_work": request.user.has_perm(access.WORK),
    }
    return render(request, "staff/pages/invitations.html", context, status=status)


def _describe_person(person: dict[str, str] | None) -> dict[str, Any]:
    """For whom a link was made, as the page shows it; None is a name that cannot be decrypted."""
    if person is None:
        return {"unreadable": True}
    if not person:
        return {}
    born = date.fromisoformat(person["birth_date"])
    return {"name": person["name"], "born": born, "phone": person.get("phone", "")}
