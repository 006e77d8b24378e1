"""Writes made-up patients as submissions, in bulk: judged by the function that judges real ones, sealed as they are.

No name here belongs to anyone; telephone numbers are from the range kept for fiction.
"""

from __future__ import annotations

import gc
import json
import random
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from multiprocessing import get_context
from typing import Any
from uuid import UUID

import django
from django.db import IntegrityError, connection, transaction

from questionnaire.definition import Severity
from questionnaire.models import Version
from screening.actions import answer_tally, assessment, audit
from screening.core import codes, encryption
from screening.core.actor import SYSTEM
from screening.core.response import Response
from screening.demo.made_up_people import Person, Synthesis
from screening.models import AnswerTally, ClinicSettings, RaisedFlag, Submission
from screening.queries import person_index

BATCH = 1_000
_TRIES = 5
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
_LAST = ("Abbott", "Brooks", "Castillo", "Dubois", "Ekström", "Flores", "Garcia", "Hughes", "Ito", "Jensen", "Kowalski")


def synthesize(*, version: Version, number: int, seed: int, now: datetime) -> int:
    """Write this many submissions, sent in the past weeks. Returns how many there are."""
    return sum(_batch(version.pk, f"{seed}/{place}", size, now) for place, size in _batches(number))


def synthesize_in_parallel(*, version: Version, number: int, seed: int, now: datetime) -> int:
    """The same people, drawn by as many processes as there are cores, each with its own connection."""
    tasks = [(version.pk, f"{seed}/{place}", size, now) for place, size in _batches(number)]
    with ProcessPoolExecutor(mp_context=get_context("spawn"), initializer=django.setup) as pool:
        return sum(pool.map(_batch_elsewhere, *zip(*tasks, strict=True)))


def _batch_elsewhere(version_id: int, seed: str, size: int, now: datetime) -> int:
    """In a process of its own, which makes many objects and no circles among them: nobody need look for those."""
    gc.disable()
    return _batch(version_id, seed, size, now)


def _batches(number: int) -> list[tuple[int, int]]:
    """Place and size of each batch."""
    return [(start // BATCH, min(BATCH, number - start)) for start in range(0, number, BATCH)]


def _batch(version_id: int, seed: str, size: int, now: datetime) -> int:
    """Draw and judge a batch, then write it in one short transaction."""
    synthesis = Synthesis(Version.objects.get(pk=version_id), seed)
    settings = ClinicSettings.objects.order_by("-id").values_list("id", flat=True).first()
    drawn = [(person, *submission_of(synthesis, person, settings, now)) for person in synthesis.people(size)]
    for _ in range(_TRIES):
        try:
            _write(synthesis, drawn, now)
        except IntegrityError:  # another process drew one of these references at the same moment
            continue
        return size
    raise RuntimeError("no free references were found: is something else writing submissions?")


@transaction.atomic
def _write(synthesis: Synthesis, drawn: list[tuple[Person, Submission, assessment.Judged]], now: datetime) -> None:
    for (_, row, _), reference in zip(drawn, _fresh_references(len(drawn)), strict=True):
        row.reference = reference
    Submission.objects.bulk_create([row for _, row, _ in drawn])
    _write_flags({"submission_id": row.pk, **flag.fields} for _, row, judged in drawn for flag in judged.flags)
    AnswerTally.objects.bulk_create(
        [
            answer_tally.tally_of(row.version_id, person.patient.states, row.submitted_at or now)
            for person, row, _ in drawn
        ]
    )
    audit.record(
        actor=SYSTEM,
        action="submissions.synthesize",
        object_type="version",
        object_id=str(synthesis.version.pk),
        now=now,
        detail={"number": len(drawn)},
    )


def _write_flags(rows: Iterable[dict[str, Any]]) -> None:
    """By COPY where PostgreSQL takes it: most rows of a batch are flags, and inserting them costs more than judging."""
    if connection.vendor != "postgresql":
        RaisedFlag.objects.bulk_create(RaisedFlag(**row) for row in rows)
        return
    columns = ("submission_id", "code", "topic", "severity", "verdict", "because", "position", "opinion")
    target = f"COPY {RaisedFlag._meta.db_table} ({', '.join(columns)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(target) as copy:
        for row in rows:
            copy.write_row([*(row[name] for name in columns[:5]), json.dumps(row["because"]), row["position"], ""])


def submission_of(
    synthesis: Synthesis, person: Person, settings: int | None, now: datetime
) -> tuple[Submission, assessment.Judged]:
    """The row that submit() would have left behind for this person, but for its reference, and what the rules said."""
    chance = synthesis.chance
    sent_at = _moment(chance, now)
    judged = assessment.judge_patient(synthesis.definition, person.patient)
    row = Submission(
        uuid=UUID(int=random.getrandbits(128), version=4),
        version_id=synthesis.version.pk,
        settings_id=settings,
        state=Submission.State.SUBMITTED,
        assessment=judged.assessment,
        language=synthesis.definition.languages[0],
        revision=len(person.asked) + 2,
        started_at=sent_at - timedelta(minutes=chance.randint(6, 45)),
        saved_at=sent_at,
        submitted_at=sent_at,
        **judged.counts,
    )
    response = Response(person.answers, frozenset(person.asked), read=_interruptions(judged))
    row.response = response.sealed(f"submission:{row.uuid}:response")
    identity = _identity(chance, person.answers.get("age"), sent_at)
    row.identity = encryption.seal(dict(identity), purpose=f"submission:{row.uuid}:identity")
    row.name_phone, row.name_birth = person_index.hashes(identity).values()
    return row, judged


def _interruptions(judged: assessment.Judged) -> frozenset[str]:
    """The urgent flags this person was shown while filling in, and read."""
    fields = (flag.fields for flag in judged.flags)
    return frozenset(
        flag["code"]
        for flag in fields
        if flag["severity"] == Severity.URGENT and flag["verdict"] == RaisedFlag.Verdict.RAISED
    )


def _identity(chance: random.Random, age: object, sent_at: datetime) -> dict[str, str]:
    """Name, phone and a date of birth that fits the age they gave."""
    first, last = chance.choice(_FIRST), chance.choice(_LAST)
    phone = f"555 01{chance.randint(0, 99):02d} {chance.randint(0, 9999):04d}"
    month, day = chance.randint(1, 9), chance.randint(10, 19)
    years = age if isinstance(age, int) else chance.randint(19, 80)
    year = sent_at.year - years - ((month, day) > (sent_at.month, sent_at.day))
    return {"name": f"{first} {last}", "phone": phone, "birth_date": f"{year}-0{month}-{day}"}


def _moment(chance: random.Random, now: datetime) -> datetime:
    """Some time in the past weeks, more in the daytime, and never in the future."""
    ago = timedelta(days=chance.random() * 7 * WEEKS)
    moment = (now - ago).replace(hour=min(23, max(0, round(chance.gauss(14, 4)))), minute=chance.randint(0, 59))
    return min(moment, now)


def _fresh_references(size: int) -> list[str]:
    """References nobody has yet."""
    found: set[str] = set()
    source = random.SystemRandom()
    while len(found) < size:
        letters = ["".join(source.choices(codes.LETTERS, k=6)) for _ in range(size - len(found))]
        drawn = {f"{six[:3]}-{six[3:]}" for six in letters} - found
        taken = Submission.objects.filter(reference__in=drawn).values_list("reference", flat=True)
        found |= drawn - set(taken)
    return list(found)
