"""Do the vignettes guard the conditions? Every small mistake must be noticed by one, or be proved to change
nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from questionnaire import rules
from questionnaire.definition import Definition, Question
from questionnaire.proof_results import Mutant, MutationResult, Outcome, ProofError, Survivor, Witness
from questionnaire.proofs.encoding import Encoding
from questionnaire.proofs.formulas import Formula, all_of, any_of, encode_disagreement, is_same, negate
from questionnaire.proofs.mutants import PlantedMistake, plant_mistakes
from questionnaire.proofs.person import PersonVariables
from questionnaire.proofs.solving import DISAGREEMENT, Prover, find_witness
from questionnaire.rules.compilation import ConditionCompiler
from questionnaire.rules.evaluation import compile_questionnaire
from questionnaire.rules.patient import Patient
from questionnaire.rules.states import Verdict
from questionnaire.vignettes.run import VignetteResult, list_expectations, run_vignettes


@dataclass(frozen=True)
class _Guard:
    """One person who may notice mistakes: what they are asked, and the flags whose verdicts are looked at."""

    answers: dict[str, Any]
    patient: Patient
    expected: dict[str, Verdict]


def measure_mutation(definition: Definition) -> MutationResult:
    """Tries every mistake on the vignettes, and the prover on every mistake that none of them notices.

    Raises ProofError when the prover and the rules module disagree, and ConditionError or KeyError for a
    definition whose conditions were never checked.
    """
    results = run_vignettes(definition)
    trial = _MutationTrial(definition, [result for result in results if result.passed])
    equivalent: list[Mutant] = []
    survivors: list[Survivor] = []
    caught = 0
    mistakes = list(plant_mistakes(definition))
    for mistake in mistakes:
        if trial.is_noticed(mistake):
            caught += 1
            continue
        outcome, witness = trial.propose_person(mistake)
        if outcome is Outcome.IMPOSSIBLE:
            equivalent.append(mistake.mutant)
        else:
            survivors.append(Survivor(mistake.mutant, outcome, witness))
    failing = tuple(result.vignette.name for result in results if not result.passed)
    return MutationResult(len(mistakes), caught, tuple(equivalent), tuple(survivors), failing)


class _MutationTrial:
    """The vignettes of a questionnaire, and the people the prover proposed to join them."""

    def __init__(self, definition: Definition, passed: list[VignetteResult]) -> None:
        self.definition, self.compiled = definition, compile_questionnaire(definition)
        self.compiler = ConditionCompiler(definition)
        self.guards = [
            self._make_guard(result.answers, dict(list_expectations(result.vignette))) for result in passed
        ]
        self.proposed: list[tuple[_Guard, Witness]] = []
        person = PersonVariables(definition)
        self.encoding, self.prover = Encoding(definition, person.answers), Prover(person)

    def _make_guard(self, answers: dict[str, Any], expected: dict[str, Verdict]) -> _Guard:
        return _Guard(answers, self.compiled.read_patient(answers), expected)

    def is_noticed(self, mistake: PlantedMistake) -> bool:
        return self._is_noticed_by(self.guards, mistake)

    def _is_noticed_by(self, guards: Iterable[_Guard], mistake: PlantedMistake) -> bool:
        return any(self._notices(guard, mistake) for guard in self._find_affected(guards, mistake))

    def _find_affected(self, guards: Iterable[_Guard], mistake: PlantedMistake) -> Iterator[_Guard]:
        """Those for whom the condition itself comes out differently: only they need a whole assessment."""
        condition = self.compiler.compile(mistake.expression)
        subject = mistake.mutant.subject
        for guard in guards:
            if mistake.mutant.opens:
                if condition.judge(guard.patient) != guard.patient.is_open[self.compiler.place[subject]]:
                    yield guard
            elif (
                subject in guard.expected and condition.find_verdict(guard.patient) != guard.expected[subject]
            ):
                yield guard

    def _notices(self, guard: _Guard, mistake: PlantedMistake) -> bool:
        """A flag judged otherwise is noticed; a question that opens or closes otherwise too, at once or by a
        flag."""
        if not mistake.mutant.opens:
            return True
        assessment = rules.assess(self._make_mistake(mistake), guard.answers)
        verdicts = {code: assessment.find_verdict(code) for code in guard.expected}
        return set(assessment.open) != set(guard.answers) or verdicts != guard.expected

    def _make_mistake(self, mistake: PlantedMistake) -> Definition:
        """The questionnaire with the mistake in what opens a question."""
        sections = tuple(
            replace(
                section,
                pages=tuple(
                    replace(
                        page, questions=tuple(_with_mistake(question, mistake) for question in page.questions)
                    )
                    for page in section.pages
                ),
            )
            for section in self.definition.sections
        )
        return replace(self.definition, sections=sections)

    def propose_person(self, mistake: PlantedMistake) -> tuple[Outcome, Witness | None]:
        """The person who is missing among the vignettes, or the proof that the mistake changes nothing.

        Raises ProofError when the rules module does not notice the mistake by this person.
        """
        for guard, witness in self.proposed:
            if self._is_noticed_by([guard], mistake):
                return Outcome.FOUND, witness
        outcome, proposed = find_witness(self.prover, self._encode_goal(mistake), lambda assessment: True)
        if proposed:
            assessment = rules.assess(self.definition, proposed.answers)
            verdicts = {flag.code: assessment.find_verdict(flag.code) for flag in self.definition.flags}
            guard = self._make_guard(proposed.answers, verdicts)
            if not self._is_noticed_by([guard], mistake):
                raise ProofError(DISAGREEMENT)
            self.proposed.append((guard, proposed))
        return outcome, proposed

    def _encode_goal(self, mistake: PlantedMistake) -> Formula:
        """Somebody is judged, or asked, differently because of the mistake."""
        subject, wrong = mistake.mutant.subject, self.encoding.encode(mistake.expression)
        if not mistake.mutant.opens:
            return encode_disagreement(self.encoding.flags[subject], wrong)
        after = self.encoding.with_opening(subject, wrong)
        asked = (
            _encode_unlike(opening.when_true, after.opening[link_id].when_true)
            for link_id, opening in self.encoding.opening.items()
        )
        judged = (encode_disagreement(flag, after.flags[code]) for code, flag in self.encoding.flags.items())
        return any_of(*asked, *judged)


def _encode_unlike(one: Formula, other: Formula) -> Formula:
    """That exactly one of the two holds."""
    return False if is_same(one, other) else any_of(all_of(one, negate(other)), all_of(other, negate(one)))


def _with_mistake(question: Question, mistake: PlantedMistake) -> Question:
    if question.link_id != mistake.mutant.subject:
        return question
    return replace(question, shown_when=mistake.mutant.condition)
