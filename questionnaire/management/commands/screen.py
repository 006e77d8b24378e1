"""Judges answer sets with the published questionnaire. Saves nothing, and needs no keys."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser

from questionnaire import rules
from questionnaire.actions import publishing
from questionnaire.definition import Definition
from questionnaire.management.readiness import BAD_INPUT, NOT_READY, require_database
from questionnaire.models import Version
from questionnaire.rules import answers

OUTCOME = "discuss-with-your-physician"
"""The only outcome there is."""


class Command(BaseCommand):
    help = (
        "Judges one answer set {link-id: value} (or, with --jsonl, one per line) and prints one JSON "
        "object for each."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="a file of JSON, or - for standard input")
        parser.add_argument("--questionnaire", default="ketamine", metavar="SLUG")
        parser.add_argument(
            "--jsonl", action="store_true", help="one answer set a line in, one result a line out"
        )

    def handle(self, *, file: str, questionnaire: str, jsonl: bool, **options: Any) -> None:
        version, definition = _published(questionnaire)
        with _open_input(file) as stream:
            if jsonl:
                self._judge_lines(stream, file, version, definition)
                return
            try:
                self._print(_judge(_decode(_read_all(stream, file)), version, definition))
            except AnswerSetError as error:
                _refuse(f"{file}{error.where}: {error}")

    def _judge_lines(self, stream: BinaryIO, file: str, version: Version, definition: Definition) -> None:
        """One line out for every line in: a bad line never keeps the patients after it from being judged."""
        number = failed = 0
        for number, line in _read_lines(stream, file):
            try:
                self._print(_judge(_decode(line), version, definition))
            except AnswerSetError as error:
                failed += 1
                self._print(json.dumps({"error": f"line {number}: {error}"}))
            except Exception as error:  # a fault of ours in one set: the others are judged all the same
                failed += 1
                self._print(
                    json.dumps({"error": f"line {number}: could not be judged ({type(error).__name__})"})
                )
        if failed:
            _refuse(
                f"{file}: {failed} of {number} lines could not be judged, each with its error in its place"
            )

    def _print(self, line: str) -> None:
        try:
            self.stdout.write(line)
        except BrokenPipeError:  # the reader has seen enough, as in `… | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise SystemExit(0) from None


def build_result(
    version_number: int, definition: Definition, given: dict[str, answers.Value]
) -> dict[str, Any]:
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


@require_database()
def _published(slug: str) -> tuple[Version, Definition]:
    version = publishing.find_published(slug)
    if version is not None:
        return version, publishing.load_definition(version.pk)
    if not Version.objects.exists():
        _refuse(f"the database has no questionnaire yet: {NOT_READY}")
    _refuse(f'there is no published questionnaire "{slug[:80]}"')


def _judge(text: str, version: Version, definition: Definition) -> str:
    """The result for this JSON text, as one line of JSON. Raises AnswerSetError."""
    try:
        known = answers.read_answers(definition, _parse(text))
    except answers.AnswerError as error:
        raise AnswerSetError(str(error)) from None
    return json.dumps(build_result(version.number, definition, known))


class AnswerSetError(ValueError):
    """One answer set that cannot be judged. The message is one line and quotes no answer but a key."""

    where = ""

    def __init__(self, message: str, *, where: str = "") -> None:
        super().__init__(" ".join(message.split()))
        self.where = where


# Reading ----------------------------------------------------------------------------------------------------


def _open_input(file: str) -> AbstractContextManager[BinaryIO]:
    if file == "-":
        text = sys.stdin
        return nullcontext(
            text.buffer if isinstance(text, io.TextIOWrapper) else io.BytesIO(text.read().encode())
        )
    try:
        return Path(file).open("rb")
    except (OSError, ValueError) as error:
        _refuse(f"{file[:200]}: cannot be read ({getattr(error, 'strerror', None) or error})")


def _read_all(stream: BinaryIO, file: str) -> bytes:
    try:
        return stream.read()
    except OSError as error:
        _refuse(f"{file}: cannot be read ({error.strerror})")


def _read_lines(stream: BinaryIO, file: str) -> Iterator[tuple[int, bytes]]:
    """Each line with its number. Blank lines at the end are none; one before the end is a line that holds
    nothing."""
    blank = 0
    try:
        for number, line in enumerate(stream, 1):
            if not line.strip():
                blank += 1
                continue
            yield from ((number - before, b"") for before in range(blank, 0, -1))
            blank = 0
            yield number, line
    except OSError as error:
        _refuse(f"{file}: cannot be read ({error.strerror})")


def _decode(line: bytes) -> str:
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = line.count(b"\n", 0, error.start) + 1
        raise AnswerSetError("is not UTF-8 text", where=f", line {number}") from None


def _parse(text: str) -> dict[str, object]:
    """The object in this JSON text. Raises AnswerSetError."""
    try:
        value = json.loads(text, object_pairs_hook=_refuse_repeated_keys, parse_constant=_refuse_constant)
    except _RepeatedKeyError as error:
        raise AnswerSetError(f'the key "{str(error)[:80]}" stands twice') from None
    except json.JSONDecodeError as error:
        raise AnswerSetError(
            f"is not JSON ({error.msg} at line {error.lineno}, column {error.colno})"
        ) from None
    except (ValueError, RecursionError) as error:
        raise AnswerSetError(f"is not JSON that can be read ({str(error)[:200]})") from None
    if not isinstance(value, dict):
        raise AnswerSetError('expected an object, {"link-id": value, …}')
    return value


class _RepeatedKeyError(ValueError):
    """A key that stands twice in one JSON object."""


def _refuse_repeated_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    by_key = dict(pairs)
    if len(by_key) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _RepeatedKeyError(next(key for place, key in enumerate(keys) if key in keys[:place]))
    return by_key


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _refuse(line: str) -> NoReturn:
    raise CommandError(" ".join(line.split()), returncode=BAD_INPUT)
