"""Writes made-up patients as submissions, in bulk: judged by the function that judges real ones, sealed as
they are.

No name here belongs to anyone; telephone numbers are from the range kept for fiction.
"""

from __future__ import annotations

import gc
import json
import random
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing import get_context
from typing import Any
from uuid import UUID

import django
from django.db import IntegrityError, connection, transaction

from questionnaire.definition import Severity
from questionnaire.models import Version
from questionnaire.rules.states import Verdict
from screening.actions import audit
from screening.actions.alarms import start_alarm
from screening.actions.answer_tally import build_tally
from screening.actions.assessment import AssessedSubmission, assess_known_answers
from screening.core import codes, encryption
from screening.core.actor import SYSTEM
from screening.core.patient_response import PatientResponse
from screening.demo.made_up_people import MadeUpPerson, PeopleMaker
from screening.models import AnswerTally, ClinicSettings, RaisedFlag, Submission
from screening.queries import person_index
from screening.queries.submission import sealing_purpose

BATCH = 1_000
_ATTEMPTS = 5
WEEKS = 12
"""How far back the made-up submissions reach."""

_FIRST = (
    "Ana",
    "Ben",
    "Chloe",
    "Daniel",
    "Elena",
    "Farid",
    "Grace",
    "Hugo",
    "Iris",
    "Jamal",
    "Kim",
    "Luis",
    "Mei",
    "Noor",
)
_LAST = (
    "Abbott",
    "Brooks",
    "Castillo",
    "Dubois",
    "Ekström",
    "Flores",
    "Garcia",
    "Hughes",
    "Ito",
    "Jensen",
    "Kowalski",
)


@dataclass(frozen=True)
class DrawnSubmission:
    """One made-up patient, and the row that submit() would have left behind but for its reference."""

    person: MadeUpPerson
    row: Submission
    assessed: AssessedSubmission


def synthesize_submissions(*, version: Version, number: int, seed: int, now: datetime) -> int:
    """Write this many submissions, sent in the past weeks; called by `synthesize_submissions`. Returns how
    many."""
    return sum(
        _write_batch(version.pk, f"{seed}/{place}", size, now) for place, size in _divide_into_batches(number)
    )


def synthesize_submissions_in_parallel(*, version: Version, number: int, seed: int, now: datetime) -> int:
    """The same people, drawn by as many processes as there are cores, each with its own connection."""
    tasks = [(version.pk, f"{seed}/{place}", size, now) for place, size in _divide_into_batches(number)]
    with ProcessPoolExecutor(mp_context=get_context("spawn"), initializer=django.setup) as pool:
        return sum(pool.map(_write_batch_elsewhere, *zip(*tasks, strict=True)))


def _write_batch_elsewhere(version_id: int, seed: str, size: int, now: datetime) -> int:
    """In a process of its own."""
    # It makes many objects and no reference cycles, so time spent looking for cycles is lost.
    gc.disable()
    return _write_batch(version_id, seed, size, now)


def _divide_into_batches(number: int) -> list[tuple[int, int]]:
    """Place and size of each batch."""
    return [(start // BATCH, min(BATCH, number - start)) for start in range(0, number, BATCH)]


def _write_batch(version_id: int, seed: str, size: int, now: datetime) -> int:
    """Draw and judge a batch, then write it in one short transaction."""
    maker = PeopleMaker(Version.objects.get(pk=version_id), seed)
    settings_id = ClinicSettings.objects.order_by("-id").values_list("id", flat=True).first()
    batch = [_draw_submission(maker, person, settings_id, now) for person in maker.draw_people(size)]
    for _attempt in range(_ATTEMPTS):
        try:
            _write(maker.version, batch, now)
        except IntegrityError:  # another process drew one of these references at the same moment
            continue
        return size
    raise RuntimeError("no free references were found: is something else writing submissions?")


@transaction.atomic
def _write(version: Version, batch: list[DrawnSubmission], now: datetime) -> None:
    for drawn, reference in zip(batch, _draw_free_references(len(batch)), strict=True):
        drawn.row.reference = reference
    Submission.objects.bulk_create([drawn.row for drawn in batch])
    _write_flags(
        {"submission_id": drawn.row.pk, **flag.fields} for drawn in batch for flag in drawn.assessed.flags
    )
    AnswerTally.objects.bulk_create(
        build_tally(version.pk, drawn.person.patient.states, drawn.row.submitted_at or now) for drawn in batch
    )
    audit.record(
        actor=SYSTEM,
        action="submissions.synthesize",
        object_type="version",
        object_id=str(version.pk),
        now=now,
        detail={"number": len(batch)},
    )


def _write_flags(rows: Iterable[dict[str, Any]]) -> None:
    """By COPY where PostgreSQL takes it: most rows of a batch are flags, and inserting them costs more than
    judging."""
    if connection.vendor != "postgresql":
        RaisedFlag.objects.bulk_create(RaisedFlag(**row) for row in rows)
        return
    columns = ("submission_id", "code", "topic", "severity", "verdict", "because", "position", "opinion")
    target = f"COPY {RaisedFlag._meta.db_table} ({', '.join(columns)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(target) as copy:
        for row in rows:
            copy.write_row(
                [*(row[name] for name in columns[:5]), json.dumps(row["because"]), row["position"], ""]
            )


def _draw_submission(
    maker: PeopleMaker, person: MadeUpPerson, settings_id: int | None, now: datetime
) -> DrawnSubmission:
    chance = maker.chance
    sent_at = _draw_moment(chance, now)
    assessed = assess_known_answers(maker.definition, person.patient)
    alarm, priority = start_alarm(assessed, reachable=True)
    row = Submission(
        uuid=UUID(int=random.getrandbits(128), version=4),
        version_id=maker.version.pk,
        settings_id=settings_id,
        state=Submission.State.SUBMITTED,
        assessment=assessed.assessment,
        language=maker.definition.languages[0],
        revision=len(person.asked) + 2,
        started_at=sent_at - timedelta(minutes=chance.randint(6, 45)),
        saved_at=sent_at,
        submitted_at=sent_at,
        alarm=alarm,
        priority=priority,
        **assessed.counts,
    )
    response = PatientResponse(person.answers, frozenset(person.asked), read=_find_interruptions(assessed))
    row.response = response.seal(sealing_purpose(row.uuid, "response"))
    identity = _draw_identity(chance, person.answers.get("age"), sent_at)
    row.identity = encryption.seal(dict(identity), purpose=sealing_purpose(row.uuid, "identity"))
    row.name_phone, row.name_birth = person_index.hash_identity(identity).values()
    return DrawnSubmission(person, row, assessed)


def _find_interruptions(assessed: AssessedSubmission) -> frozenset[str]:
    """The urgent flags this person was shown while filling in, and read."""
    flags = (flag.fields for flag in assessed.flags)
    return frozenset(
        flag["code"]
        for flag in flags
        if flag["severity"] == Severity.URGENT and flag["verdict"] == Verdict.RAISED
    )


def _draw_identity(chance: random.Random, age: object, sent_at: datetime) -> dict[str, str]:
    """Name, phone and a date of birth that fits the age they gave."""
    first, last = chance.choice(_FIRST), chance.choice(_LAST)
    phone = f"555 01{chance.randint(0, 99):02d} {chance.randint(0, 9999):04d}"
    month, day = chance.randint(1, 9), chance.randint(10, 19)
    years = age if isinstance(age, int) else chance.randint(19, 80)
    year = sent_at.year - years - ((month, day) > (sent_at.month, sent_at.day))
    return {"name": f"{first} {last}", "phone": phone, "birth_date": f"{year}-0{month}-{day}"}


def _draw_moment(chance: random.Random, now: datetime) -> datetime:
    """Some time in the past weeks, more in the daytime, and never in the future."""
    ago = timedelta(days=chance.random() * 7 * WEEKS)
    moment = (now - ago).replace(
        hour=min(23, max(0, round(chance.gauss(14, 4)))), minute=chance.randint(0, 59)
    )
    return min(moment, now)


def _draw_free_references(size: int) -> list[str]:
    """References nobody has yet."""
    free: set[str] = set()
    source = random.SystemRandom()
    while len(free) < size:
        letters = ["".join(source.choices(codes.LETTERS, k=6)) for _ in range(size - len(free))]
        drawn = {f"{six[:3]}-{six[3:]}" for six in letters} - free
        taken = Submission.objects.filter(reference__in=drawn).values_list("reference", flat=True)
        free |= drawn - set(taken)
    return list(free)
