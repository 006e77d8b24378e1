"""Two versions, one person: who used to be flagged, and would not be now? Each weakening with the person it
leaves out.

The person answers both versions: a question that is the same is answered once; see linked_answers.py for the
others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from questionnaire.definition import Definition, Flag
from questionnaire.proof_results import (
    ComparisonResult,
    Outcome,
    ProofError,
    Weakening,
    WeakeningKind,
    Witness,
)
from questionnaire.proofs.encoding import Encoding
from questionnaire.proofs.formulas import NEVER, Formula, TruthFormulas, all_of, join_by_or
from questionnaire.proofs.linked_answers import LinkedAnswers, find_rewordings, takes_same_answers
from questionnaire.proofs.person import PersonVariables
from questionnaire.proofs.solving import DISAGREEMENT, Prover, judge_person
from questionnaire.rules.states import Verdict

Successors = Mapping[str, Collection[str]]
"""{code of an old flag: codes of the new flags that took it over}: raising one of them counts as raising
it."""
MOST_TIDY = 20
"""People made as plain as can be. A draft that weakens more than that is a wholesale change: the rest come
sooner."""


def prove_differences(
    old: Definition, new: Definition, *, successors: Successors | None = None
) -> ComparisonResult:
    """Every flag of the old version that protects fewer people in the new one, or protects them less.

    Raises ProofError when the prover and the rules module disagree.
    """
    comparison = _Comparison(old, new, successors or {})
    weakenings = [weakening for flag in old.flags for weakening in comparison.find_weakenings(flag)]
    return ComparisonResult(
        weakenings=tuple(weakenings),
        added=tuple(flag.code for flag in new.flags if flag.code not in old.flags_by_code),
        reworded=tuple(find_rewordings(old, new)),
    )


class _Comparison:
    """One person answering both versions, and one solver for all questions about them."""

    def __init__(self, old: Definition, new: Definition, successors: Successors) -> None:
        self.old, self.new, self.successors = old, new, successors
        self.shown = 0
        before = PersonVariables(old)
        shared = {
            link_id: before.answers[link_id]
            for link_id, question in new.questions.items()
            if link_id in old.questions and takes_same_answers(old.questions[link_id], question)
        }
        after = PersonVariables(new, "new ", shared)
        for link_id in (old.questions.keys() & new.questions.keys()) - shared.keys():
            answers = before.answers[link_id], after.answers[link_id]
            linked = LinkedAnswers(old.questions[link_id], new.questions[link_id], *answers)
            after.constraints += linked.list_constraints(before.strict)
        self.prover = Prover(before, after)
        self.before, self.after = Encoding(old, before.answers), Encoding(new, after.answers)

    def find_weakenings(self, flag: Flag) -> Iterator[Weakening]:
        """The weakenings of one flag of the old version. Raises ProofError as `prove_differences` does."""
        before, after, heirs = (
            self.before.flags[flag.code],
            self._encode_heirs(flag.code),
            self._list_heirs(flag.code),
        )
        if not heirs:
            yield from self._search(flag, WeakeningKind.DELETED, before.when_true)
            return
        if not before.is_same(after):  # the same formulas need no solver: an unchanged flag costs nothing
            yield from self._search(flag, WeakeningKind.SILENCED, all_of(before.when_true, after.when_false))
            yield from self._search(flag, WeakeningKind.DOUBTED, all_of(before.when_true, after.when_unknown))
            yield from self._search(
                flag, WeakeningKind.DOUBT_LOST, all_of(before.when_unknown, after.when_false)
            )
        least = max(
            (self.new.flags_by_code[code].severity for code in heirs), key=lambda severity: severity.rank
        )
        if least.rank > flag.severity.rank:
            yield from self._search(flag, WeakeningKind.LOWERED, before.when_true, str(least))

    def _list_heirs(self, code: str) -> tuple[str, ...]:
        """The flags of the new version that stand for this one: itself if it is still there, and its
        successors."""
        codes = (code, *self.successors.get(code, ()))
        return tuple(code for code in codes if code in self.after.flags)

    def _encode_heirs(self, code: str) -> TruthFormulas:
        heirs = [self.after.flags[heir] for heir in self._list_heirs(code)]
        if len(heirs) < 2:
            return heirs[0] if heirs else NEVER
        return join_by_or(heirs)

    def _search(
        self, flag: Flag, kind: WeakeningKind, goal: Formula, lowered_to: str = ""
    ) -> Iterator[Weakening]:
        """The person whom the new version protects less in this way, if there is one."""
        if (
            self.prover.decide(goal, strict=False) is Outcome.IMPOSSIBLE
        ):  # then nobody who leaves nothing blank either
            return
        for strict in (True, False):
            outcome, people = self.prover.find(goal, strict=strict, tidy=self.shown < MOST_TIDY)
            if outcome is Outcome.NOT_DECIDED:
                yield Weakening(flag.code, WeakeningKind.NOT_DECIDED, severity_before=str(flag.severity))
            if outcome is Outcome.FOUND:
                before, _ = judge_person(self.old, people[0], blanks=not strict)
                after, _ = judge_person(self.new, people[1], blanks=not strict)
                self._require_agreement(flag.code, kind, before, after)
                self.shown += 1
                yield Weakening(flag.code, kind, before, after, str(flag.severity), lowered_to)
            if outcome is not Outcome.IMPOSSIBLE:
                return

    def _require_agreement(self, code: str, kind: WeakeningKind, before: Witness, after: Witness) -> None:
        """The rules module must judge the person as the solver does."""
        verdict_before = _find_verdict({code}, before)
        verdict_after = _find_verdict(set(self._list_heirs(code)), after)
        expected = {
            WeakeningKind.SILENCED: (Verdict.RAISED, Verdict.CLEAR),
            WeakeningKind.DOUBTED: (Verdict.RAISED, Verdict.CANNOT_TELL),
            WeakeningKind.DOUBT_LOST: (Verdict.CANNOT_TELL, Verdict.CLEAR),
            WeakeningKind.DELETED: (Verdict.RAISED, Verdict.CLEAR),
            WeakeningKind.LOWERED: (Verdict.RAISED, verdict_after),
        }
        if (verdict_before, verdict_after) != expected[kind]:
            raise ProofError(DISAGREEMENT)


def _find_verdict(codes: set[str], person: Witness) -> Verdict:
    """What these flags say together: raised if one is, else in doubt if one is."""
    if codes & set(person.raised):
        return Verdict.RAISED
    return Verdict.CANNOT_TELL if codes & set(person.cannot_tell) else Verdict.CLEAR
