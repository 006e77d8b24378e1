"""The patient's addresses.

None holds an id or a name, or names a condition; only an invitation's link holds its key.

A page's number is its place in the version.
"""

from django.urls import path

from screening.patient import (
    check_answers,
    contact_request,
    erasure,
    help_now,
    identity,
    interruption,
    invitation,
    kiosk,
    print_only,
    question,
    result,
    resume,
    save_for_later,
    start,
)

urlpatterns = [
    path("", start.start, name="start"),
    path("s/", question.carry_on, name="carry-on"),
    path("s/<int:number>/", question.question, name="question"),
    path("s/interruption/", interruption.interruption, name="interruption"),
    path("s/you/", identity.you, name="you"),
    path("s/check/", check_answers.check, name="check"),
    path("s/submit/", check_answers.submit, name="submit"),
    path("s/result/", result.result, name="result"),
    path("s/finish/", result.finish, name="finish"),
    path("s/save/", save_for_later.save, name="save"),
    path("s/delete/", erasure.delete, name="delete"),
    path("s/deleted/", erasure.deleted, name="deleted"),
    path("resume/", resume.resume, name="resume"),
    path("withdraw/", erasure.withdraw, name="withdraw"),
    path("withdraw/done/", erasure.withdrawn, name="withdrawn"),
    path("help-now/", help_now.help_now, name="help"),
    path("contact/", contact_request.ask, name="contact"),
    path("contact/sent/", contact_request.sent, name="contact-sent"),
    path("s/print-only/", print_only.print_only, name="print-only"),
    path("i/<str:link>/", invitation.open_link, name="invited"),
    path("kiosk/", kiosk.enter, name="kiosk"),
    path("kiosk/welcome/", kiosk.welcome, name="kiosk-welcome"),
    path("kiosk/blank/", kiosk.blank, name="kiosk-blank"),
    path("kiosk/end/", kiosk.end, name="kiosk-end"),
]
