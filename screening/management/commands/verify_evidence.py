"""Judges an evidence file again: were the questions changed, do the flags follow from the answers?"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from screening.reports.evidence import find_faults


class Command(BaseCommand):
    help = (
        "Check one file of export_evidence (or of the desk): exit 1 and a sentence for each thing that "
        "does not hold."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError with the first thing that does not hold."""
        try:
            packet = json.loads(options["file"].read_text(encoding="utf-8"))
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}") from None
        except ValueError:
            raise CommandError(f"{options['file']} is not JSON") from None
        if faults := find_faults(packet):
            raise CommandError("; ".join(faults))
        self.stdout.write("It holds: the questions are as published and every flag follows from the answers")
