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
from questionnaire.presenters.result import list_sentences
from questionnaire.rules.answers import Value, is_blank
from questionnaire.rules.path import OpenPage
from screening.actions import submissions
from screening.actions.submissions import Stale
from screening.patient.errors import answers_to
from screening.patient.journey import answer, clinic_of, load_from_cookie, next_address, onwards, reader_of, title_of
from screening.patient.languages import pressed
from screening.patient.page_buttons import in_language, is_saving, to_code, typed_on
from screening.queries.clinic import ClinicValues
from screening.queries.submission import LoadedSubmission


@answers_to("GET")
def carry_on(request: Request) -> HttpResponse:
    """Back to the form, at the first thing that is still to be done."""
    return SeeOther(next_address(load_from_cookie(request, timezone.now())))


@answers_to("GET", "POST")
def question(request: Request, number: int) -> HttpResponse:
    now = timezone.now()
    loaded = load_from_cookie(request, now)
    if not 0 < number <= len(loaded.definition.pages):
        raise Http404
    page = loaded.walk.page(number)
    if page is None or loaded.sent:
        return onwards(request, loaded)
    if request.method == "POST":
        return (
            _change_language(request, loaded, page, now) if pressed(request) else _continue(request, loaded, page, now)
        )
    if loaded.response.pending and number == loaded.walk.next:
        return onwards(request, loaded)
    values, typed = clinic_of(loaded), loaded.response.typed.get(str(number))
    form = PageForm(
        page.questions, reader_of(loaded, values), stored=loaded.known, typed=typed.values if typed else None
    )
    return _show(request, loaded, page, form, values, seen=typed.seen if typed else "")


def _change_language(request: Request, loaded: LoadedSubmission, page: OpenPage, now: datetime) -> HttpResponse:
    """The same page in another language, with everything typed on it."""
    form = PageForm(page.questions, reader_of(loaded, clinic_of(loaded)), data=request.POST)
    _as_typed(request, loaded, page, form, submissions.urgent_with(loaded, form.readable), now)
    return in_language(SeeOther(request.path), request, loaded)


def _as_typed(
    request: Request, loaded: LoadedSubmission, page: OpenPage, form: PageForm, urgent: frozenset[str], now: datetime
) -> LoadedSubmission:
    """Keep the page as it was typed, in the language whose button was pressed, if one was."""
    return submissions.keep_typed(
        loaded=loaded,
        page=str(page.number),
        typed=typed_on(request, form.fields, seen=request.POST.get("was") or request.POST.get("seen", "")),
        urgent=urgent,
        language=pressed(request),
        now=now,
    )


def _continue(request: Request, loaded: LoadedSubmission, page: OpenPage, now: datetime) -> HttpResponse:
    values = clinic_of(loaded)
    form = PageForm(page.questions, reader_of(loaded, values), data=request.POST)
    urgent = submissions.urgent_with(loaded, form.readable)
    if request.POST.get("keep") == "saved":
        return onwards(request, loaded)
    if is_saving(request) and (not form.is_valid() or form.doubt or _is_untouched(loaded, form)):
        return to_code(request, _as_typed(request, loaded, page, form, urgent, now), now)
    if not form.is_valid() or form.doubt:
        return _show(request, loaded, page, form, values, urgent=urgent - loaded.response.read, status=422)
    try:
        saved = submissions.save_page(
            loaded=loaded,
            number=page.number,
            values=form.cleaned_data,
            seen=request.POST.get("seen", ""),
            urgent=urgent,
            now=now,
        )
    except Stale as stale:
        return _ask_which(request, stale.loaded, page, form, values, urgent - loaded.response.read)
    if is_saving(request):
        return to_code(request, saved, now)
    return onwards(request, saved, changed=page.questions[0].link_id)


def _is_untouched(loaded: LoadedSubmission, form: PageForm) -> bool:
    """Nothing was answered here, now or before: whoever leaves such a page finds it again."""
    blank = all(is_blank(form.cleaned_data[name]) for name in form.fields)
    return blank and not form.fields.keys() & loaded.response.asked


def _show(
    request: Request,
    loaded: LoadedSubmission,
    page: OpenPage,
    form: PageForm,
    values: ClinicValues,
    *,
    urgent: frozenset[str] = frozenset(),
    seen: str = "",
    status: int = 200,
) -> HttpResponse:
    seen = seen or request.POST.get("seen", "") or loaded.seen(page.number)
    section = loaded.definition.section_of_page[page.number]
    earlier = loaded.walk.before(page.number)
    starts_section = earlier is None or loaded.definition.section_of_page[earlier] is not section
    context = {
        "form": form,
        "title": title_of(loaded.definition, page.number),
        "section": form.reader.words(section.title),
        "intro": form.reader.words(section.intro) if starts_section else "",
        "back": _back(loaded, earlier),
        "saved": bool(loaded.response.asked) and status == 200,
        "seen": seen,
        "sentences": list_sentences(loaded.definition, urgent, form.reader),
    }
    return answer(request, "patient/pages/question.html", context, values=values, loaded=loaded, status=status)


def _back(loaded: LoadedSubmission, earlier: int | None) -> str:
    """To the check page for whoever came from there, else to the page before."""
    if loaded.complete and loaded.response.checking:
        return reverse("patient:check")
    return reverse("patient:question", args=[earlier]) if earlier else reverse("patient:start")


def _ask_which(
    request: Request,
    loaded: LoadedSubmission,
    page: OpenPage,
    form: PageForm,
    values: ClinicValues,
    urgent: frozenset[str],
) -> HttpResponse:
    """409: this page was changed in another tab. Both answers are shown; the patient chooses."""
    saved = loaded.response.answers
    names = ("seen", "was", "keep", "save", "csrfmiddlewaretoken")
    posted = cast(QueryDict, form.data)
    context = {
        "title": title_of(loaded.definition, page.number),
        "both": [_both(question, saved, form.cleaned_data, form.reader) for question in page.questions],
        "typed": [(name, value) for name, given in posted.lists() for value in given if name not in names],
        "seen": loaded.seen(page.number),
        "was": request.POST.get("seen", ""),
        "sentences": list_sentences(loaded.definition, urgent, form.reader),
    }
    return answer(request, "patient/pages/stale.html", context, values=values, loaded=loaded, status=409)


def _both(
    question: Question, saved: Mapping[str, Value], typed: Mapping[str, Value], reader: Reader
) -> dict[str, object]:
    return {
        "wording": reader.words(question.wording),
        "saved": in_words(question, saved.get(question.link_id), reader),
        "typed": in_words(question, typed.get(question.link_id), reader),
    }
