"""The patient's pages around the questions, in a preview. Their buttons lead on and do nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse

from questionnaire.http import SeeOther
from screening.patient.contact_request import build_contact_page, build_contact_sent_page, make_contact_form
from screening.patient.erasure import (
    build_delete_page,
    build_deleted_page,
    build_withdraw_page,
    build_withdrawn_page,
)
from screening.patient.help_now import build_help_page
from screening.patient.print_only import build_print_only_page, build_printed_page
from screening.patient.rendering import PatientPage
from screening.patient.resume import build_resume_page
from screening.patient.resume_form import ComeBackForm, WithdrawForm, YearForm
from screening.patient.save_for_later import build_save_page
from screening.patient.start import build_start_page
from screening.preview.frame import render_framed
from screening.preview.made_up_form import save_in_memory
from screening.preview.stage import Stage
from screening.queries.submission import LoadedSubmission

Form = Any
"""A form of the patient's pages; each page knows its own."""


@dataclass(frozen=True)
class PageAround:
    """One page: how it is built, the form on it if it asks something, and the page its button leads to."""

    build: Callable[[Stage, Form, int], PatientPage]
    """From the stage, the form on the page, and the status: 422 for a form that was refused."""
    make_form: Callable[[Stage, Any], forms.Form] | None = None
    then: str = ""
    """The name of the next page; empty for the way through the questions."""


def show_page_around(stage: Stage, name: str) -> HttpResponse:
    """The page of this name. What is typed on it is checked as a patient's would be, and forgotten."""
    page = PAGES[name]
    if name == "printed" and not stage.form.complete:
        return SeeOther(stage.at(stage.patient))
    form = page.make_form(stage, stage.request.POST if stage.is_posted else None) if page.make_form else None
    if stage.is_posted and (form is None or form.is_valid()):
        return SeeOther(stage.base if page.then == "start" else stage.at(stage.patient, beside=page.then))
    return render_framed(stage, page.build(stage, form, 422 if stage.is_posted else 200))


def _save_page(stage: Stage, form: Form, status: int) -> PatientPage:
    return _code_page(stage, stage.form, form, status)


def _saved_page(stage: Stage, form: Form, status: int) -> PatientPage:
    saved = save_in_memory(stage.form, days=stage.values.resume_days, now=stage.now)
    return _code_page(stage, saved, form, status)


def _code_page(stage: Stage, loaded: LoadedSubmission, form: Form, status: int) -> PatientPage:
    """No reminder is offered: a preview sends nothing."""
    address = stage.request.build_absolute_uri(reverse("patient:resume"))
    return build_save_page(loaded, form, now=stage.now, address=address, can_remind=False, status=status)


def _contact_page(stage: Stage, form: Form, status: int) -> PatientPage:
    return build_contact_page(stage.values, form, form_open=True, status=status)


def _absent_page(stage: Stage, form: Form, status: int) -> PatientPage:
    """In place of a paper that is made from what was sent, and of pages that a preview has not got."""
    return PatientPage("preview/pages/absent.html", {}, stage.values, stage.form)


def _year_form(stage: Stage, data: Any) -> YearForm:
    return YearForm(today=stage.today, data=data)


PAGES = {
    "start": PageAround(lambda stage, form, status: build_start_page(stage.values)),
    "help": PageAround(lambda stage, form, status: build_help_page(stage.values, form_here=True)),
    "contact": PageAround(
        _contact_page,
        lambda stage, data: make_contact_form(stage.values, stage.form, stage.now, data=data),
        then="contact-sent",
    ),
    "contact-sent": PageAround(
        lambda stage, form, status: build_contact_sent_page(stage.values, form_open=True)
    ),
    "save": PageAround(_save_page, _year_form, then="saved"),
    "saved": PageAround(_saved_page, _year_form, then="start"),
    "resume": PageAround(
        lambda stage, form, status: build_resume_page(stage.values, form, status=status),
        lambda stage, data: ComeBackForm(today=stage.today, data=data),
    ),
    "delete": PageAround(lambda stage, form, status: build_delete_page(stage.form), then="deleted"),
    "deleted": PageAround(lambda stage, form, status: build_deleted_page(stage.values)),
    "print-only": PageAround(lambda stage, form, status: build_print_only_page(stage.form), then="printed"),
    "printed": PageAround(lambda stage, form, status: build_printed_page(stage.form)),
    "withdraw": PageAround(
        lambda stage, form, status: build_withdraw_page(stage.values, form, status=status),
        lambda stage, data: WithdrawForm(data=data),
        then="withdrawn",
    ),
    "withdrawn": PageAround(lambda stage, form, status: build_withdrawn_page(stage.values)),
    "absent": PageAround(_absent_page),
}
"""By the name of the patient's address."""
