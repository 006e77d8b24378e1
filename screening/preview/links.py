"""Addresses of a preview: the one that can be given away, and the patient's addresses turned into its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import escape, unescape
from typing import Any

from django.core import signing
from django.http import HttpResponse
from django.urls import Resolver404, resolve, reverse

from questionnaire.models import Version

SHARED_FOR = timedelta(days=7)
"""How long a link works for somebody without an account."""
_SHARED = "editor shared preview"
_LINK = re.compile(r'(?<=\s)(href|action|formaction)="(/[^"#?]*)[^"#]*(#[^"]*)?"')


def write_shared_address(version: Version) -> str:
    """An address that opens this version's preview for a week, without an account."""
    return reverse("preview:shared", args=[signing.dumps(version.pk, salt=_SHARED)])


def find_shared_version(token: str) -> Version | None:
    """The version that this link was made for; None for a link that was changed or is too old."""
    try:
        pk = signing.loads(token, salt=_SHARED, max_age=SHARED_FOR)
    except signing.BadSignature:
        return None
    return Version.objects.select_related("questionnaire").filter(pk=pk).first()


def keep_links_inside(
    response: HttpResponse, find_address: Callable[[str, dict[str, Any]], str]
) -> HttpResponse:
    """The page with every address of a patient's page turned into one of the preview: none leads out of it.

    `find_address`: the preview's address for a patient's address of this name and these parts.
    """

    def turn_inside(link: re.Match[str]) -> str:
        attribute, path, place = link[1], unescape(link[2]), link[3] or ""
        try:
            match = resolve(path)
        except Resolver404:
            return link[0]
        if match.namespace != "patient":
            return link[0]
        return f'{attribute}="{escape(find_address(match.url_name or "", match.kwargs))}{place}"'

    response.content = _LINK.sub(turn_inside, response.content.decode()).encode()
    return response
