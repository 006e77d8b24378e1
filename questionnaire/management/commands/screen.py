"""Judges answer sets with the published questionnaire. Saves nothing, and needs no keys."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, NoReturn, TextIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from questionnaire import rules
from questionnaire.actions import publishing
from questionnaire.definition import Definition
from questionnaire.management.readiness import BAD_INPUT, NOT_READY, prepared_database
from questionnaire.models import Version
from questionnaire.rules import answers

OUTCOME = "discuss-with-your-physician"
"""The only outcome there is."""


class Command(BaseCommand):
    help = (
        "Judges one answer set {link-id: value} (or, with --jsonl, one per line) and prints one JSON object for each."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="a file of JSON, or - for standard input")
        parser.add_argument("--questionnaire", default="ketamine", metavar="SLUG")
        parser.add_argument("--jsonl", action="store_true", help="one answer set a line in, one result a line out")

    def handle(self, *, file: str, questionnaire: str, jsonl: bool, **options: Any) -> None:
        version, definition = _published(questionnaire)
        with _opened(file) as stream:
            if jsonl:
                self._judge_lines(stream, file, version, definition)
            else:
                self._print(_judge(_parsed(_text_of(stream, file), file), file, version, definition))

    def _judge_lines(self, stream: TextIO, file: str, version: Version, definition: Definition) -> None:
        for number, line in _lines(stream, file):
            where = f"{file}, line {number}"
            self._print(_judge(_parsed(line, where), where, version, definition))

    def _print(self, line: str) -> None:
        try:
            self.stdout.write(line)
        except BrokenPipeError:  # the reader has seen enough, as in `… | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise SystemExit(0) from None


def result(version_number: int, definition: Definition, given: dict[str, answers.Value]) -> dict[str, Any]:
    """What the rules say about one answer set, in the shape that `screen` prints."""
    assessment = rules.assess(definition, given)
    return {
        "questionnaire": definition.slug,
        "version": version_number,
        "outcome": OUTCOME,
        "flags": [
            {"code": flag.code, "severity": str(flag.severity), "because": list(flag.because)}
            for flag in assessment.flags
        ],
        "cannot_tell": list(assessment.cannot_tell),
        "scores": {
            name: {"at_least": b.at_least, "at_most": b.at_most, "answered": b.answered, "of": b.of}
            for name, b in assessment.scores.items()
        },
        "open": list(assessment.open),
    }


@prepared_database()
def _published(slug: str) -> tuple[Version, Definition]:
    version = publishing.published(slug)
    if version is not None:
        return version, publishing.definition_of(version.pk)
    if not Version.objects.exists():
        _refuse(f"the database has no questionnaire yet: {NOT_READY}")
    _refuse(f'there is no published questionnaire "{slug[:80]}"')


def _judge(given: dict[str, object], where: str, version: Version, definition: Definition) -> str:
    try:
        known = answers.read_all(definition, given)
    except answers.AnswerError as error:
        _refuse(f"{where}: {error}")
    return json.dumps(result(version.number, definition, known))


# Reading --------------------------------------------------------------------------------------------------------------


def _opened(file: str) -> AbstractContextManager[TextIO]:
    if file == "-":
        if isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(encoding="utf-8-sig")
        return nullcontext(sys.stdin)
    try:
        return Path(file).open(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        _refuse(f"{file[:200]}: cannot be read ({getattr(error, 'strerror', None) or error})")


def _text_of(stream: TextIO, file: str) -> str:
    return "".join(line for _, line in _lines(stream, file, blank=True))


def _lines(stream: TextIO, file: str, *, blank: bool = False) -> Iterator[tuple[int, str]]:
    number = 0
    try:
        for number, line in enumerate(stream, 1):
            if blank or line.strip():
                yield number, line
    except UnicodeDecodeError:
        _refuse(f"{file}, line {number + 1}: is not UTF-8 text")
    except OSError as error:
        _refuse(f"{file}: cannot be read ({error.strerror})")


def _parsed(text: str, where: str) -> dict[str, object]:
    try:
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except _Repeated as error:
        _refuse(f'{where}: the key "{str(error)[:80]}" stands twice')
    except json.JSONDecodeError as error:
        _refuse(f"{where}: is not JSON ({error.msg} at line {error.lineno}, column {error.colno})")
    except (ValueError, RecursionError) as error:
        _refuse(f"{where}: is not JSON that can be read ({str(error)[:200]})")
    if not isinstance(found, dict):
        _refuse(f'{where}: expected an object, {{"link-id": value, …}}')
    return found


class _Repeated(ValueError):
    """A key that stands twice in one JSON object."""


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _Repeated(next(key for place, key in enumerate(keys) if key in keys[:place]))
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _refuse(line: str) -> NoReturn:
    raise CommandError(" ".join(line.split()), returncode=BAD_INPUT)
