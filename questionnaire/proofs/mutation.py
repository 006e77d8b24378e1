"""Do the vignettes guard the conditions? Every small mistake must be noticed by one, or be proved to change nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from questionnaire import rules
from questionnaire.definition import Definition
from questionnaire.proof_results import Mutant, MutationResult, Outcome, ProofError, Survivor, Witness
from questionnaire.proofs.encoding import Encoding, Formula, PersonVariables, all_of, any_of, is_same, negate
from questionnaire.proofs.gate import encode_difference
from questionnaire.proofs.mutants import PlantedMistake, plant_mistakes
from questionnaire.proofs.solving import Prover, find_witness
from questionnaire.rules.compilation import ConditionCompiler
from questionnaire.rules.evaluation import compile_questionnaire
from questionnaire.rules.patient import Patient
from questionnaire.rules.states import Verdict
from questionnaire.vignettes import run


@dataclass(frozen=True)
class _Guard:
    """One person who may notice mistakes: what they are asked, and the flags whose verdicts are looked at."""

    answers: dict[str, Any]
    patient: Patient
    expected: dict[str, Verdict]


def measure_mutation(definition: Definition) -> MutationResult:
    """Tries every mistake on the vignettes, and the prover on every mistake that none of them notices.

    Raises ProofError when the prover and the rules module disagree.
    """
    results = run.run_vignettes(definition)
    watch = _Watch(definition, [result for result in results if result.passed])
    equivalent: list[Mutant] = []
    survivors: list[Survivor] = []
    caught = 0
    for mistake in (tried := list(plant_mistakes(definition))):
        if watch.notices(mistake):
            caught += 1
            continue
        outcome, found = watch.propose(mistake)
        if outcome is Outcome.IMPOSSIBLE:
            equivalent.append(mistake.mutant)
        else:
            survivors.append(Survivor(mistake.mutant, outcome, found))
    failing = tuple(result.vignette.name for result in results if not result.passed)
    return MutationResult(len(tried), caught, tuple(equivalent), tuple(survivors), failing)


class _Watch:
    """The vignettes of a questionnaire, and the people the prover proposed to join them."""

    def __init__(self, definition: Definition, passed: list[run.VignetteResult]) -> None:
        self.definition, self.program, self.compiler = (
            definition,
            compile_questionnaire(definition),
            ConditionCompiler(definition),
        )
        self.guards = [self._guard(result.answers, _expected(result)) for result in passed]
        self.proposed: list[tuple[_Guard, Witness]] = []
        person = PersonVariables(definition)
        self.encoding, self.prover = Encoding(definition, person.said), Prover(person)

    def _guard(self, answers: dict[str, Any], expected: dict[str, Verdict]) -> _Guard:
        return _Guard(answers, self.program.read_patient(answers), expected)

    def notices(self, mistake: PlantedMistake) -> bool:
        return any(self._notices(guard, mistake) for guard in self._nearest(mistake, self.guards))

    def _nearest(self, mistake: PlantedMistake, guards: list[_Guard]) -> Iterator[_Guard]:
        condition = self.compiler.compile(mistake.expression)
        subject = mistake.mutant.subject
        for guard in guards:
            if mistake.mutant.opens:
                if condition.judge(guard.patient) != guard.patient.is_open[self.compiler.place[subject]]:
                    yield guard
            elif subject in guard.expected and condition.find_verdict(guard.patient) != guard.expected[subject]:
                yield guard

    def _notices(self, guard: _Guard, mistake: PlantedMistake) -> bool:
        """A flag judged otherwise is noticed; a question that opens or closes otherwise too, at once or by a flag."""
        if not mistake.mutant.opens:
            return True
        judged = rules.assess(self._mistaken(mistake), guard.answers)
        now = {code: judged.find_verdict(code) for code in guard.expected}
        return set(judged.open) != set(guard.answers) or now != guard.expected

    def _mistaken(self, mistake: PlantedMistake) -> Definition:
        """The questionnaire with the mistake in what opens a question."""
        sections = tuple(
            replace(
                section,
                pages=tuple(
                    replace(page, questions=tuple(_with(question, mistake) for question in page.questions))
                    for page in section.pages
                ),
            )
            for section in self.definition.sections
        )
        return replace(self.definition, sections=sections)

    def propose(self, mistake: PlantedMistake) -> tuple[Outcome, Witness | None]:
        """The person who is missing among the vignettes, or the proof that the mistake changes nothing."""
        for guard, found in self.proposed:
            if any(self._notices(one, mistake) for one in self._nearest(mistake, [guard])):
                return Outcome.FOUND, found
        outcome, proposed = find_witness(self.prover, self._goal(mistake), lambda judged: True)
        if proposed:
            judged = rules.assess(self.definition, proposed.answers)
            everything = {flag.code: judged.find_verdict(flag.code) for flag in self.definition.flags}
            guard = self._guard(proposed.answers, everything)
            if not any(self._notices(one, mistake) for one in self._nearest(mistake, [guard])):
                raise ProofError("internal error: the prover and the rules module judge a person differently")
            self.proposed.append((guard, proposed))
        return outcome, proposed

    def _goal(self, mistake: PlantedMistake) -> Formula:
        """Somebody is judged, or asked, differently because of the mistake."""
        subject, wrong = mistake.mutant.subject, self.encoding.expression(mistake.expression)
        if not mistake.mutant.opens:
            return encode_difference(self.encoding.flags[subject], wrong)
        after = self.encoding.with_opened(subject, wrong)
        asked = (_unlike(rail.t, after.opened[link_id].t) for link_id, rail in self.encoding.opened.items())
        judged = (encode_difference(rail, after.flags[code]) for code, rail in self.encoding.flags.items())
        return any_of(*asked, *judged)


def _unlike(one: Formula, other: Formula) -> Formula:
    return False if is_same(one, other) else any_of(all_of(one, negate(other)), all_of(other, negate(one)))


def _with(question: Any, mistake: PlantedMistake) -> Any:
    return (
        replace(question, shown_when=mistake.mutant.condition)
        if question.link_id == mistake.mutant.subject
        else question
    )


def _expected(result: run.VignetteResult) -> dict[str, Verdict]:
    told = result.vignette
    return {
        **dict.fromkeys(told.raised, Verdict.RAISED),
        **dict.fromkeys(told.not_raised, Verdict.CLEAR),
        **dict.fromkeys(told.cannot_tell, Verdict.CANNOT_TELL),
    }
