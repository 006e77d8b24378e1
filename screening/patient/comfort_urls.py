"""Addresses of the comforts around the journey. None holds an id or a name."""

from django.urls import path

from screening.patient import contact

urlpatterns = [
    path("contact/", contact.ask, name="contact"),
    path("contact/sent/", contact.sent, name="contact-sent"),
]
