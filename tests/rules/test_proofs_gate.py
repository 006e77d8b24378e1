"""What the prover says of one version: a made-up person for everything that can happen, a proof for what
cannot."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from questionnaire import proof_results, proofs, rules
from questionnaire.definition import Definition, Severity, Vignette
from questionnaire.proof_results import GateResult, GoalKind, NoteKind, Outcome, Proof, ProofError
from questionnaire.proofs import gate as gate_module
from questionnaire.proofs import solving
from questionnaire.proofs.doubt import prove_doubt
from questionnaire.proofs.encoding import Encoding
from questionnaire.proofs.formulas import TruthFormulas, all_of, any_of, negate
from questionnaire.proofs.gate import prove_gate
from questionnaire.proofs.plain_person import build_plain_answers
from questionnaire.rules import path
from questionnaire.rules.answers import to_json_value
from tests.builders.definitions import choice, flag, number, questionnaire, several, words
from tests.builders.shipped import shipped


@cache
def shipped_gate() -> GateResult:
    return proofs.check_gate(shipped())


# The shipped questionnaire ----------------------------------------------------------------------------------


def test_nothing_in_the_shipped_questionnaire_is_impossible_that_should_be_possible() -> None:
    assert shipped_gate().blocking == ()
    assert len(shipped_gate().proofs) == len(shipped().questions) + 3 * len(shipped().flags)


def test_every_witness_is_judged_by_the_rules_as_the_prover_says() -> None:
    for proof in shipped_gate().proofs:
        if proof.witness:
            judged = rules.assess(shipped(), proof.witness.answers)
            assert proof.witness.raised == tuple(f.code for f in judged.flags)
            assert _is(proof, judged)


def _is(proof: Proof, judged: rules.Assessment) -> bool:
    raised, doubtful = proof.subject in judged.raised, proof.subject in judged.cannot_tell
    clear = not raised and not doubtful
    return {"open": proof.subject in judged.open, "raised": raised, "cannot-tell": doubtful, "clear": clear}[
        proof.wanted
    ]


def test_every_witness_can_walk_from_the_first_page_to_the_last() -> None:
    people = {id(p.witness): p.witness for p in shipped_gate().proofs if p.witness and not p.witness.blanks}
    for person in people.values():
        walk = path.walk_path(shipped(), person.answers, list(person.answers))
        assert walk.complete
        assert set(walk.open) == set(person.answers)


def test_witnesses_are_plain_people() -> None:
    """They differ from somebody with nothing to report by a handful of answers."""
    plain = build_plain_answers(shipped())
    for proof in shipped_gate().proofs:
        if proof.witness:
            odd = [
                link_id
                for link_id, value in proof.witness.answers.items()
                if to_json_value(plain[link_id]) != value
            ]
            assert len(odd) <= 8, proof
            assert proof.witness.answers["age"] in {*range(10, 91), "not-sure", "prefer-not-to-say"}


def test_a_flag_about_the_unknown_is_never_itself_in_doubt_where_its_questions_are_always_asked() -> None:
    never = {p.subject for p in shipped_gate().proofs if p.outcome is Outcome.IMPOSSIBLE}
    assert "clarify-family-history" in never
    assert {p.wanted for p in shipped_gate().proofs if p.outcome is Outcome.IMPOSSIBLE} == {
        GoalKind.CANNOT_TELL
    }


def test_notes_name_the_parts_that_change_nothing_and_the_flags_inside_others() -> None:
    notes = {(note.kind, *note.subjects) for note in shipped_gate().notes}
    assert (NoteKind.IDLE, "seizure-history") in notes
    assert (NoteKind.SUBSUMED, "heart-recent-or-unstable", "heart-disease") in notes


def test_not_sure_never_clears_a_flag_proved_for_every_question() -> None:
    found = proofs.check_doubt(shipped())
    assert found.losses == ()
    assert len(found.proved) == len(shipped().questions) - 7, "all but those for words"


# What blocks ------------------------------------------------------------------------------------------------


def blocked(definition: Definition) -> set[tuple[str, str]]:
    return {(proof.subject, str(proof.wanted)) for proof in prove_gate(definition).blocking}


def test_a_question_that_can_never_open_blocks() -> None:
    closed = choice("b", shown_when="a = yes AND a = no")
    assert blocked(questionnaire(choice("a"), closed, f="a = yes OR b = yes")) == {("b", "open")}


def test_a_flag_that_can_never_be_raised_blocks() -> None:
    assert blocked(questionnaire(number("n"), f="n >= 10 AND n <= 9")) == {("f", "raised")}
    assert blocked(questionnaire(number("n", 0, 9), f="n >= 10")) == {("f", "raised")}


def test_a_flag_that_is_raised_for_everybody_blocks() -> None:
    assert blocked(questionnaire(choice("a"), f="a in {yes, no} OR unknown(a)")) == {("f", "clear")}


def test_a_flag_that_can_never_be_clear_blocks() -> None:
    assert blocked(questionnaire(choice("a"), f="a in {yes, no}")) == {("f", "clear")}


def test_a_flag_that_needs_a_blank_answer_can_be_raised_by_an_import() -> None:
    proof = next(
        p
        for p in prove_gate(questionnaire(choice("a"), f="unanswered(a)")).proofs
        if p.wanted is GoalKind.RAISED
    )
    assert proof.witness and proof.witness.blanks
    assert proof.witness.answers == {"a": None}


def test_two_flags_that_say_the_same_are_noted_once() -> None:
    found = prove_gate(questionnaire(number("n"), one="n >= 10", other="n > 9")).notes
    assert [(note.kind, note.subjects) for note in found] == [(NoteKind.SAME, ("one", "other"))]


def test_a_stronger_flag_inside_a_milder_one_is_meant_so() -> None:
    definition = questionnaire(number("n"))
    mild, strong = flag("mild", "n >= 10", Severity.INFO), flag("strong", "n >= 20", Severity.HIGH)
    assert prove_gate(replace(definition, flags=(mild, strong))).notes == ()
    turned = replace(
        definition, flags=(replace(mild, severity=Severity.HIGH), replace(strong, severity=Severity.INFO))
    )
    assert [note.subjects for note in prove_gate(turned).notes] == [("strong", "mild")]


def test_a_part_that_changes_nothing_is_noted() -> None:
    found = prove_gate(questionnaire(number("n"), f="n >= 10 OR n >= 20")).notes
    assert [(note.kind, note.subjects, note.part) for note in found] == [(NoteKind.IDLE, ("f",), "n >= 20")]


def test_a_witness_is_like_the_first_plain_person_of_the_vignettes() -> None:
    plain = Vignette("plain", "Nothing to report.", (("a", "no"), ("n", 44), ("m", ("b",))))
    definition = replace(
        questionnaire(choice("a"), number("n"), several("m"), f="a = yes"), vignettes=(plain,)
    )
    assert prove_gate(definition).witness("f", GoalKind.RAISED).answers == {"a": "yes", "n": 44, "m": ["b"]}


def test_a_plain_person_whose_story_is_out_of_date_answers_what_they_can() -> None:
    plain = Vignette("plain", "Nothing to report.", (("a", "gone"), ("n", 999), ("w", None)))
    definition = replace(
        questionnaire(choice("a"), number("n", 0, 9), words("w"), f="a = yes"), vignettes=(plain,)
    )
    assert build_plain_answers(definition) == {"a": "no", "n": 4, "w": None}


# When there is no proof -------------------------------------------------------------------------------------


class Slow(solving.Prover):
    def find(self, goal: Any, *, strict: bool = True) -> tuple[Outcome, list[Any]]:
        return Outcome.NOT_DECIDED, []

    def decide(self, goal: Any, *, strict: bool = True) -> Outcome:
        return Outcome.NOT_DECIDED


def test_what_is_not_decided_in_time_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate_module, "Prover", Slow)
    found = prove_gate(questionnaire(choice("a"), f="a = yes"))
    assert ("f", Outcome.NOT_DECIDED) in {(proof.subject, proof.outcome) for proof in found.blocking}


def test_a_prover_that_contradicts_the_rules_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    lenient = rules.assess
    monkeypatch.setattr(rules, "assess", lambda d, a, **k: replace(lenient(d, a, **k), flags=()))
    with pytest.raises(ProofError, match="differently"):
        prove_gate(questionnaire(choice("a"), f="a = yes"))


def test_doubt_that_would_clear_is_found_and_is_not_believed_without_the_rules(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As if a follow-up that was never asked had no unknown answer: then "not sure" would hide that it is
    missing."""

    def forgetful(encoding: Encoding, kind: str, link_id: str) -> TruthFormulas:
        answer, opening = encoding.answers[link_id], encoding.opening[link_id]
        missing = all_of(opening.when_true, any_of(answer.unsure, answer.blank))
        return TruthFormulas(missing, negate(missing))

    definition = questionnaire(choice("a"), choice("b", shown_when="a = yes"), f="unknown(b)")
    assert prove_doubt(definition).losses == ()
    monkeypatch.setattr(Encoding, "_encode_missing", forgetful)
    with pytest.raises(ProofError, match="differently"):
        prove_doubt(definition)


def test_proofs_that_take_too_long_are_stopped_and_prove_nothing() -> None:
    with pytest.raises(ProofError, match=r"longer than 0\.01 seconds"):
        proofs.check_gate(shipped(), seconds=0.01)


def test_conditions_that_were_never_checked_prove_nothing() -> None:
    for condition in ("gone = yes", "a >= ", "score(gone) >= 3"):
        with pytest.raises(ProofError, match="put right"):
            proofs.check_gate(questionnaire(choice("a"), f=condition))


def test_what_the_prover_found_arrives_unchanged_from_its_own_process() -> None:
    definition = questionnaire(choice("a"), number("n"), f="a = yes OR n >= 10", g="n >= 10")
    assert proofs.check_gate(definition) == prove_gate(definition)
    assert proofs.check_doubt(definition) == prove_doubt(definition)
    weaker = proofs.check_differences(definition, replace(definition, flags=definition.flags[1:]))
    assert [(w.flag, w.kind) for w in weaker.weakenings] == [("f", "deleted")]
    assert proof_results.result_from_plain(type(weaker), proof_results.result_to_plain(weaker)) == weaker


def test_the_prover_is_never_imported_into_the_process_that_serves_pages() -> None:
    script = "import sys, questionnaire.proofs, questionnaire.vignettes; print('z3' in sys.modules)"
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
