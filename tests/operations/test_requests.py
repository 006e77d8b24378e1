"""What every page promises: it is not kept, not framed, not readable from elsewhere, and no answers go to the
log."""

from __future__ import annotations

import json
import logging
import sys

import pytest
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import include, path
from django.views.debug import ExceptionReporter
from pytest_django import Settings

from screening import urls as real_urls
from screening.core import logs
from screening.core.middleware import (
    PrivacyHeadersMiddleware,
    ReadWholeRequestMiddleware,
    RequestIdMiddleware,
)

handler400, handler500 = real_urls.handler400, real_urls.handler500
pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.operations.test_requests")]

SECRET = "SECRETANSWER"


def fine(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{request.request_id} " + "words " * 200)  # type: ignore[attr-defined]


def broken(request: HttpRequest) -> HttpResponse:
    answer = request.POST.get("answer", "")
    raise ValueError(f"cannot read {answer}")


def suspicious(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation(request.GET.get("answer", ""))


urlpatterns = [
    path("fine/", fine),
    path("broken/", broken),
    path("suspicious/", suspicious),
    path("", include("screening.urls")),
]


@pytest.mark.parametrize("address", ["/fine/", "/missing/", "/accounts/login/"])
def test_every_page_carries_the_headers_that_keep_it_private(client: Client, address: str) -> None:
    headers = client.get(address).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy


def test_every_request_has_its_own_id_also_in_the_answer(client: Client) -> None:
    first, second = client.get("/fine/"), client.get("/fine/")
    assert first.content.decode().startswith(first["X-Request-Id"])
    assert first["X-Request-Id"] != second["X-Request-Id"]


def test_pages_are_compressed(client: Client) -> None:
    assert client.get("/fine/", headers={"accept-encoding": "gzip"})["Content-Encoding"] == "gzip"


def test_an_oversized_field_is_refused_not_an_error(client: Client) -> None:
    assert client.post("/broken/", {"answer": "x" * 1_000_000}).status_code == 413


def test_an_oversized_form_is_heard_out_so_that_the_browser_shows_why(rf: RequestFactory) -> None:
    request = rf.post("/broken/", {"answer": "x" * 1_000_000})
    assert ReadWholeRequestMiddleware(lambda _: HttpResponse(status=413))(request).status_code == 413
    assert request.read() == b""


def test_too_many_fields_are_refused_not_an_error(client: Client) -> None:
    assert client.post("/broken/", {str(number): "" for number in range(2000)}).status_code == 413


def test_a_request_is_logged_by_its_path_alone(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="screening.requests"):
        client.get(f"/fine/?answer={SECRET}")
    (line,) = written(caplog, "screening.requests")
    assert (line["method"], line["path"], line["status"]) == ("GET", "/fine/", 200)
    assert SECRET not in json.dumps(line)


def test_an_error_is_logged_without_what_the_patient_typed(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    client.raise_request_exception = False
    answer = client.post("/broken/", {"answer": SECRET})
    assert answer.status_code == 500
    assert SECRET not in answer.content.decode()
    (line,) = written(caplog, "django.request")
    assert line["error"] == "ValueError"
    assert line["through"][-1].startswith("tests/operations/test_requests.py:")
    assert SECRET not in json.dumps(written(caplog, ""))


def test_a_refused_request_is_logged_without_its_query(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    assert client.get(f"/suspicious/?answer={SECRET}").status_code == 400
    assert SECRET not in json.dumps(written(caplog, ""))


def written(caplog: pytest.LogCaptureFixture, logger: str) -> list[dict[str, object]]:
    """The lines as they stand in the log, of this logger and those below it."""
    records = [record for record in caplog.records if record.name.startswith(logger)]
    return [json.loads(logs.JsonFormatter().format(record)) for record in records]


@pytest.mark.parametrize("debug", [True, False])
def test_an_error_report_holds_no_posted_value_and_no_variable(
    rf: RequestFactory, settings: Settings, debug: bool
) -> None:
    settings.DEBUG = debug
    request = rf.post("/broken/", {"answer": SECRET}, headers={"cookie": f"token={SECRET}"})
    try:
        broken(request)
    except ValueError:
        kind, _, tb = sys.exc_info()
        reporter = ExceptionReporter(request, kind, ValueError("without words"), tb)
    assert SECRET not in reporter.get_traceback_html()
    assert SECRET not in reporter.get_traceback_text()


def test_static_files_may_be_kept(rf: RequestFactory) -> None:
    answer = PrivacyHeadersMiddleware(lambda _: HttpResponse(headers={"Cache-Control": "immutable"}))(
        rf.get("/static/a.css")
    )
    assert answer["Cache-Control"] == "immutable"


def test_outside_a_request_there_is_no_request_id(rf: RequestFactory) -> None:
    RequestIdMiddleware(lambda _: HttpResponse())(rf.get("/"))
    assert logs.request_id.get() == ""
