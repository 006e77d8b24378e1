"""The record of what happened: nothing in it can be changed, removed or put in without being named."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from screening.actions import audit, audit_seals
from screening.models import AuditEvent, AuditSeal, ReviewEntry
from tests.conftest import triggers_suspended

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent.parent


def recorded(number: int = 1, *, now: datetime | None = None) -> None:
    for _ in range(number):
        audit.record(
            actor="user:1",
            action="submission.view",
            object_type="submission",
            object_id="a",
            now=now or timezone.now(),
            detail={"number": 3, "filters": ["state", "flag"], "answers": False},
            request_id="r",
        )


def sealed(*, now: datetime | None = None) -> AuditSeal:
    made = audit_seals.seal(now=now or timezone.now())
    assert made
    return made


def tampered(statement: str, *values: object) -> None:
    """What somebody with the database's own password could do."""
    with triggers_suspended(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def verified(*options: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("verify_audit", *options, stdout=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def three_seals() -> list[int]:
    """Nine events under three seals and one event that waits: ids of the events."""
    for _ in range(3):
        recorded(3)
        sealed()
    recorded()
    return list(AuditEvent.objects.order_by("pk").values_list("pk", flat=True))


def test_an_untouched_record_is_whole(three_seals: list[int]) -> None:
    assert verified() == (
        0,
        f"whole: 10 events, 3 seals\nnewest seal: {AuditSeal.objects.get(pk=3).code}"
        "  (note it down elsewhere; check with --known)\n",
    )


def test_an_empty_record_is_whole() -> None:
    assert verified() == (0, "whole: 0 events, 0 seals\n")


@pytest.mark.parametrize("which", [0, 4, 8, 9])
@pytest.mark.parametrize(
    ("column", "value"),
    [("actor", "user:2"), ("action", "submission.print"), ("object_id", "b"), ("request_id", ""),
     ("detail", "{}"),
     ("at", "2020-01-01 00:00:00+00:00"), ("check_code", "0" * 80), ("check_code", "")],
)  # fmt: skip
def test_a_changed_event_is_named(three_seals: list[int], which: int, column: str, value: str) -> None:
    number = three_seals[which]
    tampered(f"UPDATE screening_auditevent SET {column} = %s WHERE id = %s", value, number)
    code, words = verified()
    assert code == 1
    assert words in {f"broken: event {number} was changed\n",
                     f"broken: event {number} was inserted or changed\n",
                     "broken: events of seal 1 were replaced by other events\n"}  # fmt: skip


@pytest.mark.parametrize("which", [0, 4, 8])
def test_a_removed_event_is_named(three_seals: list[int], which: int) -> None:
    tampered("DELETE FROM screening_auditevent WHERE id = %s", three_seals[which])
    assert verified() == (1, f"broken: event {three_seals[which]} was removed\n")


def test_an_event_put_in_without_the_key_is_named(three_seals: list[int]) -> None:
    event = AuditEvent.objects.create(
        at=timezone.now(), actor="user:1", action="submission.view", object_type="submission", object_id="a"
    )
    assert verified() == (1, f"broken: event {event.pk} was inserted or changed\n")


def test_a_copy_of_an_event_is_refused_by_the_database(three_seals: list[int]) -> None:
    event = AuditEvent.objects.get(pk=three_seals[0])
    event.pk = None
    with pytest.raises(Exception, match=r"(?i)unique"):
        event.save(force_insert=True)


def test_events_that_changed_places_are_noticed(three_seals: list[int]) -> None:
    """Each is as it was written; their order is not."""
    first, second = three_seals[3], three_seals[4]
    for old, new in ((first, -1), (second, first), (-1, second)):
        tampered("UPDATE screening_auditevent SET id = %s WHERE id = %s", new, old)
    assert verified() == (1, "broken: events of seal 2 were replaced by other events\n")


@pytest.mark.parametrize("number", [1, 2])
def test_a_removed_seal_is_named(three_seals: list[int], number: int) -> None:
    tampered("DELETE FROM screening_auditseal WHERE number = %s", number)
    assert verified() == (1, f"broken: seal {number} was removed\n")


@pytest.mark.parametrize("column", ["at", "ranges", "digest", "code", "last"])
def test_a_changed_seal_is_named(three_seals: list[int], column: str) -> None:
    value = {"at": "2020-01-01 00:00:00+00:00", "ranges": "[[1, 2]]", "last": 7}.get(column, "0" * 64)
    tampered(f"UPDATE screening_auditseal SET {column} = %s WHERE number = 2", value)
    assert verified() == (1, "broken: seal 2 was changed\n")


def test_a_record_that_was_cut_off_is_noticed_by_a_seal_noted_down_elsewhere(three_seals: list[int]) -> None:
    noted = AuditSeal.objects.get(number=3).code
    assert verified("--known", noted)[0] == 0
    tampered("DELETE FROM screening_auditseal WHERE number = 3")
    tampered("DELETE FROM screening_auditevent WHERE id >= %s", three_seals[6])
    assert verified()[0] == 0
    assert verified("--known", noted) == (
        1,
        "broken: the seal noted down elsewhere is not in the record: its end was removed\n",
    )


def test_all_broken_links_are_named_on_request(three_seals: list[int]) -> None:
    tampered("DELETE FROM screening_auditevent WHERE id IN (%s, %s)", three_seals[1], three_seals[7])
    code, words = verified("--all")
    assert (code, words.splitlines()) == (
        1,
        [f"broken: event {three_seals[1]} was removed", f"broken: event {three_seals[7]} was removed"],
    )


@pytest.mark.parametrize("table", ["screening_auditseal"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET last = 0", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_a_seal(
    three_seals: list[int], table: str, statement: str
) -> None:
    with pytest.raises(Exception, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


def test_a_new_secret_key_keeps_the_record_whole_while_the_old_one_is_known(
    three_seals: list[int], settings: Settings
) -> None:
    settings.SECRET_KEY, old = "another" * 8, settings.SECRET_KEY
    recorded()
    assert verified() == (1, "broken: seal 1 was changed\n")
    settings.SECRET_KEY_FALLBACKS = [old]
    sealed()
    assert verified()[0] == 0


# Sealing ----------------------------------------------------------------------------------------------------


def test_nothing_new_is_not_sealed_twice() -> None:
    recorded(2)
    sealed()
    assert audit_seals.seal(now=timezone.now()) is None


def test_an_event_that_a_slow_request_records_late_is_sealed_next() -> None:
    """Its id was given before the ids already sealed; on PostgreSQL that happens every day."""
    recorded(4)
    late = AuditEvent.objects.order_by("pk")[1]
    tampered("DELETE FROM screening_auditevent WHERE id = %s", late.pk)
    sealed()
    late.save(force_insert=True)
    recorded()
    assert sealed().ranges[0] == [late.pk, late.pk]
    assert verified()[0] == 0


def test_an_event_that_turns_up_long_after_is_named() -> None:
    then = timezone.now() - timedelta(hours=2)
    recorded(4, now=then)
    late = AuditEvent.objects.order_by("pk")[1]
    tampered("DELETE FROM screening_auditevent WHERE id = %s", late.pk)
    sealed(now=then)
    late.save(force_insert=True)
    recorded()
    sealed()
    assert verified() == (1, f"broken: event {late.pk} was inserted\n")


def test_the_command_seals_everything_that_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_seals, "MOST", 2)
    recorded(5)
    call_command("seal_audit")
    assert [row.ranges[0][1] - row.ranges[0][0] for row in AuditSeal.objects.order_by("number")] == [1, 1, 0]
    assert verified()[0] == 0


def test_recording_asks_the_database_for_one_insert(django_assert_num_queries: Callable) -> None:
    with django_assert_num_queries(1):
        recorded()


# The vocabulary ---------------------------------------------------------------------------------------------


def test_an_action_that_is_not_in_the_vocabulary_is_refused() -> None:
    with pytest.raises(ValueError, match=r"audit\.ACTIONS"):
        audit.record(actor="system", action="x.y", object_type="x", object_id="", now=timezone.now())


def texts_in(node: ast.AST) -> set[str]:
    return {
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }


def actions_in(file: Path) -> Iterator[str]:
    """Every action that the code names: in `action=`, or as the end of an event about an account."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.keyword) and node.arg == "action":
            yield from texts_in(node.value)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"record.happened", "record.failed"}:
            yield from (f"account.{text}" for text in texts_in(node.args[1]))


def test_every_action_that_the_code_names_is_in_the_vocabulary() -> None:
    named = {found for file in (ROOT / "screening").rglob("*.py") for found in actions_in(file)}
    begun = {found for found in named if found.endswith(".")}
    assert {found for found in named - begun if re.fullmatch(r"[a-z]+\.[a-z-]+", found)} <= audit.ACTIONS
    assert begun <= {f"{action.partition('.')[0]}." for action in audit.ACTIONS}, (
        "record() refuses what is not in it"
    )
    assert {f"review.{kind}" for kind in ReviewEntry.Kind.values} <= audit.ACTIONS
