"""Addresses of the comforts around the journey. None holds an id or a name; the link of an invitation holds its key."""

from django.urls import path

from screening.patient import contact_request, invitation, kiosk, print_only

urlpatterns = [
    path("contact/", contact_request.ask, name="contact"),
    path("contact/sent/", contact_request.sent, name="contact-sent"),
    path("s/print-only/", print_only.print_only, name="print-only"),
    path("i/<str:link>/", invitation.open_link, name="invited"),
    path("kiosk/", kiosk.enter, name="kiosk"),
    path("kiosk/welcome/", kiosk.welcome, name="kiosk-welcome"),
    path("kiosk/blank/", kiosk.blank, name="kiosk-blank"),
    path("kiosk/end/", kiosk.end, name="kiosk-end"),
]
