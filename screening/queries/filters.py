"""The filters of the queue, as they stand in the URL: read, checked, and turned into a list of
submissions."""

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
from questionnaire.rules.states import Verdict
from screening.models import RaisedFlag, Submission
from screening.queries import queue
from screening.queries.labels import format_day, group_labels, name_account, severity_labels
from screening.queries.queue import QueueGroup

ME, NOBODY = "me", "nobody"
_MOST_VERSIONS = 20
"""How many versions' flags can be filtered by: the newest."""


@dataclass(frozen=True)
class FilterOptions:
    """What can be filtered by: flags and topics of the versions in use, and those versions."""

    versions: tuple[tuple[str, str], ...]
    flags: tuple[tuple[str, str], ...]
    topics: tuple[tuple[str, str], ...]


def list_filter_options() -> FilterOptions:
    """One query; what the versions say is worked out once in each process, as they never change."""
    frozen = Version.objects.filter(document__isnull=False).order_by("-id")
    names = frozen.values_list("pk", "questionnaire__slug", "number", "document__fingerprint")
    return _read_filter_options(tuple(names[:_MOST_VERSIONS]))


@lru_cache(maxsize=4)
def _read_filter_options(versions: tuple[tuple[int, str, int, str], ...]) -> FilterOptions:
    flags: dict[str, str] = {}
    topics: dict[str, str] = {}
    for pk, *_names in versions:
        definition = publishing.load_definition(pk)
        for flag in definition.flags:
            flags.setdefault(flag.code, flag.title)
        for topic in definition.topics:
            topics.setdefault(topic.id, topic.label.in_("en"))
    named = tuple((str(pk), f"{slug} {number}") for pk, slug, number, _fingerprint in versions)
    return FilterOptions(named, _sort_by_label(flags), _sort_by_label(topics))


_REVIEW = "review_submission"
_MAY_REVIEW = (
    Q(groups__permissions__codename=_REVIEW) | Q(user_permissions__codename=_REVIEW) | Q(is_superuser=True)
)


def list_colleagues() -> QuerySet[Any]:
    """Everybody who may work on submissions."""
    return get_user_model().objects.filter(_MAY_REVIEW, is_active=True).distinct().order_by("username")


def list_assignees() -> list[tuple[str, str]]:
    """Them, and people who left with work that is not done: it has to be found to be handed on."""
    unfinished = Submission.objects.filter(assignee=OuterRef("pk")).exclude(desk=Submission.Desk.DONE)
    left = Q(is_active=False) & Exists(unfinished)
    people = get_user_model().objects.filter((_MAY_REVIEW & Q(is_active=True)) | left)
    return [(str(user.pk), _name_assignee(user)) for user in people.distinct().order_by("username")]


def _name_assignee(user: User) -> str:
    name = name_account(user)
    return name if user.is_active else _("%(name)s (account closed)") % {"name": name}


_OTHER, _CHOSEN = '<option value="{}">{}</option>', '<option value="{}" selected>{}</option>'


class PlainSelect(forms.Select):
    """A select without a template for each option: the flags alone are a hundred options, and each takes its
    time."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        chosen = str(value or "")
        options = (
            (format_html(_CHOSEN if code == chosen else _OTHER, code, label),) for code, label in self.choices
        )
        attributes = flatatt(self.build_attrs(self.attrs, attrs))
        inside = format_html_join("\n", "{}", options)
        return format_html('<select name="{}"{}>{}</select>', name, attributes, inside)


class QueueFilters(forms.Form):
    """Everything in the URL that narrows the queue down. Unknown values are refused by name."""

    use_required_attribute = False
    state = forms.ChoiceField(required=False, widget=PlainSelect)
    severity = forms.ChoiceField(required=False, widget=PlainSelect)
    topic = forms.ChoiceField(required=False, widget=PlainSelect)
    flag = forms.ChoiceField(required=False, widget=PlainSelect)
    verdict = forms.ChoiceField(required=False, widget=PlainSelect)
    assignee = forms.ChoiceField(required=False, widget=PlainSelect)
    version = forms.ChoiceField(required=False, widget=PlainSelect)
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)
    who = forms.RegexField(r"^[0-9a-f]{64}$", required=False, widget=forms.HiddenInput)

    def __init__(self, query: QueryDict) -> None:
        super().__init__(query or None)
        options, any_ = list_filter_options(), ("", _("any"))
        self._offer(
            "state", _("State"), [any_, *((str(group), label) for group, label in group_labels().items())]
        )
        severities = ((str(severity), label) for severity, label in severity_labels().items())
        self._offer("severity", _("Severity"), [any_, *severities])
        self._offer("topic", _("Topic"), [any_, *options.topics])
        self._offer("flag", _("Flag"), [any_, *options.flags])
        verdicts = [("", _("raised")), (str(Verdict.CANNOT_TELL), _("could not be told"))]
        self._offer("verdict", _("The flag was"), verdicts)
        self._offer(
            "assignee", _("Assigned to"), [any_, (ME, _("me")), (NOBODY, _("nobody")), *list_assignees()]
        )
        self._offer("version", _("Version"), [any_, *options.versions])
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
    def described(self) -> list[tuple[str, str]]:
        """The same for people: the name of each filter, and what was chosen."""
        return [
            (str(self.fields[name].label), self._label(name, value)) for name, value in self.chosen.items()
        ]

    @property
    def query(self) -> str:
        """The filters as they stand in the URL."""
        return urlencode(self.chosen) if self.is_valid() else ""

    @property
    def group(self) -> QueueGroup | None:
        state = self.chosen.get("state")
        return QueueGroup(state) if state else None

    def find_rows(self, user: User) -> QuerySet[Submission]:
        """The submissions that fit."""
        chosen = self.chosen
        rows = queue.list_group(self.group) if self.group else queue.list_sent()
        rows = self._filter_flags(rows)
        if version := chosen.get("version"):
            rows = rows.filter(version_id=int(version))
        if person := chosen.get("who"):
            rows = rows.filter(Q(name_phone=person) | Q(name_birth=person))
        return self._filter_assignee(self._filter_days(rows), user)

    def _filter_flags(self, rows: QuerySet[Submission]) -> QuerySet[Submission]:
        """With one flag that fits everything said about flags."""
        chosen = self.chosen
        filters = {"code": "flag", "topic": "topic", "severity": "severity", "verdict": "verdict"}
        wanted = {column: chosen[name] for column, name in filters.items() if name in chosen}
        if wanted.keys() == {"severity"}:  # the counts on the row are enough
            return rows.filter(**{f"{wanted['severity']}__gt": 0})
        if not wanted:
            return rows
        wanted.setdefault("verdict", str(Verdict.RAISED))
        return rows.filter(Exists(RaisedFlag.objects.filter(submission=OuterRef("pk"), **wanted)))

    def _filter_days(self, rows: QuerySet[Submission]) -> QuerySet[Submission]:
        """The first and the last day of the calendar narrow nothing down: in some time zones they would leave
        it."""
        since, until = (self.cleaned_data.get(name) if self.is_bound else None for name in ("since", "until"))
        if since and since > date.min:
            rows = rows.filter(submitted_at__gte=make_aware(datetime.combine(since, time.min)))
        if until and until < date.max:
            end = make_aware(datetime.combine(until, time.max))
            rows = rows.filter(submitted_at__lte=end)
        return rows

    def _filter_assignee(self, rows: QuerySet[Submission], user: User) -> QuerySet[Submission]:
        assignee = self.chosen.get("assignee")
        if not assignee:
            return rows
        return rows.filter(
            assignee=None if assignee == NOBODY else user.pk if assignee == ME else int(assignee)
        )

    def _label(self, name: str, value: str) -> str:
        if name == "who":
            return _("the one who was searched for")
        if isinstance(self.cleaned_data[name], date):
            return format_day(value)
        return dict(self.fields[name].choices)[value]  # type: ignore[attr-defined]

    def _offer(self, name: str, label: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        field.label, field.choices = label, choices  # type: ignore[attr-defined]
        field.error_messages["invalid_choice"] = _("“%(value)s” is not on this list: choose one that is")

    def _describe(self, name: str, label: str, fault: str) -> None:
        self.fields[name].label = label
        self.fields[name].error_messages["invalid"] = fault


def _sort_by_label(names: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(names.items(), key=lambda item: item[1].casefold()))
