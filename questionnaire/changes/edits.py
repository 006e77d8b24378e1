"""Changes to a questionnaire, each a pure function from one definition to the next. Nothing here is stored.

`drafts.change_draft` stores the result of one of these with its record. What would leave a condition, score,
vignette or reader hanging is refused with the list of those who use it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from questionnaire.changes.uses import (
    InUseError,
    Use,
    find_choice_uses,
    find_flag_uses,
    find_question_uses,
    find_score_uses,
    find_topic_uses,
)
from questionnaire.definition import (
    Choice,
    Definition,
    FixedText,
    Flag,
    Page,
    Question,
    Score,
    Section,
    Text,
    Topic,
    Vignette,
)
from questionnaire.identifiers import make_id

T = TypeVar("T")


class PartNotFoundError(LookupError):
    """The thing to change is gone: somebody removed it meanwhile."""


# Questions, pages, sections ---------------------------------------------------------------------------------


def change_question(definition: Definition, question: Question) -> Definition:
    """Put this question in the place of the one with its link id. Raises InUse for an option that is still
    used."""
    before = definition.questions.get(question.link_id)
    if before is None:
        raise PartNotFoundError(question.link_id)
    gone = [choice.code for choice in before.options if choice.code not in question.codes]
    uses = tuple(use for code in gone for use in find_choice_uses(definition, question.link_id, code))
    if uses:
        raise InUseError(uses)
    return _map_questions(definition, lambda q: question if q.link_id == question.link_id else q)


def set_shown_when(definition: Definition, link_id: str, shown_when: str) -> Definition:
    """The same question with another `shown_when`, to see what would be wrong with it there."""
    return _map_questions(
        definition, lambda q: replace(q, shown_when=shown_when or None) if q.link_id == link_id else q
    )


def add_question(
    definition: Definition, question: Question, *, section_id: str, after: str | None
) -> Definition:
    """A new page with this question, after the page of another question of the section, or first when None.

    Raises PartNotFoundError where there is no such place.
    """

    def add(section: Section) -> Section:
        """Raises PartNotFoundError where there is no such place."""
        pages = [
            number
            for number, page in enumerate(section.pages)
            if any(q.link_id == after for q in page.questions)
        ]
        if after is not None and not pages:
            raise PartNotFoundError(after)
        place = pages[0] + 1 if pages else 0
        return replace(section, pages=(*section.pages[:place], Page((question,)), *section.pages[place:]))

    return _map_section(definition, section_id, add)


def remove_question(definition: Definition, link_id: str) -> Definition:
    """Without this question, and without its page if that is then empty; stories no longer answer it.

    Raises InUse while anything but a story uses it, and NotThere.
    """
    if link_id not in definition.questions:
        raise PartNotFoundError(link_id)
    if uses := tuple(use for use in find_question_uses(definition, link_id) if use.kind != "vignette"):
        raise InUseError(uses)
    sections = tuple(replace(s, pages=_without(s.pages, link_id)) for s in definition.sections)
    stories = tuple(_untold(vignette, link_id) for vignette in definition.vignettes)
    return replace(definition, sections=sections, vignettes=stories)


def _untold(vignette: Vignette, link_id: str) -> Vignette:
    answers = tuple(answer for answer in vignette.answers if answer[0] != link_id)
    return replace(
        vignette, answers=answers, not_asked=tuple(id for id in vignette.not_asked if id != link_id)
    )


def move_question(definition: Definition, link_id: str, step: int) -> Definition:
    """One place up (-1) or down (+1): within its page, then page by page, then into the next section.

    Raises PartNotFoundError where there is no such question.
    """
    places = [(i, j) for i, section in enumerate(definition.sections) for j, _ in enumerate(section.pages)]
    sections = [list(section.pages) for section in definition.sections]
    for i, j in places:
        questions = list(sections[i][j].questions)
        ids = [question.link_id for question in questions]
        if link_id not in ids:
            continue
        at = ids.index(link_id)
        if 0 <= at + step < len(ids):
            questions[at], questions[at + step] = questions[at + step], questions[at]
            sections[i][j] = Page(tuple(questions))
        else:
            _move_page(sections, i, j, step)
        break
    else:
        raise PartNotFoundError(link_id)
    moved = zip(definition.sections, sections, strict=True)
    return replace(
        definition, sections=tuple(replace(section, pages=tuple(pages)) for section, pages in moved)
    )


def _move_page(sections: list[list[Page]], i: int, j: int, step: int) -> None:
    page = sections[i][j]
    if 0 <= j + step < len(sections[i]):
        sections[i][j], sections[i][j + step] = sections[i][j + step], page
    elif 0 <= i + step < len(sections) and len(sections[i]) > 1:
        del sections[i][j]
        sections[i + step].insert(0 if step > 0 else len(sections[i + step]), page)


def change_section(
    definition: Definition, section_id: str, *, title: Text, intro: Text | None, grows_stale: bool
) -> Definition:
    """With these words, and asked again or not when a form was left for long."""
    changes: dict[str, Any] = {"title": title, "intro": intro, "grows_stale": grows_stale}
    return _map_section(definition, section_id, lambda section: replace(section, **changes))


def move_section(definition: Definition, section_id: str, step: int) -> Definition:
    return replace(definition, sections=_moved(definition.sections, lambda s: s.id == section_id, step))


def add_section(definition: Definition, section: Section) -> Definition:
    return replace(definition, sections=_put(definition.sections, section, lambda s: s.id))


def remove_section(definition: Definition, section_id: str) -> Definition:
    """Without this section. Raises InUse while it holds questions."""
    held = [q for s in definition.sections if s.id == section_id for page in s.pages for q in page.questions]
    if held:
        raise InUseError(tuple(Use("question", question.link_id, "stands in it") for question in held))
    return replace(definition, sections=_removed(definition.sections, lambda s: s.id == section_id))


def _without(pages: tuple[Page, ...], link_id: str) -> tuple[Page, ...]:
    kept = (Page(tuple(q for q in page.questions if q.link_id != link_id)) for page in pages)
    return tuple(page for page in kept if page.questions)


def _map_questions(definition: Definition, change: Callable[[Question], Question]) -> Definition:
    def pages(section: Section) -> tuple[Page, ...]:
        return tuple(Page(tuple(change(question) for question in page.questions)) for page in section.pages)

    return replace(definition, sections=tuple(replace(s, pages=pages(s)) for s in definition.sections))


def _map_section(definition: Definition, section_id: str, change: Callable[[Section], Section]) -> Definition:
    if all(section.id != section_id for section in definition.sections):
        raise PartNotFoundError(section_id)
    return replace(
        definition, sections=tuple(change(s) if s.id == section_id else s for s in definition.sections)
    )


# Flags, scores, topics, vignettes: lists of named things ----------------------------------------------------


def put_flag(definition: Definition, flag: Flag) -> Definition:
    """Change the flag with this code, or add it at the end."""
    return replace(definition, flags=_put(definition.flags, flag, lambda f: f.code))


def remove_flag(definition: Definition, code: str) -> Definition:
    """Without this flag; publishing then asks for a reason and a second person. Raises InUse, NotThere."""
    if uses := find_flag_uses(definition, code):
        raise InUseError(uses)
    return replace(definition, flags=_removed(definition.flags, lambda f: f.code == code))


def move_flag(definition: Definition, code: str, step: int) -> Definition:
    """One place up or down among the flags of its severity, as they are listed everywhere.

    Raises PartNotFoundError where there is no such flag.
    """
    if code not in definition.flags_by_code:
        raise PartNotFoundError(code)
    severity = definition.flags_by_code[code].severity
    alike = [flag for flag in definition.flags if flag.severity is severity]
    moved = iter(_moved(alike, lambda f: f.code == code, step))
    flags = tuple(next(moved) if flag.severity is severity else flag for flag in definition.flags)
    return replace(definition, flags=flags)


def put_score(definition: Definition, score: Score) -> Definition:
    return replace(definition, scores=_put(definition.scores, score, lambda s: s.name))


def remove_score(definition: Definition, name: str) -> Definition:
    """Raises InUseError while a condition reads it."""
    if uses := find_score_uses(definition, name):
        raise InUseError(uses)
    return replace(definition, scores=_removed(definition.scores, lambda s: s.name == name))


def put_text(definition: Definition, text: FixedText) -> Definition:
    """Change the fixed text with this id, or add it at the end."""
    return replace(definition, texts=_put(definition.texts, text, lambda t: t.id))


def put_topic(definition: Definition, topic: Topic) -> Definition:
    return replace(definition, topics=_put(definition.topics, topic, lambda t: t.id))


def remove_topic(definition: Definition, topic_id: str) -> Definition:
    """Raises InUseError while a flag has it."""
    if uses := find_topic_uses(definition, topic_id):
        raise InUseError(uses)
    return replace(definition, topics=_removed(definition.topics, lambda t: t.id == topic_id))


def put_vignette(definition: Definition, vignette: Vignette) -> Definition:
    return replace(definition, vignettes=_put(definition.vignettes, vignette, lambda v: v.name))


def remove_vignette(definition: Definition, name: str) -> Definition:
    """Raises InUseError while another story is like it."""
    alike = tuple(Use("vignette", v.name, "like") for v in definition.vignettes if v.like == name)
    if alike:
        raise InUseError(alike)
    return replace(definition, vignettes=_removed(definition.vignettes, lambda v: v.name == name))


def _put(items: tuple[T, ...], new: T, id_of: Callable[[T], str]) -> tuple[T, ...]:
    if any(id_of(item) == id_of(new) for item in items):
        return tuple(new if id_of(item) == id_of(new) else item for item in items)
    return (*items, new)


def _removed(items: Iterable[T], is_it: Callable[[T], bool]) -> tuple[T, ...]:
    items = tuple(items)
    kept = tuple(item for item in items if not is_it(item))
    if len(kept) == len(items):
        raise PartNotFoundError
    return kept


def _moved(items: Sequence[T], is_it: Callable[[T], bool], step: int) -> tuple[T, ...]:
    """The item one place up or down; at the end of the list nothing moves."""
    order = list(items)
    at = next((place for place, item in enumerate(order) if is_it(item)), None)
    if at is None:
        raise PartNotFoundError
    if 0 <= at + step < len(order):
        order[at], order[at + step] = order[at + step], order[at]
    return tuple(order)


def assign_choice_codes(
    options: Iterable[tuple[str, Text, int | None]], taken: Collection[str]
) -> tuple[Choice, ...]:
    """Options from a form: (code or "", label, weight); an empty code is made from its label, unlike any in
    use."""
    made: list[Choice] = []
    options = tuple(options)
    used = {*taken, *(code for code, _, _ in options)}
    for code, label, weight in options:
        code = code or make_id(str(label), used)
        used.add(code)
        made.append(Choice(code, label, weight))
    return tuple(made)
