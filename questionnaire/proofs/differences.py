"""Two versions, one person: who used to be flagged, and would not be now? Each weakening with the person it leaves out.

The person answers both versions: a question that is the same is answered once. Where a question changed, they pick the
same words again if those still stand there; if not, they may say anything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from questionnaire.definition import NONE_CODE, Definition, Flag, Question, QuestionType
from questionnaire.proof_results import (
    ComparisonResult,
    Outcome,
    ProofError,
    Rewording,
    Weakening,
    WeakeningKind,
    Witness,
)
from questionnaire.proofs.encoding import (
    NEVER,
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
from questionnaire.rules.states import Verdict

Successors = Mapping[str, Collection[str]]
"""{code of an old flag: codes of the new flags that took it over}: raising one of them counts as raising it."""
MOST_TIDY = 20
"""People made as plain as can be. A draft that weakens more than that is a wholesale change: the rest come sooner."""


def prove_differences(old: Definition, new: Definition, *, successors: Successors | None = None) -> ComparisonResult:
    """Every flag of the old version that protects fewer people in the new one, or protects them less.

    Raises ProofError when the prover and the rules module disagree.
    """
    comparison = _Comparison(old, new, successors or {})
    weakenings = [weakening for flag in old.flags for weakening in comparison.of(flag)]
    return ComparisonResult(
        weakenings=tuple(weakenings),
        added=tuple(flag.code for flag in new.flags if flag.code not in old.flags_by_code),
        reworded=tuple(_reworded(old, new)),
    )


def guard(previous: Definition, draft: Definition, *, successors: Successors | None = None) -> tuple[Weakening, ...]:
    """What publishing this draft must not do without a written reason and a second person."""
    return prove_differences(previous, draft, successors=successors).weakenings


class _Comparison:
    """One person answering both versions, and one solver for all questions about them."""

    def __init__(self, old: Definition, new: Definition, successors: Successors) -> None:
        self.old, self.new, self.successors = old, new, successors
        self.shown = 0
        before = PersonVariables(old)
        shared = {
            link_id: before.said[link_id]
            for link_id, question in new.questions.items()
            if link_id in old.questions and _same_answers(old.questions[link_id], question)
        }
        after = PersonVariables(new, "new ", shared)
        for link_id in (old.questions.keys() & new.questions.keys()) - shared.keys():
            pair = _Pair(old.questions[link_id], new.questions[link_id], before.said[link_id], after.said[link_id])
            after.rules += pair.says_the_same(before.strict)
        self.prover = Prover(before, after)
        self.before, self.after = Encoding(old, before.said), Encoding(new, after.said)

    def of(self, flag: Flag) -> Iterator[Weakening]:
        """The weakenings of one flag of the old version."""
        one, other, heirs = self.before.flags[flag.code], self._now(flag.code), self._heirs(flag.code)
        if not heirs:
            yield from self._found(flag, WeakeningKind.DELETED, one.t)
            return
        if not one.same(other):
            yield from self._found(flag, WeakeningKind.SILENCED, all_of(one.t, other.f))
            yield from self._found(flag, WeakeningKind.DOUBTED, all_of(one.t, other.unknown))
            yield from self._found(flag, WeakeningKind.DOUBT_LOST, all_of(one.unknown, other.f))
        least = max((self.new.flags_by_code[code].severity for code in heirs), key=lambda severity: severity.rank)
        if least.rank > flag.severity.rank:
            yield from self._found(flag, WeakeningKind.LOWERED, one.t, str(least))

    def _heirs(self, code: str) -> tuple[str, ...]:
        codes = (code, *self.successors.get(code, ()))
        return tuple(code for code in codes if code in self.after.flags)

    def _now(self, code: str) -> TruthFormulas:
        rails = [self.after.flags[heir] for heir in self._heirs(code)]
        if len(rails) < 2:
            return rails[0] if rails else NEVER
        return TruthFormulas(any_of(*(rail.t for rail in rails)), all_of(*(rail.f for rail in rails)))

    def _found(self, flag: Flag, kind: WeakeningKind, goal: Formula, lowered_to: str = "") -> Iterator[Weakening]:
        if self.prover.decide(goal, strict=False) is Outcome.IMPOSSIBLE:  # then nobody who leaves nothing blank either
            return
        for strict in (True, False):
            outcome, people = self.prover.find(goal, strict=strict, tidy=self.shown < MOST_TIDY)
            if outcome is Outcome.NOT_DECIDED:
                yield Weakening(flag.code, WeakeningKind.NOT_DECIDED, severity_before=str(flag.severity))
            if outcome is Outcome.FOUND:
                before, _ = judge_person(self.old, people[0], blanks=not strict)
                after, _ = judge_person(self.new, people[1], blanks=not strict)
                self._agree(flag.code, kind, before, after)
                self.shown += 1
                yield Weakening(flag.code, kind, before, after, str(flag.severity), lowered_to)
            if outcome is not Outcome.IMPOSSIBLE:
                return

    def _agree(self, code: str, kind: WeakeningKind, before: Witness, after: Witness) -> None:
        heirs = set(self._heirs(code))
        was = _verdict({code}, before)
        now = _verdict(heirs, after)
        expected = {
            WeakeningKind.SILENCED: (Verdict.RAISED, Verdict.CLEAR),
            WeakeningKind.DOUBTED: (Verdict.RAISED, Verdict.CANNOT_TELL),
            WeakeningKind.DOUBT_LOST: (Verdict.CANNOT_TELL, Verdict.CLEAR),
            WeakeningKind.DELETED: (Verdict.RAISED, Verdict.CLEAR),
            WeakeningKind.LOWERED: (Verdict.RAISED, now),
        }
        if (was, now) != expected[kind]:
            raise ProofError("internal error: the prover and the rules module judge a person differently")


def _verdict(codes: set[str], person: Witness) -> Verdict:
    if codes & set(person.raised):
        return Verdict.RAISED
    return Verdict.CANNOT_TELL if codes & set(person.cannot_tell) else Verdict.CLEAR


# One person, two wordings of a question -------------------------------------------------------------------------------


def _same_answers(old: Question, new: Question) -> bool:
    """Whether whoever answers one of them has answered the other, word for word of the options."""
    plain = ("type", "minimum", "maximum", "required")
    return all(getattr(old, name) == getattr(new, name) for name in plain) and (
        {choice.code: choice.code for choice in old.options} == _same_words(old, new) and old.codes == new.codes
    )


def _same_words(old: Question, new: Question) -> dict[str, str]:
    """Old code to the code a patient picks now: the one with the same words, else the one with the same code.

    So swapped labels are seen for what they are, and a corrected typing mistake is not taken for a change.
    """
    by_words = {str(choice.label): choice.code for choice in new.options}
    old_words = {str(choice.label) for choice in old.options}
    found = {}
    for choice in old.options:
        words, words_now = str(choice.label), _label(new, choice.code)
        if words_now != words and words in by_words:
            found[choice.code] = by_words[words]
        elif words_now is not None and (words_now == words or words_now not in old_words):
            found[choice.code] = choice.code
    return found


def _label(question: Question, code: str) -> str | None:
    choice = question.choice(code)
    return str(choice.label) if choice else None


class _Pair:
    """What one person says to a question as it was, and as it is now."""

    def __init__(self, old: Question, new: Question, was: AnswerFormulas, now: AnswerFormulas) -> None:
        self.old, self.new, self.was, self.now = old, new, was, now

    def says_the_same(self, strict: Formula) -> Iterator[Formula]:
        """Rules that tie the two answers together. A question no longer required may be left blank by anybody."""
        freed = all_of(strict, self.now.blank) if self.old.required and not self.new.required else False
        newly_required = self.new.required and not self.old.required
        stays_blank = negate(self.was.blank) if not newly_required else any_of(negate(self.was.blank), strict)
        yield any_of(stays_blank, self.now.blank)
        if self.old.options and self.new.options:
            yield from (any_of(freed, rule) for rule in self._codes())
        elif self.old.type is QuestionType.INTEGER and self.new.type is QuestionType.INTEGER:
            yield from (any_of(freed, rule) for rule in self._number())
        elif self.old.type is self.new.type:
            yield any_of(freed, self.was.blank, negate(self.now.blank))

    def _codes(self) -> Iterator[Formula]:
        """Options that can still be picked are picked; nothing else is, unless one that was picked is gone."""
        kept = _same_words(self.old, self.new)
        lost = self.was.any_of(code for code in self.old.codes if code not in kept)
        if self.old.type is QuestionType.MULTI_CHOICE and self.new.type is QuestionType.CHOICE:
            lost = any_of(lost, *_two_of(self.was))
        for old_code, new_code in kept.items():
            still = any_of(negate(self.was.codes[old_code]), self.now.codes[new_code])
            yield any_of(lost, still) if self.new.type is QuestionType.CHOICE or old_code == NONE_CODE else still
        for code, ticked in self.now.codes.items():
            same = self.was.any_of(old_code for old_code, new_code in kept.items() if new_code == code)
            yield any_of(lost, self.was.blank, negate(ticked), same)

    def _number(self) -> Iterator[Formula]:
        was, now = self.was, self.now
        sayable = all_of(*self._within(was.number))
        yield any_of(negate(was.unsure), now.unsure)
        yield any_of(negate(was.known), negate(sayable), all_of(now.known, now.number == was.number))

    def _within(self, number: Formula) -> Iterator[Formula]:
        if self.new.minimum is not None:
            yield number >= self.new.minimum
        if self.new.maximum is not None:
            yield number <= self.new.maximum


def _two_of(said: AnswerFormulas) -> list[Formula]:
    codes = list(said.codes.values())
    return [all_of(one, other) for place, one in enumerate(codes) for other in codes[:place]]


def _reworded(old: Definition, new: Definition) -> Iterator[Rewording]:
    for link_id in (link_id for link_id in old.questions if link_id in new.questions):
        before, after = old.questions[link_id], new.questions[link_id]
        words = {"": (before.full_wording("en"), after.full_wording("en"))}
        words |= {c: (_label(before, c) or "", _label(after, c) or "") for c in before.codes & after.codes}
        for code, (was, now) in sorted(words.items()):
            if was != now:
                yield Rewording(link_id, code, was, now)
