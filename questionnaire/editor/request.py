"""A request as the editor's views get it: somebody is signed in, and may open the page."""

from django.contrib.auth.models import User
from django.http import HttpRequest


class EditorRequest(HttpRequest):
    """What `access.require_editor` lets through. Only a type: no request is ever made of this class."""

    user: User
