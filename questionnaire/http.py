"""Answers to a browser that Django does not have."""

from django.http import HttpResponseRedirect


class SeeOther(HttpResponseRedirect):
    """303: the answer to a form that was saved, so that Back and reload send nothing twice."""

    status_code = 303
