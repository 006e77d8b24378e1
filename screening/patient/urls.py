"""The patient's addresses. None holds an id or names a condition; a page's number is its place in the version."""

from django.urls import path

from screening.patient import (
    check,
    comfort_urls,
    forgetting,
    helping,
    interruption,
    paper,
    question,
    result,
    resuming,
    saving,
    start,
    you,
)

app_name = "patient"
urlpatterns = [
    path("", start.start, name="start"),
    path("s/", question.carry_on, name="carry-on"),
    path("s/<int:number>/", question.question, name="question"),
    path("s/interruption/", interruption.interruption, name="interruption"),
    path("s/you/", you.you, name="you"),
    path("s/check/", check.check, name="check"),
    path("s/submit/", check.submit, name="submit"),
    path("s/result/", result.result, name="result"),
    path("s/result/paper/", paper.paper, name="paper"),
    path("s/finish/", result.finish, name="finish"),
    path("s/save/", saving.save, name="save"),
    path("s/delete/", forgetting.delete, name="delete"),
    path("s/deleted/", forgetting.deleted, name="deleted"),
    path("resume/", resuming.resume, name="resume"),
    path("withdraw/", forgetting.withdraw, name="withdraw"),
    path("withdraw/done/", forgetting.withdrawn, name="withdrawn"),
    path("help-now/", helping.help_now, name="help"),
    *comfort_urls.urlpatterns,
]
