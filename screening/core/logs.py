"""Logs without health data: one JSON line an event, with the request's id, and never an answer.

Error messages can quote what a patient typed, so an exception is logged as its type and the lines it came
through, without its message. Query strings, posted values and the variables of stack frames are never
written, nor is the key in the link of an invitation.
"""

from __future__ import annotations

import json
import logging
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter

from screening.core import secret_links

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request now being answered; empty outside one."""
_ROOT = str(Path(__file__).resolve().parents[2])
_FIELDS = ("method", "path", "status", "milliseconds", "error", "seal", "code")


class JsonFormatter(logging.Formatter):
    """One event as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        event: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _describe_event(record),
        }
        if current := request_id.get():
            event["request"] = current
        event.update({name: getattr(record, name) for name in _FIELDS if hasattr(record, name)})
        if record.exc_info and record.exc_info[0]:
            event["error"] = record.exc_info[0].__name__
            event["through"] = _list_lines(record.exc_info[2])
        return json.dumps({name: _mask(value) for name, value in event.items()}, ensure_ascii=False)


def _mask(value: Any) -> Any:
    return secret_links.mask_secrets(value) if isinstance(value, str) else value


def _describe_event(record: logging.LogRecord) -> str:
    """The message without a query string; an exception's own words, which Django sometimes logs, are left
    out."""
    message = record.getMessage()
    error_text = str(record.exc_info[1]) if record.exc_info else ""
    return "refused or failed" if error_text and error_text in message else message.partition("?")[0]


class NoAnswersFilter(SafeExceptionReporterFilter):
    """Error reports without posted values, cookies, headers or variables: those can be answers."""

    def is_active(self, request: HttpRequest | None) -> bool:
        return True

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        return {}

    def get_traceback_frame_variables(self, request: HttpRequest | None, tb_frame: Any) -> Any:
        return []

    def get_safe_request_meta(self, request: HttpRequest | None) -> dict[str, Any]:
        return {}

    def get_safe_cookies(self, request: HttpRequest | None) -> dict[str, Any]:
        return {}


def _list_lines(tb: TracebackType | None) -> list[str]:
    """Where an error came through: "screening/actions/submissions.py:41 submit", outermost first."""
    return [
        f"{frame.filename.removeprefix(_ROOT + '/')}:{frame.lineno} {frame.name}"
        for frame in traceback.StackSummary.extract(traceback.walk_tb(tb), lookup_lines=False)
    ]
