"""One page of questions. A Continue judges urgency first, then validates, then saves, then goes on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from django.http import Http404, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone

from questionnaire.definition import Question
from questionnaire.forms import PageForm
from questionnaire.http import Request, SeeOther
from questionnaire.presenters.reader import Reader, in_words
from questionnaire.presenters.result import list_sentences
from questionnaire.rules.answers import Value, is_blank
from questionnaire.rules.path import OpenPage
from screening.actions import submissions
from screening.actions.submissions import StalePageError
from screening.patient.device import load_from_cookie
from screening.patient.errors import patient_page
from screening.patient.journey import find_next_address, redirect_to_next, write_title
from screening.patient.languages import read_pressed_language
from screening.patient.page_buttons import is_saving, keep_pressed_language, read_typed, redirect_to_code
from screening.patient.rendering import PatientPage, find_clinic_values, make_reader, render_page
from screening.queries.submission import LoadedSubmission, find_urgent_flags


@patient_page("GET")
def carry_on(request: Request) -> HttpResponse:
    """Back to the form, at the first thing that is still to be done."""
    return SeeOther(find_next_address(load_from_cookie(request, timezone.now())))


@patient_page("GET", "POST")
def question(request: Request, number: int) -> HttpResponse:
    """One page of questions. Raises Http404 for a number that this version does not have."""
    now = timezone.now()
    loaded = load_from_cookie(request, now)
    if not 0 < number <= len(loaded.definition.pages):
        raise Http404
    page = loaded.walk.page(number)
    if page is None or loaded.sent:
        return redirect_to_next(request, loaded)
    if request.method == "POST" and read_pressed_language(request):
        return _change_language(request, loaded, page, now)
    if request.method == "POST":
        return _continue(request, loaded, page, now)
    if loaded.response.pending and number == loaded.walk.next:
        return redirect_to_next(request, loaded)
    typed = loaded.response.typed.get(str(number))
    form = make_question_form(loaded, page, typed=typed.values if typed else None)
    return render_page(request, build_question_page(loaded, page, form, seen=typed.seen if typed else ""))


def _change_language(
    request: Request, loaded: LoadedSubmission, page: OpenPage, now: datetime
) -> HttpResponse:
    """The same page in another language, with everything typed on it."""
    form = make_question_form(loaded, page, data=request.POST)
    _as_typed(request, loaded, page, form, find_urgent_flags(loaded, form.readable), now)
    return keep_pressed_language(SeeOther(request.path), request, loaded)


def _as_typed(
    request: Request,
    loaded: LoadedSubmission,
    page: OpenPage,
    form: PageForm,
    urgent: frozenset[str],
    now: datetime,
) -> LoadedSubmission:
    """Keep the page as it was typed, in the language whose button was pressed, if one was."""
    return submissions.save_typed_page(
        loaded=loaded,
        page=str(page.number),
        typed=read_typed(request, form.fields, seen=request.POST.get("was") or request.POST.get("seen", "")),
        urgent=urgent,
        language=read_pressed_language(request),
        now=now,
    )


def _continue(request: Request, loaded: LoadedSubmission, page: OpenPage, now: datetime) -> HttpResponse:
    form = make_question_form(loaded, page, data=request.POST)
    urgent = find_urgent_flags(loaded, form.readable)
    if request.POST.get("keep") == "saved":
        return redirect_to_next(request, loaded)
    if is_saving(request) and (not form.is_valid() or form.doubt or _is_untouched(loaded, form)):
        return redirect_to_code(request, _as_typed(request, loaded, page, form, urgent, now), now)
    seen, unread = request.POST.get("seen", ""), urgent - loaded.response.read
    if not form.is_valid() or form.doubt:
        return render_page(
            request, build_question_page(loaded, page, form, urgent=unread, seen=seen, status=422)
        )
    try:
        saved = submissions.save_page(
            loaded=loaded, number=page.number, values=form.cleaned_data, seen=seen, urgent=urgent, now=now
        )
    except StalePageError as stale:
        return render_page(request, build_stale_page(stale.loaded, page, form, urgent=unread, seen=seen))
    if is_saving(request):
        return redirect_to_code(request, saved, now)
    return redirect_to_next(request, saved, changed=page.questions[0].link_id)


def _is_untouched(loaded: LoadedSubmission, form: PageForm) -> bool:
    """Nothing was answered here, now or before: such a page is left as it is and found again."""
    blank = all(is_blank(form.cleaned_data[name]) for name in form.fields)
    return blank and not form.fields.keys() & loaded.response.asked


# The pages ---------------------------------------------------------------------------------------------


def make_question_form(
    loaded: LoadedSubmission, page: OpenPage, *, data: Any = None, typed: Any = None
) -> PageForm:
    """The open questions of one page with what is stored of them or, over that, what was typed or posted."""
    reader = make_reader(loaded, find_clinic_values(loaded))
    return PageForm(page.questions, reader, stored=loaded.known, typed=typed, data=data)


def build_question_page(
    loaded: LoadedSubmission,
    page: OpenPage,
    form: PageForm,
    *,
    urgent: frozenset[str] = frozenset(),
    seen: str = "",
    status: int = 200,
) -> PatientPage:
    """One page of questions.

    `urgent`: flags whose sentences come before everything else. `seen`: the hash of this page's saved answers
    that the page carried before; a page shown for the first time gets the present one.
    """
    section = loaded.definition.section_of_page[page.number]
    earlier = loaded.walk.before(page.number)
    starts_section = earlier is None or loaded.definition.section_of_page[earlier] is not section
    context = {
        "form": form,
        "title": write_title(loaded.definition, page.number),
        "section": form.reader.words(section.title),
        "intro": form.reader.words(section.intro) if starts_section else "",
        "back": _back(loaded, earlier),
        "saved": bool(loaded.response.asked) and status == 200,
        "seen": seen or loaded.seen(page.number),
        "sentences": list_sentences(loaded.definition, urgent, form.reader),
    }
    return PatientPage("patient/pages/question.html", context, find_clinic_values(loaded), loaded, status)


def _back(loaded: LoadedSubmission, earlier: int | None) -> str:
    """To the check page for somebody who came from there, else to the page before."""
    if loaded.complete and loaded.response.checking:
        return reverse("patient:check")
    return reverse("patient:question", args=[earlier]) if earlier else reverse("patient:start")


def build_stale_page(
    loaded: LoadedSubmission, page: OpenPage, form: PageForm, *, urgent: frozenset[str], seen: str
) -> PatientPage:
    """409: this page was changed in another tab. Both answers are shown; the patient chooses.

    `loaded` is the form as it is saved now, `form` what was sent, `seen` the hash that the page carried.
    """
    saved = loaded.response.answers
    names = ("seen", "was", "keep", "save", "csrfmiddlewaretoken")
    posted = cast(QueryDict, form.data)
    context = {
        "title": write_title(loaded.definition, page.number),
        "both": [_both(question, saved, form.cleaned_data, form.reader) for question in page.questions],
        "typed": [(name, value) for name, given in posted.lists() for value in given if name not in names],
        "seen": loaded.seen(page.number),
        "was": seen,
        "sentences": list_sentences(loaded.definition, urgent, form.reader),
    }
    return PatientPage("patient/pages/stale.html", context, find_clinic_values(loaded), loaded, status=409)


def _both(
    question: Question, saved: Mapping[str, Value], typed: Mapping[str, Value], reader: Reader
) -> dict[str, object]:
    return {
        "wording": reader.words(question.wording),
        "saved": in_words(question, saved.get(question.link_id), reader),
        "typed": in_words(question, typed.get(question.link_id), reader),
    }
