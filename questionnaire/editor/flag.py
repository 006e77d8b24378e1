"""The page of one flag: what raises it, what the patient reads, what the clinician reads, and who says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from questionnaire import editing, history
from questionnaire.definition import Definition, Flag, Severity, Source, Text
from questionnaire.editor import access, reading
from questionnaire.editor.condition_field import clean_condition, condition_field, read_back
from questionnaire.editor.saving import SeeOther, frozen, gone, mark, save
from questionnaire.editor.translating import strings
from questionnaire.editor.words import TypedWords, add_words, freeze, words_of, words_widget
from questionnaire.models import Version
from questionnaire.rules import wording

YEAR = timedelta(days=365)
SEVERITIES = {
    str(Severity.URGENT): gettext_lazy("Urgent: a person is needed now"),
    str(Severity.HIGH): gettext_lazy("High"),
    str(Severity.MODERATE): gettext_lazy("Moderate"),
    str(Severity.INFO): gettext_lazy("Good to know"),
}


class FlagForm(forms.Form):
    """Every part of a flag. Its code stays what it is."""

    use_required_attribute = False

    def __init__(self, definition: Definition, flag: Flag, data: Any = None) -> None:
        super().__init__(data)
        self.definition, self.flag, self.languages = definition, flag, definition.languages
        self._line("title", _("Title, for staff"), flag.title)
        self.fields["severity"] = forms.ChoiceField(
            label=_("How soon staff need to act"),
            choices=list(SEVERITIES.items()),
            initial=str(flag.severity),
            widget=forms.RadioSelect,
        )
        topics = [(topic.id, str(topic.label)) for topic in definition.topics]
        self.fields["topic"] = forms.ChoiceField(label=_("Topic"), choices=topics, initial=flag.topic)
        self.fields["condition"] = condition_field(_("Raised when"), flag.condition, required=bool(flag.condition))
        closing = _("Ends with: %(closing)s") % {"closing": wording.CLOSING_SENTENCE["en"]}
        add_words(
            self,
            "patient",
            _("What the patient reads"),
            self.languages,
            flag.patient,
            required=True,
            help=closing,
            rows=3,
        )
        self._line("reason", _("Reason, for clinicians"), flag.reason, rows=3)
        self._line("citation", _("Source: who says so"), flag.source.citation, rows=2)
        self._line("url", _("Address of the source"), flag.source.url)
        self._day("checked", _("Source checked on"), flag.source.checked)
        self._day("expires", _("To be checked again by"), flag.source.expires)
        self._line("checked_by", _("Checked by (a clinician)"), flag.source.checked_by or "", required=False)

    def _line(self, name: str, label: str, value: str, *, required: bool = True, rows: int = 1) -> None:
        self.fields[name] = TypedWords(
            label=label,
            initial=value,
            required=required,
            max_length=2_000,
            widget=words_widget(rows),
            error_messages={"required": _("Fill this in: %(label)s") % {"label": label}},
        )

    def _day(self, name: str, label: str, value: date) -> None:
        self.fields[name] = forms.DateField(
            label=label,
            initial=value,
            input_formats=["%Y-%m-%d"],
            help_text=_("For example 2027-11-22"),
            widget=forms.DateInput(format="%Y-%m-%d"),
            error_messages={"invalid": _("Enter a date such as 2027-11-22: %(label)s") % {"label": label}},
        )

    def clean_condition(self) -> str:
        def placed(text: str) -> Definition:
            return editing.put_flag(self.definition, replace(self.flag, condition=text))

        where = f"flag {self.flag.code}"
        text, before = self.cleaned_data["condition"], self.flag.condition
        return clean_condition(text, before=before, where=where, placed=placed)

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if {"checked", "expires"} <= cleaned.keys() and cleaned["expires"] <= cleaned["checked"]:
            self.add_error("expires", _("This day must come after the day it was checked"))
        return cleaned

    @property
    def changed(self) -> Flag:
        """The flag as it was typed."""
        cleaned = self.cleaned_data
        source = Source(
            citation=cleaned["citation"],
            url=cleaned["url"],
            checked=cleaned["checked"],
            expires=cleaned["expires"],
            checked_by=cleaned["checked_by"] or None,
        )
        return replace(
            self.flag,
            title=cleaned["title"],
            severity=Severity(cleaned["severity"]),
            topic=cleaned["topic"],
            condition=cleaned["condition"],
            patient=words_of(cleaned, "patient", self.languages) or self.flag.patient,
            reason=cleaned["reason"],
            source=source,
        )


@access.editor("GET", "POST")
def flag(request: HttpRequest, slug: str, number: int, id: str) -> HttpResponse:
    version = access.load(slug, number)
    definition = reading.definition_of(version)
    found = definition.flags_by_code.get(id)
    if found is None:
        return gone(request, version, f"flag {id}")
    form = FlagForm(definition, found, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        access.require(request, access.EDIT)
        if refusal := frozen(request, version, f"flag {id}"):
            return refusal
        if form.is_valid():
            trouble = save(
                request,
                version,
                subject=f"flag {id}",
                action="changed",
                edit=lambda now: editing.put_flag(now, form.changed),
                part=lambda now: now.flags_by_code.get(id),
                form_of=lambda now: FlagForm(now, now.flags_by_code[id]),
            )
            return trouble or SeeOther(f"{reading.address(version, 'flag', id)}?saved=1")
    return _show(request, version, definition, found, form)


@access.editor("GET", "POST", may=access.EDIT)
def add(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A new flag. Its code is made from its title, once."""
    version = access.load(slug, number)
    if refusal := frozen(request, version, _("a new flag")):
        return refusal
    definition = reading.definition_of(version)
    blank = _blank(definition, timezone.localdate())
    form = FlagForm(definition, blank, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        code = editing.new_id(form.cleaned_data["title"], history.ids_ever_used(version.questionnaire))
        new = replace(form.changed, code=code)
        trouble = save(
            request,
            version,
            subject=f"flag {code}",
            action="added",
            edit=lambda now: editing.put_flag(now, new),
        )
        next_page = "editor:flag" if new.condition else "editor:condition"
        return trouble or SeeOther(reverse(next_page, args=[slug, number, *([] if new.condition else ["flag"]), code]))
    return _show(request, version, definition, None, form)


def _show(
    request: HttpRequest, version: Version, definition: Definition, found: Flag | None, form: FlagForm
) -> HttpResponse:
    if not (can_edit := reading.can_edit(request, version)):
        freeze(form)
    uses = editing.uses_of_flag(definition, found.code) if found else ()
    texts = [text for text in definition.patient_texts() if found and text[0] == f"flag {found.code}"]
    context = {
        "here": "editor",
        "form": form,
        "version": version,
        "slug": version.questionnaire.slug,
        "flag": found,
        "aloud": read_back(definition, found.condition if found else ""),
        "uses": reading.links(version, definition, uses),
        "seen": request.POST.get("seen") or (mark(found) if found else ""),
        "saved": "saved" in request.GET and not form.is_bound,
        "can_edit": can_edit,
        "translated": strings(definition, texts),
    }
    return render(request, "editor/flag.html", context, status=422 if form.errors else 200)


def _blank(definition: Definition, today: date) -> Flag:
    source = Source("", "https://", today, today + YEAR)
    topic = definition.topics[0].id if definition.topics else ""
    closing = Text(tuple((lang, wording.CLOSING_SENTENCE[lang]) for lang in definition.languages))
    return Flag("new-flag", "", topic, Severity.MODERATE, "", closing, "", source)
