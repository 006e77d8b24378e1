"""One person, two wordings of a question: what ties their answer to the new question to their answer to the
old one.

They pick the same words again if those still stand there; if not, they may say anything.
"""

from __future__ import annotations

from collections.abc import Iterator

from questionnaire.definition import NONE_CODE, Definition, Question, QuestionType
from questionnaire.proof_results import Rewording
from questionnaire.proofs.formulas import Formula, all_of, any_of, negate
from questionnaire.proofs.person import AnswerFormulas


def takes_same_answers(old: Question, new: Question) -> bool:
    """Whether an answer to one of them is an answer to the other, word for word of the options."""
    plain = ("type", "minimum", "maximum", "required")
    return all(getattr(old, name) == getattr(new, name) for name in plain) and (
        {choice.code: choice.code for choice in old.options} == _match_options(old, new)
        and old.codes == new.codes
    )


def find_rewordings(old: Definition, new: Definition) -> Iterator[Rewording]:
    """Questions and options whose words changed while their ids did not."""
    for link_id in (link_id for link_id in old.questions if link_id in new.questions):
        before, after = old.questions[link_id], new.questions[link_id]
        words = {"": (before.full_wording("en"), after.full_wording("en"))}
        words |= {
            c: (_find_label(before, c) or "", _find_label(after, c) or "") for c in before.codes & after.codes
        }
        for code, (words_before, words_after) in sorted(words.items()):
            if words_before != words_after:
                yield Rewording(link_id, code, words_before, words_after)


def _match_options(old: Question, new: Question) -> dict[str, str]:
    """Old code to the code a patient picks now: the one with the same words, else the one with the same code.

    So swapped labels are seen for what they are, and a corrected typing mistake is not taken for a change.
    """
    by_words = {str(choice.label): choice.code for choice in new.options}
    old_words = {str(choice.label) for choice in old.options}
    matched = {}
    for choice in old.options:
        words, words_now = str(choice.label), _find_label(new, choice.code)
        if words_now != words and words in by_words:
            matched[choice.code] = by_words[words]
        elif words_now is not None and (words_now == words or words_now not in old_words):
            matched[choice.code] = choice.code
    return matched


def _find_label(question: Question, code: str) -> str | None:
    choice = question.choice(code)
    return str(choice.label) if choice else None


class LinkedAnswers:
    """What one person says to a question as it was, and as it is now."""

    def __init__(self, old: Question, new: Question, before: AnswerFormulas, after: AnswerFormulas) -> None:
        self.old, self.new, self.before, self.after = old, new, before, after

    def list_constraints(self, strict: Formula) -> Iterator[Formula]:
        """What ties the two answers together. A question no longer required may be left blank by anybody."""
        freed = all_of(strict, self.after.blank) if self.old.required and not self.new.required else False
        is_newly_required = self.new.required and not self.old.required
        was_answered = negate(self.before.blank)
        yield any_of(any_of(was_answered, strict) if is_newly_required else was_answered, self.after.blank)
        if self.old.options and self.new.options:
            yield from (any_of(freed, rule) for rule in self._link_codes())
        elif self.old.type is QuestionType.INTEGER and self.new.type is QuestionType.INTEGER:
            yield from (any_of(freed, rule) for rule in self._link_numbers())
        elif self.old.type is self.new.type:
            yield any_of(freed, self.before.blank, negate(self.after.blank))

    def _link_codes(self) -> Iterator[Formula]:
        """Options that can still be picked are picked; nothing else is, unless one that was picked is
        gone."""
        matched = _match_options(self.old, self.new)
        lost = self.before.includes_any(code for code in self.old.codes if code not in matched)
        if self.old.type is QuestionType.MULTI_CHOICE and self.new.type is QuestionType.CHOICE:
            lost = any_of(lost, *_list_pairs_ticked(self.before))
        for old_code, new_code in matched.items():
            still = any_of(negate(self.before.codes[old_code]), self.after.codes[new_code])
            yield (
                any_of(lost, still)
                if self.new.type is QuestionType.CHOICE or old_code == NONE_CODE
                else still
            )
        for code, ticked in self.after.codes.items():
            same = self.before.includes_any(
                old_code for old_code, new_code in matched.items() if new_code == code
            )
            yield any_of(lost, self.before.blank, negate(ticked), same)

    def _link_numbers(self) -> Iterator[Formula]:
        """The same number again where it is still in range; "not sure" again."""
        before, after = self.before, self.after
        in_range = all_of(*self._limit(before.number))
        yield any_of(negate(before.unsure), after.unsure)
        yield any_of(
            negate(before.known), negate(in_range), all_of(after.known, after.number == before.number)
        )

    def _limit(self, number: Formula) -> Iterator[Formula]:
        if self.new.minimum is not None:
            yield number >= self.new.minimum
        if self.new.maximum is not None:
            yield number <= self.new.maximum


def _list_pairs_ticked(answer: AnswerFormulas) -> list[Formula]:
    """For each two codes, that both are ticked."""
    codes = list(answer.codes.values())
    return [all_of(one, other) for place, one in enumerate(codes) for other in codes[:place]]
