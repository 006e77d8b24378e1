"""The filters of the queue, as they stand in the URL: read, checked, and turned into a list of submissions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.forms.utils import flatatt
from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _

from questionnaire.actions import publishing
from questionnaire.models import Version
from screening.models import RaisedFlag, Submission
from screening.queries import queue
from screening.queries.labels import account_name, day, group_words, severity_words
from screening.queries.queue import Group

ME, NOBODY = "me", "nobody"
_VERSIONS = 20
"""How many versions' flags can be filtered by: the newest."""


@dataclass(frozen=True)
class Catalogue:
    """What can be filtered by: flags and topics of the versions in use, and those versions."""

    versions: tuple[tuple[str, str], ...]
    flags: tuple[tuple[str, str], ...]
    topics: tuple[tuple[str, str], ...]


def catalogue() -> Catalogue:
    """One query; what the versions say is worked out once in each process, as they never change."""
    found = Version.objects.filter(document__isnull=False).order_by("-id")
    named = found.values_list("pk", "questionnaire__slug", "number", "document__fingerprint")
    return _catalogue(tuple(named[:_VERSIONS]))


@lru_cache(maxsize=4)
def _catalogue(versions: tuple[tuple[int, str, int, str], ...]) -> Catalogue:
    flags: dict[str, str] = {}
    topics: dict[str, str] = {}
    for pk, *_named in versions:
        definition = publishing.load_definition(pk)
        for flag in definition.flags:
            flags.setdefault(flag.code, flag.title)
        for topic in definition.topics:
            topics.setdefault(topic.id, topic.label.in_("en"))
    named = tuple((str(pk), f"{slug} {number}") for pk, slug, number, _fingerprint in versions)
    return Catalogue(named, _sorted(flags), _sorted(topics))


_CODE = "review_submission"
_MAY = Q(groups__permissions__codename=_CODE) | Q(user_permissions__codename=_CODE) | Q(is_superuser=True)


def colleagues() -> QuerySet[Any]:
    """Everybody who may work on submissions."""
    return get_user_model().objects.filter(_MAY, is_active=True).distinct().order_by("username")


def assignees() -> list[tuple[str, str]]:
    """Them, and whoever left with work that is not done: it has to be found to be handed on."""
    left = Submission.objects.filter(assignee=OuterRef("pk")).exclude(desk=Submission.Desk.DONE)
    people = get_user_model().objects.filter((_MAY & Q(is_active=True)) | (Q(is_active=False) & Exists(left)))
    return [
        (
            str(user.pk),
            account_name(user) if user.is_active else _("%(name)s (account closed)") % {"name": account_name(user)},
        )
        for user in people.distinct().order_by("username")
    ]


_OTHER, _CHOSEN = '<option value="{}">{}</option>', '<option value="{}" selected>{}</option>'


class Choose(forms.Select):
    """A select written at once: the flags alone are a hundred options, and a template for each takes its time."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        chosen = str(value or "")
        options = ((format_html(_CHOSEN if code == chosen else _OTHER, code, words),) for code, words in self.choices)
        inside, around = format_html_join("\n", "{}", options), flatatt(self.build_attrs(self.attrs, attrs))
        return format_html('<select name="{}"{}>{}</select>', name, around, inside)


class Filters(forms.Form):
    """Everything in the URL that narrows the queue down. Unknown values are refused by name."""

    use_required_attribute = False
    state = forms.ChoiceField(required=False, widget=Choose)
    severity = forms.ChoiceField(required=False, widget=Choose)
    topic = forms.ChoiceField(required=False, widget=Choose)
    flag = forms.ChoiceField(required=False, widget=Choose)
    verdict = forms.ChoiceField(required=False, widget=Choose)
    assignee = forms.ChoiceField(required=False, widget=Choose)
    version = forms.ChoiceField(required=False, widget=Choose)
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)
    who = forms.RegexField(r"^[0-9a-f]{64}$", required=False, widget=forms.HiddenInput)

    def __init__(self, query: QueryDict) -> None:
        super().__init__(query or None)
        known, any_ = catalogue(), ("", _("any"))
        self._offer("state", _("State"), [any_, *((str(g), words) for g, words in group_words().items())])
        self._offer("severity", _("Severity"), [any_, *((str(s), words) for s, words in severity_words().items())])
        self._offer("topic", _("Topic"), [any_, *known.topics])
        self._offer("flag", _("Flag"), [any_, *known.flags])
        verdicts = [("", _("raised")), (str(RaisedFlag.Verdict.CANNOT_TELL), _("could not be told"))]
        self._offer("verdict", _("The flag was"), verdicts)
        self._offer("assignee", _("Assigned to"), [any_, (ME, _("me")), (NOBODY, _("nobody")), *assignees()])
        self._offer("version", _("Version"), [any_, *known.versions])
        for name, label in {"since": _("Sent from"), "until": _("Sent until")}.items():
            self._describe(name, label, _("Enter a date such as 2026-11-22"))
            self.fields[name].widget = forms.DateInput(attrs={"type": "date"})
        self._describe("who", _("Person"), _("Search for the person again: that link is not complete"))

    def clean(self) -> dict[str, Any]:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and since > until:
            self.add_error("until", _("The last day has to be the first day or later"))
        return self.cleaned_data

    @property
    def chosen(self) -> dict[str, str]:
        """What is narrowed down, by name."""
        if not self.is_bound:
            return {}
        return {name: str(value) for name in self.fields if (value := self.cleaned_data.get(name))}

    @property
    def told(self) -> list[tuple[str, str]]:
        """The same for people: the name of each filter, and what was chosen."""
        return [(str(self.fields[name].label), self._words(name, value)) for name, value in self.chosen.items()]

    @property
    def query(self) -> str:
        """The filters as they stand in the URL."""
        return urlencode(self.chosen) if self.is_valid() else ""

    @property
    def group(self) -> Group | None:
        state = self.chosen.get("state")
        return Group(state) if state else None

    def rows(self, me: User) -> QuerySet[Submission]:
        """The submissions that fit."""
        chosen = self.chosen
        rows = queue.in_group(self.group) if self.group else queue.sent()
        rows = self._flagged(rows)
        if version := chosen.get("version"):
            rows = rows.filter(version_id=int(version))
        if who := chosen.get("who"):
            rows = rows.filter(Q(name_phone=who) | Q(name_birth=who))
        return self._assigned(self._dated(rows), me)

    def _flagged(self, rows: QuerySet[Submission]) -> QuerySet[Submission]:
        """With one flag that fits everything said about flags. Severity by itself needs no look at the flags."""
        chosen = self.chosen
        names = {"code": "flag", "topic": "topic", "severity": "severity", "verdict": "verdict"}
        wanted = {name: chosen[key] for name, key in names.items() if key in chosen}
        if wanted.keys() == {"severity"}:
            return rows.filter(**{f"{wanted['severity']}__gt": 0})
        if not wanted:
            return rows
        wanted.setdefault("verdict", str(RaisedFlag.Verdict.RAISED))
        return rows.filter(Exists(RaisedFlag.objects.filter(submission=OuterRef("pk"), **wanted)))

    def _dated(self, rows: QuerySet[Submission]) -> QuerySet[Submission]:
        """The first and the last day of the calendar narrow nothing down: in some time zones they would leave it."""
        since, until = (self.cleaned_data.get(name) if self.is_bound else None for name in ("since", "until"))
        if since and since > date.min:
            rows = rows.filter(submitted_at__gte=make_aware(datetime.combine(since, time.min)))
        if until and until < date.max:
            end = make_aware(datetime.combine(until, time.max))
            rows = rows.filter(submitted_at__lte=end)
        return rows

    def _assigned(self, rows: QuerySet[Submission], me: User) -> QuerySet[Submission]:
        assignee = self.chosen.get("assignee")
        if not assignee:
            return rows
        return rows.filter(assignee=None if assignee == NOBODY else me.pk if assignee == ME else int(assignee))

    def _words(self, name: str, value: str) -> str:
        if name == "who":
            return _("the one who was searched for")
        if isinstance(self.cleaned_data[name], date):
            return day(value)
        return dict(self.fields[name].choices)[value]  # type: ignore[attr-defined]

    def _offer(self, name: str, label: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        field.label, field.choices = label, choices  # type: ignore[attr-defined]
        field.error_messages["invalid_choice"] = _("“%(value)s” is not on this list: choose one that is")

    def _describe(self, name: str, label: str, fault: str) -> None:
        self.fields[name].label = label
        self.fields[name].error_messages["invalid"] = fault


def _sorted(names: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(names.items(), key=lambda item: item[1].casefold()))
