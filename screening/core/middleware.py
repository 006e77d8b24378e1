"""What every request gets: an id, a log line, and headers that keep its page private."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from questionnaire.http import Request
from screening.core import logs, secret_links

Handler = Callable[[HttpRequest], HttpResponse]
log = logging.getLogger("screening.requests")


class RequestIdMiddleware:
    """Gives the request its id (`request.request_id`, header X-Request-Id) and logs how it ended: path, no
    query."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = str(uuid.uuid4())
        cast("Request", request).request_id = number
        token = logs.request_id.set(number)
        began = time.perf_counter()
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = logs.request_id.get()
            _log_request(request, response, began)
            return response
        finally:
            logs.request_id.reset(token)


class ReadWholeRequestMiddleware:
    """Takes in what is left of an oversized form: a browser shows why it was refused only once it has sent it
    all."""

    MOST = 8 * 1024 * 1024
    PIECE = 64 * 1024

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code >= 400 and request.method == "POST":
            with suppress(OSError):
                taken = 0
                while taken < self.MOST and (piece := request.read(self.PIECE)):
                    taken += len(piece)
        return response


class PrivacyHeadersMiddleware:
    """No page is kept by a browser or a proxy, used by another site, or given a device it does not need."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith(settings.STATIC_URL):
            response["Cache-Control"] = "no-store"
        if secret_links.holds_a_secret(request.path):
            response["Referrer-Policy"] = secret_links.REFERRER
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["Permissions-Policy"] = settings.PERMISSIONS_POLICY
        return response


def _log_request(request: HttpRequest, response: HttpResponse, began: float) -> None:
    log.info(
        "answered",
        extra={
            "method": request.method,
            "path": request.path,
            "status": response.status_code,
            "milliseconds": round((time.perf_counter() - began) * 1000, 1),
        },
    )
