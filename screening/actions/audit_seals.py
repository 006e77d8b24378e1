"""Sealing the record of events in batches, and finding what was changed, removed or put in since.

A seal covers the events that are there and not sealed yet, by id, and the seal before it. Events that a
slower transaction commits later, with a smaller id, get into the next seal; after `LATE` nothing may appear
there any more.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Generator, Iterable, Iterator
from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction

from screening.actions import audit
from screening.core import encryption
from screening.models import AuditEvent, AuditSeal

LATE = timedelta(minutes=15)
"""How long after an event's time it may still arrive. No request runs that long."""
_PURPOSE = "audit-seal"
MOST = 5_000
"""Events in one seal."""

log = logging.getLogger("screening.actions.audit")
Ranges = list[list[int]]


@transaction.atomic
def seal(*, now: datetime) -> AuditSeal | None:
    """Seal what is not sealed yet. None: nothing is new, or another process was faster."""
    before = list(AuditSeal.objects.order_by("-number")[:1])
    recent = AuditSeal.objects.filter(at__gt=now - 2 * LATE).order_by("number")
    events = _unsealed(before[0].last if before else 0, _gaps(recent))
    if not events:
        return None
    ranges = ranges_of(event.pk for event in events)
    last = max(events[-1].pk, before[0].last if before else 0)
    made = AuditSeal(number=before[0].number + 1 if before else 1, at=now, last=last, ranges=ranges)
    made.digest = digest_of(events)
    made.code = encryption.keyed_hash(words_of(made, before[0].code if before else ""), purpose=_PURPOSE)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        return None
    log.info("audit record sealed", extra={"seal": made.number, "code": made.code})
    return made


def _unsealed(last: int, gaps: list[int]) -> list[AuditEvent]:
    late = list(AuditEvent.objects.filter(pk__in=gaps[-MOST:]).order_by("pk")) if gaps else []
    return late + list(AuditEvent.objects.filter(pk__gt=last).order_by("pk")[:MOST])


def _gaps(seals: Iterable[AuditSeal]) -> list[int]:
    """Ids that these seals passed by: numbers given to a transaction that failed, or that is still at
    work."""
    rows = list(seals)
    if not rows:
        return []
    covered = {number for row in rows for number in numbers_in(row.ranges)}
    first = 1 if rows[0].number == 1 else min(covered)
    return [number for number in range(first, rows[-1].last) if number not in covered]


def ranges_of(numbers: Iterable[int]) -> Ranges:
    """[3, 4, 5, 9] as [[3, 5], [9, 9]]."""
    ranges: Ranges = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ranges


def numbers_in(ranges: Ranges) -> Iterator[int]:
    for first, last in ranges:
        yield from range(first, last + 1)


def digest_of(events: Iterable[AuditEvent]) -> str:
    """One hash of these events in this order, each with its number."""
    total = hashlib.sha256()
    for event in events:
        total.update(f"{event.pk}:{event.check_code}\n".encode())
    return total.hexdigest()


def words_of(made: AuditSeal, before: str) -> str:
    """All that a seal says, with the code of the one before it. Its own code is the keyed hash of this."""
    at = made.at.astimezone(UTC).isoformat(timespec="microseconds")
    return json.dumps([made.number, at, made.last, made.ranges, made.digest, before])


# Checking ---------------------------------------------------------------------------------------------------


def broken_links(*, now: datetime, known: str = "") -> Generator[str, None, None]:
    """In words, what is not as it was recorded, from the first seal on. Nothing: the record is whole.

    `known` is the code of a seal noted down elsewhere: a record cut off before it is broken too.
    """
    covered: set[int] = set()
    previous: AuditSeal | None = None
    for number, made in enumerate(AuditSeal.objects.order_by("number").iterator(), start=1):
        if made.number != number:
            yield f"seal {number} was removed"
            return
        words = words_of(made, previous.code if previous else "")
        if not encryption.is_keyed_hash(made.code, words, purpose=_PURPOSE):
            yield f"seal {number} was changed"
            return
        yield from _broken_in(made)
        covered.update(numbers_in(made.ranges))
        known = "" if known == made.code else known
        previous = made
    if known:
        yield "the seal noted down elsewhere is not in the record: its end was removed"
    yield from _broken_outside(covered, previous.last if previous else 0, now)


def _broken_in(made: AuditSeal) -> Iterator[str]:
    wanted = list(numbers_in(made.ranges))
    rows = AuditEvent.objects.filter(pk__gte=min(wanted), pk__lte=max(wanted))
    events = {event.pk: event for event in rows.iterator()}
    found = False
    for number in wanted:
        words = _fault(events.get(number), number)
        found = found or bool(words)
        if words:
            yield words
    if not found and digest_of(events[number] for number in wanted) != made.digest:
        yield f"events of seal {made.number} were replaced by other events"


def _fault(event: AuditEvent | None, number: int) -> str:
    if event is None:
        return f"event {number} was removed"
    return "" if audit.is_as_written(event) else f"event {number} was changed"


def _broken_outside(covered: set[int], last: int, now: datetime) -> Iterator[str]:
    """Events that no seal covers: new ones have to be as they were written, and none may be late."""
    for event in AuditEvent.objects.order_by("pk").iterator():
        if event.pk in covered:
            continue
        if not audit.is_as_written(event):
            yield f"event {event.pk} was inserted or changed"
        elif event.pk < last and now - event.at > LATE:
            yield f"event {event.pk} was inserted"
