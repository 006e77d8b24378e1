"""The proof that "not sure" never clears: nobody gets out of a flag, or out of doubt, by knowing less.

Two people who say the same, but that one is not sure about one thing the other knows. What the second is
asked only because of the doubt they leave blank: an answer left over from before would be knowledge the first
never gave.
"""

from __future__ import annotations

from questionnaire import rules
from questionnaire.definition import UNSURE_CODES, Definition, Question, QuestionType
from questionnaire.proof_results import Answers, DoubtLoss, DoubtResult, Outcome, ProofError, Witness
from questionnaire.proofs.encoding import Encoding
from questionnaire.proofs.formulas import Formula, TruthFormulas, all_of, any_of, negate
from questionnaire.proofs.person import AnswerFormulas, PersonVariables
from questionnaire.proofs.solving import DISAGREEMENT, Prover, judge_person


def prove_doubt(definition: Definition) -> DoubtResult:
    """For every question that takes a "not sure": proved, or a person who loses a flag by it.

    Raises ProofError when the prover and the rules module disagree.
    """
    person = PersonVariables(definition)
    knowing, prover = Encoding(definition, person.answers), Prover(person)
    proved: list[str] = []
    losses: list[DoubtLoss] = []
    for question in definition.questions.values():
        if _make_unsure_answer(question) is None:
            continue
        loss = _find_loss(definition, question, knowing, prover)
        if loss is None:
            proved.append(question.link_id)
        else:
            losses.append(loss)
    return DoubtResult(tuple(proved), tuple(losses))


def _make_unsure_answer(question: Question) -> Answers | None:
    """The answer "not sure", by link id; None for a question that has no such answer."""
    if question.type is QuestionType.INTEGER:
        return {question.link_id: "not-sure"}
    code = next((choice.code for choice in question.options if choice.is_unsure), None)
    if code is None:
        return None
    return {question.link_id: [code] if question.type is QuestionType.MULTI_CHOICE else code}


def _find_loss(
    definition: Definition, question: Question, knowing: Encoding, prover: Prover
) -> DoubtLoss | None:
    link_id = question.link_id
    doubting = Encoding(definition, _encode_doubting_person(definition, question, knowing))
    cleared = [
        all_of(negate(flag.when_false), doubting.flags[code].when_false)
        for code, flag in knowing.flags.items()
        if not flag.is_same(doubting.flags[code])
    ]
    knows = all_of(knowing.opening[link_id].when_true, knowing.answers[link_id].known)
    outcome, people = prover.find(all_of(knows, any_of(*cleared)), strict=False)
    if outcome is Outcome.IMPOSSIBLE:
        return None
    if outcome is Outcome.NOT_DECIDED:
        return DoubtLoss(link_id, (), outcome)
    witness, assessment = judge_person(definition, people[0], blanks=True)
    flags = _list_lost_flags(definition, question, witness, assessment)
    if not flags:
        raise ProofError(DISAGREEMENT)
    return DoubtLoss(link_id, flags, outcome, witness)


def _encode_doubting_person(
    definition: Definition, question: Question, knowing: Encoding
) -> dict[str, AnswerFormulas]:
    """What the person says who is not sure about this question: what the other was not asked, they leave
    blank."""
    answers = {
        link_id: _blank_unless_open(knowing.opening[link_id], knowing.answers[link_id])
        for link_id in definition.questions
    }
    codes = {choice.code: False for choice in question.options}
    unsure_code = next((code for code in codes if code in UNSURE_CODES), None)
    if unsure_code is not None:
        codes[unsure_code] = True
    answers[question.link_id] = AnswerFormulas(False, True, codes, knowing.answers[question.link_id].number)
    return answers


def _blank_unless_open(opening: TruthFormulas, answer: AnswerFormulas) -> AnswerFormulas:
    def when_open(formula: Formula) -> Formula:
        return all_of(opening.when_true, formula)

    codes = {code: when_open(ticked) for code, ticked in answer.codes.items()}
    blank = any_of(negate(opening.when_true), answer.blank)
    return AnswerFormulas(blank, when_open(answer.unsure), codes, answer.number)


def _list_lost_flags(
    definition: Definition, question: Question, witness: Witness, before: rules.Assessment
) -> tuple[str, ...]:
    """The flags this person really loses by not being sure, by the rules module alone."""
    after = rules.assess(definition, {**witness.answers, **(_make_unsure_answer(question) or {})})
    lost = {*before.raised, *before.cannot_tell} - after.raised - {*after.cannot_tell}
    return tuple(code for code in definition.flags_by_code if code in lost)
