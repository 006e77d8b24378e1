"""`check_questionnaire --full` prints every proof with its time, and stops where something blocks."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from questionnaire import proofs
from questionnaire.actions import publishing
from questionnaire.definition import Definition, Vignette
from questionnaire.proof_results import ProofError
from tests.builders.definitions import sound, with_condition
from tests.builders.shipped import shipped

NOW = datetime(2026, 11, 22, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forget_definitions() -> None:
    publishing.load_definition.cache_clear()


def published(definition: Definition) -> None:
    version = publishing.create_draft(definition=definition, actor="alice", now=NOW)
    publishing.publish(version=version, actor="alice", now=NOW)


def check(*options: str, slug: str = "") -> tuple[str, int]:
    """(what was printed, exit code)."""
    out = StringIO()
    try:
        call_command("check_questionnaire", slug or sound().slug, *options, stdout=out)
    except SystemExit as stopped:
        return out.getvalue(), int(stopped.code or 0)
    return out.getvalue(), 0


def test_every_proof_is_printed_with_its_time() -> None:
    published(sound())
    said, code = check("--full")
    assert code == 0
    assert re.search(r"^proofs: \d+ goals, 0 blocking \(\d+\.\d s\)$", said, re.MULTILINE)
    assert re.search(r'^"not sure" never clears a flag: proved for \d questions', said, re.MULTILINE)
    assert re.search(r"^vignettes: 0; mutation score 0\.0%: 0 of \d+ mistakes noticed", said, re.MULTILINE)
    assert "no vignette would notice" in said
    assert "differences" not in said


def test_without_full_nothing_is_proved() -> None:
    published(sound())
    assert "proofs:" not in check()[0]


def test_a_draft_that_weakens_the_published_version_is_stopped() -> None:
    published(sound())
    weaker = replace(sound(), flags=sound().flags[1:])
    version = publishing.create_draft(definition=weaker, actor="alice", now=NOW)
    if any(problem.blocks for problem in publishing.find_draft_problems(version, today=NOW.date())):
        pytest.fail("this draft is sound but for being weaker")
    said, code = check("--full")
    assert code == 1
    assert (
        f"blocks: flag {sound().flags[0].code}: is gone: somebody it used to flag is no longer flagged"
        in said
    )


def test_a_flag_that_nobody_raises_is_stopped() -> None:
    publishing.create_draft(definition=with_condition("age < 0"), actor="alice", now=NOW)
    said, code = check("--full")
    assert code == 1
    assert "can never be raised: no answers lead to it (proved)" in said


def test_a_story_that_fails_keeps_a_draft_from_being_published() -> None:
    wrong = Vignette("wrong", "Told wrong.", raised=(sound().flags[0].code,))
    version = publishing.create_draft(definition=replace(sound(), vignettes=(wrong,)), actor="alice", now=NOW)
    with pytest.raises(publishing.NotPublishableError) as refused:
        publishing.publish(version=version, actor="alice", now=NOW)
    assert {problem.code for problem in refused.value.problems} == {"vignette-fails"}


def test_a_prover_that_breaks_is_a_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **options: object) -> None:
        raise ProofError("the proofs stopped before they were finished; nothing is proved")

    published(sound())
    monkeypatch.setattr(proofs, "check_gate", broken)
    with pytest.raises(CommandError, match="nothing is proved"):
        check("--full")


def test_the_shipped_questionnaire_is_proved_in_seconds_and_guarded_without_a_gap() -> None:
    published(shipped())
    said, code = check("--full", slug="ketamine")
    assert code == 0
    assert "mutation score 100.0%" in said
    assert "no vignette" not in said
    seconds = {
        line.split(":")[0]: float(line.rsplit("(", 1)[1].split()[0])
        for line in said.splitlines()
        if " s)" in line
    }
    assert set(seconds) == {"proofs", '"not sure" never clears a flag', "vignettes"}
    assert all(took < 60 for took in seconds.values()), "a busy machine may be slow, but not this slow"
