"""A bad line for the browser's tests: with `BAD_LINE=0.3` every page comes that many seconds late, in pieces.

A test that reads a page before it is there passes by luck on a fast computer; on a bad line it always fails.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

SECONDS = float(os.environ.get("BAD_LINE") or 0)


class BadLineMiddleware:
    """Holds back each page that a browser asks for, and each piece of it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if "Mozilla" not in request.headers.get("User-Agent", "") or not isinstance(response, HttpResponse):
            return response
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            return response
        late = StreamingHttpResponse(
            _pieces(response.content), status=response.status_code, headers=response.headers
        )
        late.cookies = response.cookies
        return late


def _pieces(page: bytes) -> Iterator[bytes]:
    """First too little to be a page at all, then half of it, then the rest."""
    for begin, end in ((0, 9), (9, len(page) // 2), (len(page) // 2, len(page))):
        time.sleep(SECONDS)
        yield page[begin:end]
