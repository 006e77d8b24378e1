"""The patient's addresses. None holds an id or names a condition; a page's number is its place in the version."""

from django.urls import path

from screening.patient import (
    check_answers,
    comfort_urls,
    erasure,
    help_now,
    identity,
    interruption,
    question,
    result,
    resume,
    save_for_later,
    start,
    visit_paper,
)

app_name = "patient"
urlpatterns = [
    path("", start.start, name="start"),
    path("s/", question.carry_on, name="carry-on"),
    path("s/<int:number>/", question.question, name="question"),
    path("s/interruption/", interruption.interruption, name="interruption"),
    path("s/you/", identity.you, name="you"),
    path("s/check/", check_answers.check, name="check"),
    path("s/submit/", check_answers.submit, name="submit"),
    path("s/result/", result.result, name="result"),
    path("s/result/paper/", visit_paper.paper, name="paper"),
    path("s/finish/", result.finish, name="finish"),
    path("s/save/", save_for_later.save, name="save"),
    path("s/delete/", erasure.delete, name="delete"),
    path("s/deleted/", erasure.deleted, name="deleted"),
    path("resume/", resume.resume, name="resume"),
    path("withdraw/", erasure.withdraw, name="withdraw"),
    path("withdraw/done/", erasure.withdrawn, name="withdrawn"),
    path("help-now/", help_now.help_now, name="help"),
    *comfort_urls.urlpatterns,
]
