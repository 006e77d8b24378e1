"""One page of questions. A Continue judges urgency first, then validates, then saves, then goes on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from django.http import Http404, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone

from questionnaire.definition import Question
from questionnaire.forms import PageForm
from questionnaire.http import Request, SeeOther
from questionnaire.presenters.reader import Reader, in_words
from questionnaire.rules.answers import Value, is_blank
from questionnaire.rules.path import OpenPage
from screening.actions import submissions
from screening.actions.submissions import Opened, Stale
from screening.patient.errors import answers_to
from screening.patient.journey import answer, clinic_of, next_address, onwards, opened_for, reader_of, title_of
from screening.patient.languages import pressed
from screening.patient.page_buttons import in_language, is_saving, to_code, typed_on
from screening.queries.clinic import ClinicValues


@answers_to("GET")
def carry_on(request: Request) -> HttpResponse:
    """Back to the form, at the first thing that is still to be done."""
    return SeeOther(next_address(opened_for(request, timezone.now())))


@answers_to("GET", "POST")
def question(request: Request, number: int) -> HttpResponse:
    now = timezone.now()
    opened = opened_for(request, now)
    if not 0 < number <= len(opened.definition.pages):
        raise Http404
    page = opened.walk.page(number)
    if page is None or opened.sent:
        return onwards(request, opened)
    if request.method == "POST":
        return (
            _change_language(request, opened, page, now) if pressed(request) else _continue(request, opened, page, now)
        )
    if opened.response.pending and number == opened.walk.next:
        return onwards(request, opened)
    values, typed = clinic_of(opened), opened.response.typed.get(str(number))
    form = PageForm(
        page.questions, reader_of(opened, values), stored=opened.known, typed=typed.values if typed else None
    )
    return _show(request, opened, page, form, values, seen=typed.seen if typed else "")


def _change_language(request: Request, opened: Opened, page: OpenPage, now: datetime) -> HttpResponse:
    """The same page in another language, with everything typed on it."""
    form = PageForm(page.questions, reader_of(opened, clinic_of(opened)), data=request.POST)
    _as_typed(request, opened, page, form, submissions.urgent_with(opened, form.readable), now)
    return in_language(SeeOther(request.path), request, opened)


def _as_typed(
    request: Request, opened: Opened, page: OpenPage, form: PageForm, urgent: frozenset[str], now: datetime
) -> Opened:
    """Keep the page as it was typed, in the language whose button was pressed, if one was."""
    return submissions.keep_typed(
        opened=opened,
        page=str(page.number),
        typed=typed_on(request, form.fields, seen=request.POST.get("was") or request.POST.get("seen", "")),
        urgent=urgent,
        language=pressed(request),
        now=now,
    )


def _continue(request: Request, opened: Opened, page: OpenPage, now: datetime) -> HttpResponse:
    values = clinic_of(opened)
    form = PageForm(page.questions, reader_of(opened, values), data=request.POST)
    urgent = submissions.urgent_with(opened, form.readable)
    if request.POST.get("keep") == "saved":
        return onwards(request, opened)
    if is_saving(request) and (not form.is_valid() or form.doubt or _is_untouched(opened, form)):
        return to_code(request, _as_typed(request, opened, page, form, urgent, now), now)
    if not form.is_valid() or form.doubt:
        return _show(request, opened, page, form, values, urgent=urgent - opened.response.read, status=422)
    try:
        saved = submissions.save_page(
            opened=opened,
            number=page.number,
            values=form.cleaned_data,
            seen=request.POST.get("seen", ""),
            urgent=urgent,
            now=now,
        )
    except Stale as stale:
        return _ask_which(request, stale.opened, page, form, values, urgent - opened.response.read)
    if is_saving(request):
        return to_code(request, saved, now)
    return onwards(request, saved, changed=page.questions[0].link_id)


def _is_untouched(opened: Opened, form: PageForm) -> bool:
    """Nothing was answered here, now or before: whoever leaves such a page finds it again."""
    blank = all(is_blank(form.cleaned_data[name]) for name in form.fields)
    return blank and not form.fields.keys() & opened.response.asked


def _show(
    request: Request,
    opened: Opened,
    page: OpenPage,
    form: PageForm,
    values: ClinicValues,
    *,
    urgent: frozenset[str] = frozenset(),
    seen: str = "",
    status: int = 200,
) -> HttpResponse:
    seen = seen or request.POST.get("seen", "") or opened.seen(page.number)
    section = opened.definition.section_of_page[page.number]
    earlier = opened.walk.before(page.number)
    starts_section = earlier is None or opened.definition.section_of_page[earlier] is not section
    context = {
        "form": form,
        "title": title_of(opened.definition, page.number),
        "section": form.reader.words(section.title),
        "intro": form.reader.words(section.intro) if starts_section else "",
        "back": _back(opened, earlier),
        "saved": bool(opened.response.asked) and status == 200,
        "seen": seen,
        "sentences": sentences(opened, urgent, form.reader),
    }
    return answer(request, "patient/pages/question.html", context, values=values, opened=opened, status=status)


def _back(opened: Opened, earlier: int | None) -> str:
    """To the check page for whoever came from there, else to the page before."""
    if opened.complete and opened.response.checking:
        return reverse("patient:check")
    return reverse("patient:question", args=[earlier]) if earlier else reverse("patient:start")


def _ask_which(
    request: Request, opened: Opened, page: OpenPage, form: PageForm, values: ClinicValues, urgent: frozenset[str]
) -> HttpResponse:
    """409: this page was changed in another tab. Both answers are shown; the patient chooses."""
    saved = opened.response.answers
    names = ("seen", "was", "keep", "save", "csrfmiddlewaretoken")
    posted = cast(QueryDict, form.data)
    context = {
        "title": title_of(opened.definition, page.number),
        "both": [_both(question, saved, form.cleaned_data, form.reader) for question in page.questions],
        "typed": [(name, value) for name, given in posted.lists() for value in given if name not in names],
        "seen": opened.seen(page.number),
        "was": request.POST.get("seen", ""),
        "sentences": sentences(opened, urgent, form.reader),
    }
    return answer(request, "patient/pages/stale.html", context, values=values, opened=opened, status=409)


def _both(
    question: Question, saved: Mapping[str, Value], typed: Mapping[str, Value], reader: Reader
) -> dict[str, object]:
    return {
        "wording": reader.words(question.wording),
        "saved": in_words(question, saved.get(question.link_id), reader),
        "typed": in_words(question, typed.get(question.link_id), reader),
    }


def sentences(opened: Opened, codes: frozenset[str], reader: Reader) -> list[str]:
    """What these flags say to the patient, in the questionnaire's order."""
    return [reader.words(flag.patient) for flag in opened.definition.flags if flag.code in codes]
