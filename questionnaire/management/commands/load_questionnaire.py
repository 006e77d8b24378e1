"""Loads the readable native file as a draft and, if asked, publishes it through the same gate as the
editor."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from questionnaire import yaml_file
from questionnaire.actions import publishing
from questionnaire.checks.problem import Problem
from questionnaire.definition import Definition
from questionnaire.document_place import DocumentError
from questionnaire.management.readiness import require_database
from questionnaire.models import Version

ACTOR = "command line"


class Command(BaseCommand):
    help = (
        "Loads a questionnaire from its YAML file as a new draft; with --publish, publishes it if "
        "nothing stops it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--publish", action="store_true")

    @require_database()
    def handle(self, *, file: str, publish: bool, **options: Any) -> None:
        definition = _definition(file)
        current = publishing.find_published(definition.slug)
        if current and publishing.load_definition(current.pk) == definition:
            self.stdout.write(f"{current} already says this; nothing to do")
            return
        if (
            current
        ):  # the draft stays, whatever keeps it back: patients are asked the version they were asked before
            version = self._draft(definition, file)
            self._publish(version, "stays a draft, to be finished in the editor") if publish else None
        else:
            with transaction.atomic():
                version = self._draft(definition, file)
                self._publish(version, "cannot be published; nothing was saved") if publish else None
        self.stdout.write(f"{version} {'published' if publish else 'loaded as a draft'}")

    def _draft(self, definition: Definition, file: str) -> Version:
        try:
            return publishing.create_draft(
                definition=definition, actor=ACTOR, now=timezone.now(), note=f"loaded from {Path(file).name}"
            )
        except publishing.NotStorableError as error:
            raise CommandError(_listed(file, error.problems)) from None

    def _publish(self, version: Version, otherwise: str) -> None:
        signature = publishing.Signature(reason=version.note)
        try:
            publishing.publish(version=version, actor=ACTOR, now=timezone.now(), signature=signature)
        except publishing.NotPublishableError as error:
            raise CommandError(_listed(f"{version} {otherwise}", error.problems)) from None


def _definition(file: str) -> Definition:
    try:
        text = Path(file).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise CommandError(f"{file}: is not UTF-8 text", returncode=2) from None
    except (OSError, ValueError) as error:
        raise CommandError(
            f"{file}: cannot be read ({getattr(error, 'strerror', error)})", returncode=2
        ) from None
    try:
        return yaml_file.read_yaml(text, file=file)
    except DocumentError as error:
        raise CommandError(str(error), returncode=2) from None


def _listed(heading: str, problems: tuple[Problem, ...]) -> str:
    return "\n".join([f"{heading}:", *(f"  {problem}" for problem in problems)])
