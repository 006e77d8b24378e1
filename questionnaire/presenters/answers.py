"""The patient's answers as staff read them: every question that was asked, in the words of the pinned version.

Not sure, declined, left blank and never asked are four different things and look different.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from questionnaire.checks.conditions import find_questions_read
from questionnaire.definition import Definition, Question, Score
from questionnaire.presenters.reader import Reader, in_words
from questionnaire.rules import assess
from questionnaire.rules.answers import Value, is_blank
from questionnaire.rules.evaluation import State, compile_questionnaire
from questionnaire.rules.explain import describe_condition


class Mark(StrEnum):
    """What kind of answer a question has."""

    ANSWERED = "answered"
    PARTLY = "partly"
    """Several options, "not sure" among them."""
    UNSURE = "unsure"
    DECLINED = "declined"
    BLANK = "blank"
    NEVER_ASKED = "never-asked"
    """It depends on an answer that is not known."""
    NOT_APPLICABLE = "not-applicable"
    """A known answer closed it: not asked on this path."""


UNKNOWN = frozenset({Mark.PARTLY, Mark.UNSURE, Mark.DECLINED, Mark.BLANK, Mark.NEVER_ASKED})
_MARKS = {
    State.KNOWN: Mark.ANSWERED,
    State.PARTLY: Mark.PARTLY,
    State.BLANK: Mark.BLANK,
    State.NEVER_ASKED: Mark.NEVER_ASKED,
    State.NOT_APPLICABLE: Mark.NOT_APPLICABLE,
}


@dataclass(frozen=True)
class Answer:
    """One question as it was put, and what came back."""

    link_id: str
    short: str
    """English, for staff."""
    stem: str
    """The beginning that questions of a group share, as the patient read it; mostly empty."""
    wording: str
    """The rest of the question, as the patient read it."""
    english_stem: str
    """Both in English; empty where the patient read English."""
    english: str
    lines: tuple[str, ...]
    english_lines: tuple[str, ...]
    """The answer in English, where it was chosen in other words."""
    mark: Mark
    loaded_by: str
    """When it is asked, read aloud; empty for a question that everybody is asked."""

    @property
    def was_asked(self) -> bool:
        return self.mark not in {Mark.NEVER_ASKED, Mark.NOT_APPLICABLE}


@dataclass(frozen=True)
class Section:
    title: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Answered:
    """Everything one patient answered, against the version they were asked."""

    definition: Definition
    values: dict[str, Value]
    reader: Reader
    """The patient's language and the numbers they were shown."""

    @property
    def plain_reader(self) -> Reader:
        """Staff, who read English, with the numbers the patient was shown."""
        return Reader("en", self.reader.emergency, self.reader.crisis)

    @cached_property
    def by_id(self) -> dict[str, Answer]:
        compiled = compile_questionnaire(self.definition)
        states = compiled.read_patient(self.values).states
        return {
            link_id: self._answer(self.definition.questions[link_id], state)
            for link_id, state in zip(compiled.link_ids, states, strict=True)
        }

    @property
    def sections(self) -> list[Section]:
        """The questions that were asked, or might have been, in order."""
        found: dict[str, list[Answer]] = {}
        for link_id, answer in self.by_id.items():
            if answer.mark is not Mark.NOT_APPLICABLE:
                section = self.definition.section_of_page[self.definition.page_of[link_id]]
                found.setdefault(self.reader.words(section.title), []).append(answer)
        return [Section(title, tuple(answers)) for title, answers in found.items()]

    @property
    def not_asked(self) -> list[Answer]:
        """What this path left out, because an earlier answer closed it."""
        return [answer for answer in self.by_id.values() if answer.mark is Mark.NOT_APPLICABLE]

    def to_ask(self, condition: str) -> list[Answer]:
        """The questions whose missing answers keep this condition in doubt, back to the ones that opened them."""
        found: dict[str, Answer] = {}
        left = [condition]
        while left:
            for link_id in sorted(find_questions_read(self.definition, left.pop())):
                answer = self.by_id[link_id]
                if answer.mark in UNKNOWN and link_id not in found:
                    found[link_id] = answer
                    shown_when = self.definition.questions[link_id].shown_when
                    left += [shown_when] if answer.mark is Mark.NEVER_ASKED and shown_when else []
        return [answer for link_id, answer in self.by_id.items() if link_id in found]

    def _answer(self, question: Question, state: State) -> Answer:
        value = self.values.get(question.link_id)
        mark = _MARKS.get(state) or (Mark.DECLINED if _declined(value) else Mark.UNSURE)
        asked = mark not in {Mark.NEVER_ASKED, Mark.NOT_APPLICABLE}
        given = value if asked and not is_blank(value) else None
        language = self.reader.language
        plain = self.plain_reader if language != "en" else None
        lines = tuple(in_words(question, given, self.reader))
        english_lines = tuple(in_words(question, given, plain)) if plain else ()
        return Answer(
            link_id=question.link_id,
            short=question.short.in_("en"),
            stem=question.stem.in_(language) if question.stem else "",
            wording=question.wording.in_(language),
            english_stem=plain.words(question.stem) if plain else "",
            english=plain.words(question.wording) if plain else "",
            lines=lines,
            english_lines=english_lines if english_lines != lines else (),
            mark=mark,
            loaded_by=describe_condition(self.definition, question.shown_when) if question.shown_when else "",
        )


def _declined(value: Value) -> bool:
    codes = value if isinstance(value, tuple) else (value,)
    return "prefer-not-to-say" in codes


# Scores --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ScoreLine:
    """One score in words: never a total of what was not asked in full."""

    name: str
    words: str
    complete: bool


def score_lines(definition: Definition, values: dict[str, Value]) -> list[ScoreLine]:
    """Each score that was asked in full as bounds; of the others the single items that were asked.

    For example "PHQ-9 at least 7" for declined items; "PHQ-2 = 1", "PHQ-9 item 9 = 0" while its gate is closed.
    """
    judged = assess(definition, values)
    opened = frozenset(judged.open)
    asked = {score.name for score in definition.scores if opened.issuperset(score.items)}
    covered = {item for score in definition.scores if score.name in asked for item in score.items}
    lines = []
    for score in definition.scores:
        name = score.title.split(" (")[0]
        if score.name in asked:
            found = judged.scores[score.name]
            if found.at_least == found.at_most:
                lines.append(ScoreLine(name, f"= {found.at_least}", True))
            else:
                lines.append(_open_score(name, found.at_least, found.at_most, found.answered, found.of))
        else:
            lines += _items(definition, score, values, opened - covered)
    return lines


def _open_score(name: str, low: int, high: int, answered: int, of: int) -> ScoreLine:
    return ScoreLine(name, f"at least {low}, at most {high} ({answered} of {of} items answered)", False)


def _items(definition: Definition, score: Score, values: dict[str, Value], opened: frozenset[str]) -> list[ScoreLine]:
    """The items of an unfinished score that were asked by themselves."""
    lines = []
    for number, item in enumerate(score.items, 1):
        if item in opened:
            choice = definition.questions[item].choice(str(values.get(item)))
            points = None if choice is None or choice.is_unsure else choice.points
            name = f"{score.title.split(' (')[0]} item {number}"
            lines.append(ScoreLine(name, "not known" if points is None else f"= {points}", points is not None))
    return lines
