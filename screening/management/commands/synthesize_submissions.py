"""Fills the desk with made-up patients, for demos and for measuring load."""

from argparse import ArgumentParser
from time import perf_counter
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from questionnaire.actions import publishing
from screening.actions.synthesis import BATCH, synthesize_submissions, synthesize_submissions_in_parallel
from screening.demo.made_up_reviews import review_submissions

WORTH_SHARING = 5 * BATCH
"""From here on it pays to start more processes."""


class Command(BaseCommand):
    help = "Add N plausible submitted screenings of made-up people, judged like real ones."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", metavar="N", type=int)
        parser.add_argument("--seed", type=int, default=0, help="the same seed makes the same people")
        parser.add_argument(
            "--reviewer", metavar="NAME", help="an account that decided most of the older ones"
        )
        parser.add_argument("--questionnaire", metavar="SLUG", default="ketamine")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError for a number or questionnaire that cannot be used."""
        version = publishing.find_published(options["questionnaire"])
        if version is None:
            raise CommandError("No questionnaire is published: run `python manage.py bootstrap`")
        if options["number"] < 1:
            raise CommandError("N is how many to add: at least 1")
        reviewer = self._load_reviewer(options["reviewer"]) if options["reviewer"] else None
        began = perf_counter()
        in_parallel = options["number"] >= WORTH_SHARING and not _is_in_memory()
        write = synthesize_submissions_in_parallel if in_parallel else synthesize_submissions
        done = write(version=version, number=options["number"], seed=options["seed"], now=timezone.now())
        seconds = perf_counter() - began
        self.stdout.write(f"{done} submissions added in {seconds:.1f} s ({done / seconds:,.0f} a second)")
        if reviewer:
            decided = review_submissions(
                reviewer=reviewer, number=min(done, 2_000), seed=options["seed"], now=timezone.now()
            )
            self.stdout.write(f"{decided} of them decided by {reviewer.get_username()}")

    def _load_reviewer(self, username: str) -> User:
        try:
            return User.objects.get(username=username)
        except User.DoesNotExist:
            raise CommandError(f"There is no account {username}") from None


def _is_in_memory() -> bool:
    """Whether only this process sees the database, as in tests."""
    return connection.vendor == "sqlite" and connection.is_in_memory_db()  # type: ignore[attr-defined]
