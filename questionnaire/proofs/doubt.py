"""The proof that "not sure" never clears: nobody gets out of a flag, or out of doubt, by knowing less.

Two people who say the same, but that one is not sure about one thing the other knows. What the second is asked only
because of the doubt they leave blank: an answer left over from before would be knowledge the first never gave.
"""

from __future__ import annotations

from questionnaire import rules
from questionnaire.definition import UNSURE_CODES, Definition, Question, QuestionType
from questionnaire.proof_results import Answers, DoubtLoss, DoubtResult, Outcome, ProofError, Witness
from questionnaire.proofs.encoding import (
    AnswerFormulas,
    Encoding,
    Formula,
    PersonVariables,
    TruthFormulas,
    all_of,
    any_of,
    negate,
)
from questionnaire.proofs.solving import Prover, judge_person


def prove_doubt(definition: Definition) -> DoubtResult:
    """For every question that takes a "not sure": proved, or a person who loses a flag by it."""
    person = PersonVariables(definition)
    knows, prover = Encoding(definition, person.said), Prover(person)
    proved: list[str] = []
    losses: list[DoubtLoss] = []
    for question in definition.questions.values():
        if _unsure_answer(question) is None:
            continue
        loss = _loss(definition, question, knows, prover)
        if loss is None:
            proved.append(question.link_id)
        else:
            losses.append(loss)
    return DoubtResult(tuple(proved), tuple(losses))


def _unsure_answer(question: Question) -> Answers | None:
    """The answer "not sure", by link id; None for a question that has no such answer."""
    if question.type is QuestionType.INTEGER:
        return {question.link_id: "not-sure"}
    code = next((choice.code for choice in question.options if choice.is_unsure), None)
    if code is None:
        return None
    return {question.link_id: [code] if question.type is QuestionType.MULTI_CHOICE else code}


def _loss(definition: Definition, question: Question, knows: Encoding, prover: Prover) -> DoubtLoss | None:
    doubts = Encoding(definition, _doubting(definition, question, knows))
    lost = [
        all_of(negate(rail.f), doubts.flags[code].f)
        for code, rail in knows.flags.items()
        if not rail.same(doubts.flags[code])
    ]
    known = all_of(knows.opened[question.link_id].t, knows.said[question.link_id].known)
    outcome, people = prover.find(all_of(known, any_of(*lost)), strict=False)
    if outcome is Outcome.IMPOSSIBLE:
        return None
    if outcome is Outcome.NOT_DECIDED:
        return DoubtLoss(question.link_id, (), outcome)
    before, judged = judge_person(definition, people[0], blanks=True)
    flags = _lost(definition, question, before, judged)
    if not flags:
        raise ProofError("internal error: the prover and the rules module judge a person differently")
    return DoubtLoss(question.link_id, flags, outcome, before)


def _doubting(definition: Definition, question: Question, knows: Encoding) -> dict[str, AnswerFormulas]:
    """What the person says who is not sure about this question: what the other was not asked, they leave blank."""
    said = {link_id: _if_asked(knows.opened[link_id], knows.said[link_id]) for link_id in definition.questions}
    codes = {choice.code: False for choice in question.options}
    code = next((code for code in codes if code in UNSURE_CODES), None)
    if code is not None:
        codes[code] = True
    said[question.link_id] = AnswerFormulas(False, True, codes, knows.said[question.link_id].number)
    return said


def _if_asked(opened: TruthFormulas, said: AnswerFormulas) -> AnswerFormulas:
    def asked(formula: Formula) -> Formula:
        return all_of(opened.t, formula)

    codes = {code: asked(ticked) for code, ticked in said.codes.items()}
    return AnswerFormulas(any_of(negate(opened.t), said.blank), asked(said.unsure), codes, said.number)


def _lost(definition: Definition, question: Question, before: Witness, judged: rules.Assessment) -> tuple[str, ...]:
    """The flags this person really loses by not being sure, by the rules module alone."""
    after = rules.assess(definition, {**before.answers, **(_unsure_answer(question) or {})})
    held = {*judged.raised, *judged.cannot_tell} - after.raised - {*after.cannot_tell}
    return tuple(code for code in definition.flags_by_code if code in held)
