"""How much slower the desk gets with a clinic's history: the queue at 1,000 and at many submissions, on PostgreSQL.

`python -m tests.bench_desk [200000]`. Made-up submissions, copied in the database so that there are enough of them.
"""

from __future__ import annotations

import os
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ.setdefault("TEST_DATABASE", "postgresql")
os.environ.setdefault("LOG_LEVEL", "ERROR")

FEW, PAGE_NUMBER, ROUNDS = 1_000, 1_000, 30

COPY_SUBMISSIONS = """
INSERT INTO screening_submission ({columns})
SELECT {values} FROM screening_submission original, generate_series(1, %s) copy WHERE original.id <= %s
"""
COPY_FLAGS = """
INSERT INTO screening_raisedflag (submission_id, code, topic, severity, verdict, because, position, opinion)
SELECT s.id, f.code, f.topic, f.severity, f.verdict, f.because, f.position, f.opinion
FROM screening_submission s JOIN screening_raisedflag f ON f.submission_id = s.revision
WHERE s.id > %s AND f.position %% 4 = 0
"""


def main() -> None:
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("bootstrap", verbosity=0)
    call_command("synthesize_submissions", FEW, seed=1, verbosity=0)
    with connection.cursor() as cursor:
        # nearly everything is done; the open work of a busy day stays the same
        cursor.execute("UPDATE screening_submission SET desk = CASE WHEN mod(id, 10) = 0 THEN desk ELSE 'done' END")
        cursor.execute("ANALYZE")
    from tests.staff.people import browser_of, member

    client = browser_of(member("bench"))
    few = measured(client)
    multiply(many // FEW - 1)
    lots = measured(client)
    print(f"{'':34}{FEW:>10,}{many:>12,}   times")
    for name, seconds in few.items():
        print(f"{name:34}{seconds * 1e3:8.1f} ms{lots[name] * 1e3:9.1f} ms{lots[name] / seconds:8.2f}")
    print(f"{f'page {PAGE_NUMBER:,} of what is done':34}{'':>11}{deep(client) * 1e3:9.1f} ms")


def multiply(times: int) -> None:
    """Copy every submission this often: other keys, references and times, the same answers."""
    from django.db import connection

    from screening.models import Submission

    last = Submission.objects.order_by("-id").values_list("id", flat=True).first() or 0
    changed = {
        "uuid": "gen_random_uuid()",
        "token_hash": "NULL",
        "revision": "original.id",
        "desk": "'done'",
        "reference": reference_of("(original.id * 1000 + copy)"),
        "submitted_at": "original.submitted_at - copy * interval '13 hours'",
    }
    names = [field.column for field in Submission._meta.local_concrete_fields if field.column != "id"]
    values = [changed.get(name, f"original.{name}") for name in names]
    with connection.cursor() as cursor:
        cursor.execute(COPY_SUBMISSIONS.format(columns=", ".join(names), values=", ".join(values)), [times, last])
        cursor.execute(COPY_FLAGS, [last])
        cursor.execute("ANALYZE")


def reference_of(number: str) -> str:
    """SQL that writes a number in the thirty letters of a reference."""
    letters = "'23456789ABCDEFGHJKMNPQRSTUVWXYZ'"
    digits = [f"substr({letters}, (1 + ({number} / {30**place}) %% 30)::int, 1)" for place in range(5, -1, -1)]
    return f"{' || '.join(digits[:3])} || '-' || {' || '.join(digits[3:])}"


def measured(client: object) -> dict[str, float]:
    from screening.models import Submission

    reference = Submission.objects.filter(desk="new").values_list("reference", flat=True).first()
    addresses = {
        "queue": "/staff/",
        "new": "/staff/?state=new",
        "done, first page": "/staff/?state=done",
        "one flag, done": "/staff/?state=done&flag=clarify-bp-symptoms",
        "severity and topic": "/staff/?severity=high&topic=heart",
        "one submission": f"/staff/{reference}/",
    }
    return {name: seconds(client, address) for name, address in addresses.items()}


def seconds(client: object, address: str) -> float:
    """The best of some rounds, after a first one that fills the caches: other work of the machine is not counted."""
    times = []
    for _round in range(ROUNDS + 1):
        began = time.perf_counter()
        response = client.get(address)  # type: ignore[attr-defined]
        assert response.status_code == 200, (address, response.status_code)
        times.append(time.perf_counter() - began)
    return min(times[1:])


def deep(client: object) -> float:
    from screening.models import Submission
    from screening.staff.listing import PAGE

    done = Submission.objects.filter(desk="done").order_by("-submitted_at", "-id")
    place = min(PAGE * (PAGE_NUMBER - 1), done.count() - PAGE)
    return seconds(client, f"/staff/?state=done&after={done.values_list('reference', flat=True)[place]}")


if __name__ == "__main__":
    main()
