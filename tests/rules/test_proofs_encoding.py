"""The prover's formulas say what the rules module says: the same verdicts for thousands of random people."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from questionnaire import rules
from questionnaire.definition import Choice, Definition, Question, QuestionType, Score, Text
from questionnaire.proofs.encoding import Encoding
from questionnaire.proofs.formulas import Formula, TruthFormulas, any_of, negate
from questionnaire.proofs.person import PersonVariables
from questionnaire.rules.answers import read_answer
from tests.builders.definitions import choice, number, questionnaire, several, words
from tests.builders.shipped import shipped
from tests.builders.strategies import answer_sets


class Judge:
    """Asks the solver whether it agrees with the rules module about one person."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.person = PersonVariables(definition)
        self.encoding = Encoding(definition, self.person.answers)
        self.solver = z3.Solver()
        self.solver.add(*self.person.constraints)

    def disagrees(self, answers: dict[str, Any]) -> bool:
        judged = rules.assess(self.definition, answers)
        said = [
            self.person.answers[link_id].equals(read_answer(question, answers.get(link_id)))
            for link_id, question in self.definition.questions.items()
        ]
        self.solver.push()
        self.solver.add(*said)
        assert self.solver.check() == z3.sat, "the encoding knows every answer a patient can give"
        self.solver.add(any_of(*self._wrong(judged)))
        found = self.solver.check()
        self.solver.pop()
        return found != z3.unsat

    def _wrong(self, judged: rules.Assessment) -> Iterator[Formula]:
        for link_id, truth in self.encoding.opening.items():
            yield negate(truth.when_true) if link_id in judged.open else truth.when_true
        for code, truth in self.encoding.flags.items():
            yield negate(_as_judged(truth, code, judged))


def _as_judged(truth: TruthFormulas, code: str, judged: rules.Assessment) -> Formula:
    if code in judged.raised:
        return truth.when_true
    return truth.when_unknown if code in judged.cannot_tell else truth.when_false


def any_answer(question: Question, chance: random.Random) -> Any:
    if question.type is QuestionType.TEXT:
        return chance.choice([None, "words", "not-sure"])
    if question.type is QuestionType.INTEGER:
        edges = [question.minimum, question.maximum, "not-sure", None]
        return chance.choice([*edges, chance.randint(question.minimum or 0, question.maximum or 300)])
    codes = [option.code for option in question.options]
    if question.type is QuestionType.CHOICE:
        return chance.choice([None, *codes])
    ticked = chance.sample(codes, chance.randint(0, min(4, len(codes))))
    return (
        ["none"]
        if ticked and chance.random() < 0.3 and "none" in codes
        else [c for c in codes if c in ticked]
    )


def test_the_encoding_judges_thousands_of_random_people_as_the_rules_do() -> None:
    chance, judge = random.Random(20261122), _shipped_judge()
    for _ in range(1_000):
        answers = {
            q.link_id: any_answer(q, chance) for q in shipped().questions.values() if chance.random() < 0.9
        }
        assert not judge.disagrees(answers), answers


@settings(max_examples=60, deadline=None)
@given(answer_sets())
def test_the_encoding_judges_what_hypothesis_finds_as_the_rules_do(answers: dict[str, object]) -> None:
    assert not _shipped_judge().disagrees(answers)


@cache
def _shipped_judge() -> Judge:
    return Judge(shipped())


def _weighted(link_id: str, *weights: int, shown_when: str | None = None) -> Question:
    options = [Choice(f"w{place}", Text.of("x"), weight) for place, weight in enumerate(weights)]
    text = Text.of(link_id)
    return Question(
        link_id, QuestionType.CHOICE, text, text,
        options=(*options, Choice("not-sure", text)), shown_when=shown_when, required=False,
    )  # fmt: skip


EVERY_TEST = questionnaire(
    choice("a"),
    several("m", "x", "y", "none", "not-sure", "prefer-not-to-say", shown_when="a = yes"),
    number("n", 0, 5, shown_when="m has x OR unsure(m)"),
    number("k", 2, 9),
    words("w", shown_when="unknown(n)"),
    choice("c", "0", "1", "2", "not-sure", required=False),
    _weighted("s", -2, 0, 3),
    _weighted("u", 1, 4, shown_when="c >= 1"),
    scores=(Score("sum", "Sum", ("s", "u")),),
    below="n >= k",
    below_too="k >= n",
    number_test="n > 2 OR n <= 0",
    choice_number="c < 2 AND c >= 1",
    sure="m has not-sure",
    sure_or="m has-any {not-sure, y}",
    without="m has none",
    chosen="c in {0, not-sure}",
    missing="unknown-any(a, m, n, w)",
    unsure="unsure(m) AND unanswered(w)",
    blank="unanswered(n) OR unanswered(c)",
    low="score(sum) >= 0",
    high="score(sum) >= 2 AND unsure(s)",
    most="score(sum) >= 7",
)


def test_every_test_of_the_language_means_the_same_in_both() -> None:
    chance, judge = random.Random(7), Judge(EVERY_TEST)
    for _ in range(3_000):
        answers = {q.link_id: any_answer(q, chance) for q in EVERY_TEST.questions.values()}
        assert not judge.disagrees(answers), answers


@pytest.mark.parametrize("definition", [shipped(), EVERY_TEST], ids=["shipped", "every test"])
def test_no_flag_is_ever_raised_and_clear_at_once(definition: Definition) -> None:
    judge = Judge(definition)
    judge.solver.add(
        any_of(
            *(
                z3.And(truth.when_true, truth.when_false)
                for truth in judge.encoding.flags.values()
                if truth.when_true is not True
            )
        )
    )
    assert judge.solver.check() == z3.unsat


def test_on_the_patients_pages_nobody_leaves_a_required_question_blank() -> None:
    definition = questionnaire(choice("a"), words("w"), gone="unanswered(a)", left="unanswered(w)")
    judge = Judge(definition)
    judge.solver.add(judge.person.strict)
    assert judge.solver.check(judge.encoding.flags["gone"].when_true) == z3.unsat
    assert judge.solver.check(judge.encoding.flags["left"].when_true) == z3.sat


@given(st.lists(st.sampled_from(["t", "f", "u"]), min_size=1, max_size=3))
def test_constants_are_folded_away(verdicts: list[str]) -> None:
    truths = [
        {"t": TruthFormulas(True, False), "f": TruthFormulas(False, True), "u": TruthFormulas(False, False)}[
            v
        ]
        for v in verdicts
    ]
    assert any_of(*(truth.when_true for truth in truths)) is ("t" in verdicts)


def test_a_wrong_formula_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison itself is worth something: a code read the other way round shows within a few people."""
    right = Encoding._encode_codes
    monkeypatch.setattr(
        Encoding, "_encode_codes", lambda *asked: TruthFormulas(*reversed(_pair(right(*asked))))
    )
    chance, judge = random.Random(1), Judge(EVERY_TEST)
    people = ({q.link_id: any_answer(q, chance) for q in EVERY_TEST.questions.values()} for _ in range(50))
    assert any(judge.disagrees(answers) for answers in people)


def _pair(truth: TruthFormulas) -> tuple[Formula, Formula]:
    return truth.when_true, truth.when_false
