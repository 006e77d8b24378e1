"""Fill in and print only: the result is worked out, shown once, and destroyed with the form. Nothing is sent."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone

from questionnaire.http import Request
from screening.actions import assessment, erasure
from screening.models import RaisedFlag, Submission
from screening.patient.errors import answers_to
from screening.patient.journey import answer, clinic_of, drop_token, onwards, opened_for, reader_of
from screening.patient.languages import pressed
from screening.patient.page_buttons import change_language
from screening.patient.summary import could_not_tell, to_talk_about, told
from screening.queries.submission import Opened


@answers_to("GET", "POST")
def print_only(request: Request) -> HttpResponse:
    """What it means, then the page itself: rendered before the form is destroyed, so that a failure loses nothing."""
    now = timezone.now()
    opened = opened_for(request, now)
    if opened.sent or not opened.complete:
        return onwards(request, opened)
    if pressed(request):
        return change_language(request, opened, now, to=request.path)
    if request.method != "POST":
        return answer(request, "patient/pages/print_only.html", {}, values=clinic_of(opened), opened=opened)
    response = _result(request, opened)
    erasure.delete_draft(opened=opened, now=now, request_id=request.request_id)
    drop_token(response)
    return response


def _result(request: Request, opened: Opened) -> HttpResponse:
    questions = [question for page in opened.walk.pages for question in page.questions]
    answers = {question.link_id: opened.response.answers.get(question.link_id) for question in questions}
    judged = assessment.judge(opened.definition, answers)
    values, flags = clinic_of(opened), [RaisedFlag(**flag.fields) for flag in judged.flags]
    reader = reader_of(opened, values)
    context = {
        "assessed": judged.assessment == Submission.Assessment.ASSESSED,
        "to_talk_about": to_talk_about(opened.definition, flags, reader),
        "could_not_tell": could_not_tell(opened.definition, flags, reader),
        "sections": told(opened, reader),
    }
    return answer(request, "patient/pages/printed.html", context, values=values, opened=opened)
