"""The rows of the sentence builder as a page shows them: which questions, tests and answers can be chosen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from questionnaire.definition import Definition, Question, QuestionType
from questionnaire.editor.condition_sentence import (
    COMPARISONS,
    SCORE,
    SEVERAL,
    RowGroup,
    RowTest,
    Sentence,
    SentenceRow,
    choose_test,
    find_tests,
    list_known_codes,
)

Options = list[tuple[str, str, bool]]
"""(what is sent, its words, whether it is chosen)."""
Subjects = list[tuple[str, list[tuple[str, str]]]]
"""What a row can be about, under the titles of sections: (title, [(what is sent, its short name)])."""


@dataclass(frozen=True)
class RowView:
    """One row: what is chosen, and what else could be."""

    place: str
    about: str
    name: str
    tests: Options
    options: Options
    takes_number: bool
    number: str
    unit: str
    others: Options
    several: list[tuple[str, Options]]
    fault: str
    elsewhere: bool
    """It is about something that is not offered: a question that comes later, or is gone."""


def offer_subjects(definition: Definition, *, before: str | None) -> Subjects:
    """What a row can be about; for what opens the question `before`, only what stands on an earlier page."""
    end = definition.page_of[before] if before else len(definition.pages) + 1
    offered: Subjects = []
    for section in definition.sections:
        questions = [
            q for page in section.pages for q in page.questions if definition.page_of[q.link_id] < end
        ]
        if questions:
            offered.append((str(section.title), [(q.link_id, str(q.short)) for q in questions]))
    scores = [
        s for s in definition.scores if all(definition.page_of.get(item, end) < end for item in s.items)
    ]
    if scores:
        offered.append((_("Totals"), [(f"{SCORE}{score.name}", score.title) for score in scores]))
    return offered


def view_rows(
    definition: Definition, sentence: Sentence, offered: Subjects, faults: dict[str, str]
) -> list[RowView | list[RowView]]:
    """Each row, and each group as the list of its rows. `faults`: what is wrong with a row, by its place."""

    def view(row: SentenceRow, place: str) -> RowView:
        return _view_row(definition, row, place, offered, faults.get(place, ""))

    return [
        [view(row, f"{number}.{inner}") for inner, row in enumerate(part.rows)]
        if isinstance(part, RowGroup)
        else view(part, str(number))
        for number, part in enumerate(sentence.parts)
    ]


def _view_row(definition: Definition, row: SentenceRow, place: str, offered: Subjects, fault: str) -> RowView:
    question = definition.questions.get(row.about)
    fitting = find_tests(definition, row.about)
    chosen = choose_test(row, fitting)
    return RowView(
        place=place,
        about=row.about,
        name=_name_subject(definition, row.about),
        tests=[(test, _describe_test(test, question), test == chosen) for test in fitting],
        options=_list_options(question, row) if question and chosen == RowTest.ONE_OF else [],
        takes_number=chosen in COMPARISONS,
        number=row.number,
        unit=(question.unit or "") if question else "",
        others=_list_other_numbers(definition, row) if chosen == RowTest.NOT_BELOW else [],
        several=_list_questions(offered, row) if row.about == SEVERAL else [],
        fault=fault,
        elsewhere=row.about not in {"", SEVERAL, *_list_subjects(offered)},
    )


def _list_subjects(offered: Subjects) -> Iterator[str]:
    for _title, subjects in offered:
        yield from (about for about, _name in subjects)


def _list_options(question: Question, row: SentenceRow) -> Options:
    labels = {choice.code: str(choice.label) for choice in question.options}
    return [(code, labels[code], code in row.codes) for code in list_known_codes(question)]


def _list_other_numbers(definition: Definition, row: SentenceRow) -> Options:
    numbers = (
        q for q in definition.questions.values() if q.type is QuestionType.INTEGER and q.link_id != row.about
    )
    return [(question.link_id, str(question.short), question.link_id == row.other) for question in numbers]


def _list_questions(offered: Subjects, row: SentenceRow) -> list[tuple[str, Options]]:
    """All that is offered but scores: only questions can be left unknown."""
    return [
        (
            title,
            [(about, name, about in row.several) for about, name in subjects if not about.startswith(SCORE)],
        )
        for title, subjects in offered
    ]


def _name_subject(definition: Definition, about: str) -> str:
    if about == SEVERAL:
        return _("any of several questions")
    if about.startswith(SCORE):
        score = definition.scores_by_name.get(about.removeprefix(SCORE))
        return score.title if score else about
    return str(definition.questions[about].short) if about in definition.questions else about


def _describe_test(test: RowTest, question: Question | None) -> str:
    if test is RowTest.ONE_OF:
        includes = question is not None and question.type is QuestionType.MULTI_CHOICE
        return _("includes any of") if includes else _("is one of")
    return {
        RowTest.AT_LEAST: _("is this or more"),
        RowTest.AT_MOST: _("is this or less"),
        RowTest.MORE: _("is more than"),
        RowTest.LESS: _("is less than"),
        RowTest.NOT_BELOW: _("is not below another number"),
        RowTest.UNKNOWN: _("is not known: not sure, declined or left blank"),
        RowTest.UNSURE: _("was answered “not sure” or “prefer not to say”"),
        RowTest.UNANSWERED: _("was left blank"),
    }[test]
