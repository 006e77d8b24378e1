"""`make bench`: the desk with 200,000 submissions against the desk with 1,000, on PostgreSQL, in one run.

Keyset pages cost the same wherever they are: their ratio has to stay at or below 1.5, and the filters have to
be answered from an index, or the benchmark fails. Then a draft's impact on all of them is timed.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.test import Client

    from screening.models import Submission

SMALL, LARGE = 1_000, 200_000
PAGE = 50
THOUSANDTH = 1_000
MOST = 1.5
PROMISED = ("queue, all groups", "queue, first page", "queue, 1,000th page")
"""What has to cost the same at any size; the rest is told, not judged."""
ROUNDS = 15
MOST_SECONDS_AGAIN = 180
"""For the impact of a draft on 100,000 past submissions."""
FILTERS = (
    "state=now",
    "state=new",
    "state=done",
    "flag=suicidal-thoughts",
    "flag=suicidal-thoughts&state=new",
)
"""What has to be found through an index when there are many."""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        set_up(folder)
        compare()


def compare() -> None:
    small = {name: measure(look) for name, look in looks(SMALL).items()}
    print(f"{fill(LARGE - SMALL):,.0f} made-up submissions a second, by the command")
    slow = []
    for name, look in looks(LARGE).items():
        seconds, before = measure(look), small[name]
        ratio = seconds / before
        print(
            f"{name}: {before * 1e3:.1f} ms at {SMALL:,}, {seconds * 1e3:.1f} ms at {LARGE:,}: "
            f"{ratio:.2f} times"
        )
        slow += [name] if name in PROMISED and ratio > MOST else []
    if slow:
        sys.exit(f"slower than {MOST} times: {', '.join(slow)}")
    if unindexed := [query for query in FILTERS if "Seq Scan on screening_submission" in plan(query)]:
        sys.exit(f"read without an index: {', '.join(unindexed)}")
    print(f"{len(FILTERS)} filters on state and flag are answered from an index at {LARGE:,}")
    seconds = judged_again() * 100_000 / LARGE
    print(f"impact of a draft: {seconds:.0f} s for 100,000 past submissions")
    if seconds > MOST_SECONDS_AGAIN:
        sys.exit(f"judging 100,000 again took more than {MOST_SECONDS_AGAIN} s")


def judged_again() -> float:
    """Seconds until every submission was judged again under a draft, on every core."""
    from django.utils import timezone

    from questionnaire.actions import drafts, publishing
    from screening.queries.impact import judge_past_submissions

    published = publishing.find_published("ketamine")
    assert published
    shipped = publishing.load_definition(published.pk)
    draft = publishing.create_draft(definition=shipped, actor="user:1", now=timezone.now())
    began = time.perf_counter()
    result = judge_past_submissions(draft, drafts.read_draft(draft))
    seconds = time.perf_counter() - began
    assert result["submissions"]["judged"] == LARGE, result["submissions"]["judged"]
    return seconds


def plan(query: str) -> str:
    """How PostgreSQL means to find the first page of this filter, left to itself."""
    from django.contrib.auth.models import User
    from django.http import QueryDict

    from screening.queries.filters import QueueFilters

    filters = QueueFilters(QueryDict(query))
    assert filters.is_valid(), filters.errors
    rows = filters.find_rows(User.objects.get(username="bench"))
    return rows.order_by("submitted_at", "id")[:PAGE].explain()


def set_up(folder: str) -> None:
    """A fresh PostgreSQL with the shipped questionnaire, one reviewer, and the small number of
    submissions."""
    from screening.core.keys import lend_keys
    from tests import postgresql

    database = os.environ.get("TEST_DATABASE_URL") or postgresql.start()
    os.environ.update(DATABASE_URL=database, DEMO="1", REQUIRE_MFA="0", STATIC_ROOT=folder, LOG_LEVEL="ERROR")
    os.environ["DJANGO_SETTINGS_MODULE"] = "screening.settings"
    lend_keys()
    import django

    django.setup()
    from django.contrib.auth.models import Group, User
    from django.core.management import call_command

    call_command("bootstrap", verbosity=0, stdout=io.StringIO())
    call_command("collectstatic", interactive=False, verbosity=0)
    User.objects.create_user("bench").groups.add(Group.objects.get(name="Reviewer"))
    fill(SMALL)


def fill(number: int) -> float:
    """Add this many through the command, and let PostgreSQL learn about them. Returns how many a second."""
    from django.core.management import call_command
    from django.db import connection

    began = time.perf_counter()
    call_command("synthesize_submissions", str(number), "--seed", str(number), stdout=io.StringIO())
    seconds = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return number / seconds


def looks(size: int) -> dict[str, Callable[[], object]]:
    """The pages to measure: the first, the thousandth (or the last there is), a filtered one, a submission,
    figures."""
    client, rows = reviewer(), newest()
    deep = rows[min(THOUSANDTH * PAGE, size - PAGE * 2)].reference
    return {
        "queue, all groups": lambda: get(client, "/staff/"),
        "queue, first page": lambda: get(client, "/staff/?state=new"),
        "queue, 1,000th page": lambda: get(client, f"/staff/?since=2000-01-01&after={deep}"),
        "queue, by flag": lambda: get(client, "/staff/?flag=suicidal-thoughts"),
        "submission": lambda: get(client, f"/staff/{deep}/"),
        "overview": lambda: get(client, "/staff/overview/"),
    }


def newest() -> QuerySet[Submission]:
    from screening.models import Submission

    return Submission.objects.order_by("-submitted_at", "-id").only("reference")


def reviewer() -> Client:
    from django.contrib.auth.models import User
    from django.test import Client

    client = Client(HTTP_HOST="localhost")
    client.force_login(User.objects.get(username="bench"))
    return client


def get(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)


def measure(look: Callable[[], object]) -> float:
    """The quickest of some rounds, after a warm-up: what the page costs when nothing else is in its way."""
    times = []
    for round_ in range(ROUNDS + 2):
        began = time.perf_counter()
        look()
        if round_ >= 2:
            times.append(time.perf_counter() - began)
    return min(times)


if __name__ == "__main__":
    main()
