"""One flag as a form: what raises it, what the patient reads, what the clinician reads, and who says so."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from questionnaire.changes import edits
from questionnaire.checks import readability
from questionnaire.definition import TAGS, Definition, Flag, Severity, Text
from questionnaire.editor.condition_field import clean_condition, make_condition_field
from questionnaire.editor.text_fields import TypedTextField, add_text_fields, make_widget, read_text
from questionnaire.identifiers import make_id
from questionnaire.source import Source, SourceStatus

YEAR = timedelta(days=365)
SEVERITY_LABELS = {
    str(Severity.URGENT): gettext_lazy("Urgent: a person is needed now"),
    str(Severity.HIGH): gettext_lazy("High"),
    str(Severity.MODERATE): gettext_lazy("Moderate"),
    str(Severity.INFO): gettext_lazy("Good to know"),
}


class FlagPurpose(StrEnum):
    """What a new flag is about: that decides how its code begins."""

    CONCERN = "concern"
    UNKNOWN = "unknown"


class FlagForm(forms.Form):
    """Every part of a flag. Its code stays what it is."""

    use_required_attribute = False

    def __init__(self, definition: Definition, flag: Flag, data: Any = None) -> None:
        super().__init__(data)
        self.definition, self.flag, self.languages = definition, flag, definition.languages
        self._add_line("title", _("Title, for staff"), flag.title)
        self.fields["severity"] = forms.ChoiceField(
            label=_("How soon staff need to act"),
            choices=list(SEVERITY_LABELS.items()),
            initial=str(flag.severity),
            widget=forms.RadioSelect,
        )
        self.fields["happening_now"] = forms.BooleanField(
            label=_("About this moment"),
            help_text=_("Patients with such a flag stand first on the desk."),
            required=False,
            initial=flag.happening_now,
        )
        topics = [(topic.id, str(topic.label)) for topic in definition.topics]
        self.fields["topic"] = forms.ChoiceField(label=_("Topic"), choices=topics, initial=flag.topic)
        self.fields["condition"] = make_condition_field(
            _("Raised when"), flag.condition, required=bool(flag.condition)
        )
        closing = _("Ends with: %(closing)s") % {"closing": readability.CLOSING_SENTENCE["en"]}
        label = _("What the patient reads")
        add_text_fields(
            self, "patient", label, self.languages, flag.patient, required=True, help=closing, rows=3
        )
        self._add_reason_and_source()
        self._add_folding()

    def _add_reason_and_source(self) -> None:
        source = self.flag.source
        self._add_line("reason", _("Reason, for clinicians"), self.flag.reason, rows=3)
        self._add_line("citation", _("Source: who says so"), source.citation, rows=2)
        self.fields["status"] = forms.ChoiceField(
            label=_("How far anybody got with the source"),
            choices=[(str(status), status.words) for status in SourceStatus],
            initial=str(source.status or ""),
            required=source.status is not None,
            widget=forms.RadioSelect,
            error_messages={"required": _("Select whether the source was read")},
        )
        self._add_line("edition", _("Edition or copy that was looked at"), source.edition, required=False)
        self._add_line("url", _("Address of the source"), source.url, required=False)
        self._add_day("checked", _("Source checked on"), source.checked)
        self._add_day("expires", _("To be checked again by"), source.expires)
        self._add_line("checked_by", _("Checked by (a clinician)"), source.checked_by or "", required=False)

    def _add_folding(self) -> None:
        """Which flags it stands for, and who may read it."""
        others = [flag for flag in self.definition.flags if flag.code != self.flag.code]
        self.fields["covers"] = forms.MultipleChoiceField(
            label=_("Stands for, where both are raised"),
            choices=[(flag.code, flag.title) for flag in others],
            initial=list(self.flag.covers),
            required=False,
            widget=forms.SelectMultiple(attrs={"size": 6}),
            help_text=_(
                "For bands of one concern: the lower ones are then said with “also …”. All stay on record."
            ),
        )
        self.fields["staff_only"] = forms.BooleanField(
            label=_("For staff only: never on a result page, a print or a PDF"),
            required=False,
            initial=self.flag.staff_only,
        )
        self.fields["tags"] = make_tags_field(self.flag.tags)

    def _add_line(self, name: str, label: str, value: str, *, required: bool = True, rows: int = 1) -> None:
        self.fields[name] = TypedTextField(
            label=label,
            initial=value,
            required=required,
            max_length=2_000,
            widget=make_widget(rows),
            error_messages={"required": _("Fill this in: %(label)s") % {"label": label}},
        )

    def _add_day(self, name: str, label: str, value: date) -> None:
        self.fields[name] = forms.DateField(
            label=label,
            initial=value,
            input_formats=["%Y-%m-%d"],
            help_text=_("For example 2027-11-22"),
            widget=forms.DateInput(format="%Y-%m-%d"),
            error_messages={"invalid": _("Enter a date such as 2027-11-22: %(label)s") % {"label": label}},
        )

    def clean_condition(self) -> str:
        def place(text: str) -> Definition:
            return edits.put_flag(self.definition, replace(self.flag, condition=text))

        where = f"flag {self.flag.code}"
        text, before = self.cleaned_data["condition"], self.flag.condition
        return clean_condition(text, before=before, where=where, place=place)

    def clean_url(self) -> str:
        """The address of the source. Raises ValidationError for one that is new and no web address."""
        url: str = self.cleaned_data["url"]
        if url and url != self.flag.source.url and not re.fullmatch(r"https?://\S+", url):
            raise ValidationError(
                _("Enter an address that begins with https://, such as https://example.org/page")
            )
        return url

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if {"checked", "expires"} <= cleaned.keys() and cleaned["expires"] <= cleaned["checked"]:
            self.add_error("expires", _("This day must come after the day it was checked"))
        return cleaned

    @property
    def changed_flag(self) -> Flag:
        """The flag as it was typed."""
        cleaned = self.cleaned_data
        source = Source(
            citation=cleaned["citation"],
            url=cleaned["url"],
            checked=cleaned["checked"],
            expires=cleaned["expires"],
            checked_by=cleaned["checked_by"] or None,
            status=SourceStatus(cleaned["status"]) if cleaned["status"] else None,
            edition=cleaned["edition"],
        )
        return replace(
            self.flag,
            title=cleaned["title"],
            severity=Severity(cleaned["severity"]),
            happening_now=cleaned["happening_now"],
            topic=cleaned["topic"],
            condition=cleaned["condition"],
            patient=read_text(cleaned, "patient", self.languages) or self.flag.patient,
            reason=cleaned["reason"],
            source=source,
            covers=tuple(flag.code for flag in self.definition.flags if flag.code in cleaned["covers"]),
            staff_only=cleaned["staff_only"],
            tags=tuple(cleaned["tags"]),
        )


def make_tags_field(tags: tuple[str, ...]) -> forms.MultipleChoiceField:
    """What a question or flag is about, for records that must be told apart."""
    known = {"substance-use": _("Alcohol or drug use (42 CFR Part 2)")}
    return forms.MultipleChoiceField(
        label=_("Tags"),
        choices=[(tag, known.get(tag, tag)) for tag in dict.fromkeys((*TAGS, *tags))],
        initial=list(tags),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class NewFlagForm(FlagForm):
    """The same for a flag that is not there yet, which says first what it is about: that decides its code."""

    def __init__(self, definition: Definition, flag: Flag, data: Any = None) -> None:
        super().__init__(definition, flag, data)
        about = forms.ChoiceField(
            label=_("What is it for?"),
            choices=[
                (FlagPurpose.CONCERN, _("Something a patient said")),
                (FlagPurpose.UNKNOWN, _("An answer that is not known")),
            ],
            initial=FlagPurpose.UNKNOWN if flag.clarifies else FlagPurpose.CONCERN,
            widget=forms.RadioSelect,
            help_text=_("Whatever a flag reads, another one must ask about when it is not known."),
            error_messages={"required": _("Select what it is for")},
        )
        self.fields = {"about": about, **self.fields}

    def make_code(self, taken: frozenset[str]) -> str:
        """A code that was never used, made from the title."""
        title = self.cleaned_data["title"]
        clarifies = self.cleaned_data["about"] == FlagPurpose.UNKNOWN and not title.lower().startswith(
            "clarify"
        )
        return make_id(f"clarify {title}" if clarifies else title, taken)


def blank_flag(definition: Definition, today: date) -> Flag:
    """A new flag before anything was typed."""
    source = Source("", "https://", today, today + YEAR)
    topic = definition.topics[0].id if definition.topics else ""
    closing = Text(tuple((lang, readability.CLOSING_SENTENCE[lang]) for lang in definition.languages))
    return Flag("new-flag", "", topic, Severity.MODERATE, "", closing, "", source)


def blank_flag_for_unknown(definition: Definition, link_id: str, today: date) -> Flag:
    """A new flag for patients whose answer to this question is not known."""
    return replace(
        blank_flag(definition, today),
        code="clarify-new-flag",
        title=_("Not known: %(name)s") % {"name": definition.questions[link_id].short},
        condition=f"unknown({link_id})",
    )
