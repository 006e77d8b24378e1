"""The rows of the sentence builder as a page shows them: which questions, tests and answers can be chosen."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from questionnaire.definition import Definition, Question, QuestionType, Score
from questionnaire.editor.sentence import (
    COMPARISONS,
    SCORE,
    SEVERAL,
    Group,
    Row,
    Sentence,
    known_codes,
    tests_for,
)

Choices = list[tuple[str, list[tuple[str, str]]]]
"""Questions under the titles of their sections: (title, [(what a row is about, its short name)])."""


@dataclass(frozen=True)
class RowView:
    """One row: what is chosen, and what else could be."""

    place: str
    about: str
    name: str
    tests: list[tuple[str, str, bool]]
    options: list[tuple[str, str, bool]]
    takes_number: bool
    number: str
    unit: str
    others: list[tuple[str, str, bool]]
    several: list[tuple[str, list[tuple[str, str, bool]]]]
    fault: str
    elsewhere: bool
    """It is about something that is not offered: a question that comes later, or is gone."""


def choices_for(definition: Definition, *, before: str | None) -> Choices:
    """What a row can be about. What opens a question stands on a page before its own."""
    last = definition.page_of[before] if before else len(definition.pages) + 1
    found: Choices = []
    for section in definition.sections:
        asked = [q for page in section.pages for q in page.questions if definition.page_of[q.link_id] < last]
        if asked:
            found.append((str(section.title), [(q.link_id, str(q.short)) for q in asked]))
    scores = [s for s in definition.scores if all(definition.page_of.get(item, last) < last for item in s.items)]
    if scores:
        found.append((_("Totals"), [_score(score) for score in scores]))
    return found


def _score(score: Score) -> tuple[str, str]:
    return f"{SCORE}{score.name}", score.title


def row_views(
    definition: Definition, sentence: Sentence, offered: Choices, faults: dict[str, str]
) -> list[RowView | list[RowView]]:
    """Each row, and each group as the list of its rows."""

    def view(row: Row, place: str) -> RowView:
        return _view(definition, row, place, offered, faults.get(place, ""))

    return [
        [view(row, f"{number}.{inner}") for inner, row in enumerate(part.rows)]
        if isinstance(part, Group)
        else view(part, str(number))
        for number, part in enumerate(sentence.parts)
    ]


def _view(definition: Definition, row: Row, place: str, offered: Choices, fault: str) -> RowView:
    question = definition.questions.get(row.about)
    fitting = tests_for(definition, row.about)
    chosen = row.test if row.test in fitting else (*fitting, "")[0]
    numbers = [q for q in definition.questions.values() if q.type is QuestionType.INTEGER and q.link_id != row.about]
    several = offered if row.about == SEVERAL else []
    return RowView(
        place=place,
        about=row.about,
        name=_name(definition, row.about),
        tests=[(test, _test_words(test, question), test == chosen) for test in fitting],
        options=_options(question, row) if question and chosen == "one-of" else [],
        takes_number=chosen in COMPARISONS,
        number=row.number,
        unit=(question.unit or "") if question else "",
        others=[(q.link_id, str(q.short), q.link_id == row.other) for q in numbers] if chosen == "not-below" else [],
        several=[
            (title, [(id, name, id in row.several) for id, name in asked if not id.startswith(SCORE)])
            for title, asked in several
        ],
        fault=fault,
        elsewhere=row.about not in {"", SEVERAL, *(id for _title, asked in offered for id, _name in asked)},
    )


def _options(question: Question, row: Row) -> list[tuple[str, str, bool]]:
    labels = {choice.code: str(choice.label) for choice in question.options}
    return [(code, labels[code], code in row.codes) for code in known_codes(question)]


def _name(definition: Definition, about: str) -> str:
    if about == SEVERAL:
        return _("any of several questions")
    if about.startswith(SCORE):
        score = definition.scores_by_name.get(about.removeprefix(SCORE))
        return score.title if score else about
    return str(definition.questions[about].short) if about in definition.questions else about


def _test_words(test: str, question: Question | None) -> str:
    if test == "one-of":
        includes = question is not None and question.type is QuestionType.MULTI_CHOICE
        return _("includes any of") if includes else _("is one of")
    return {
        "at-least": _("is this or more"),
        "at-most": _("is this or less"),
        "more": _("is more than"),
        "less": _("is less than"),
        "not-below": _("is not below another number"),
        "unknown": _("is not known: not sure, declined or left blank"),
        "unsure": _("was answered “not sure” or “prefer not to say”"),
        "unanswered": _("was left blank"),
    }[test]
