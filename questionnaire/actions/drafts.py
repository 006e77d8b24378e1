"""Every write to a draft: its rows become a definition, and a definition becomes rows. The round trip is
identity."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, TypeVar

from django.db import models, transaction

from questionnaire import definition as frozen
from questionnaire import source
from questionnaire.actions import history
from questionnaire.changes.comparison import DefinitionChange, compare_definitions, compare_vignettes
from questionnaire.definition import VIGNETTE_LISTS
from questionnaire.document import to_canonical_json
from questionnaire.document_reading import definition_from_plain
from questionnaire.models import (
    Choice,
    Flag,
    HistoryEvent,
    Page,
    Question,
    Score,
    Section,
    Snapshot,
    Topic,
    Version,
    Vignette,
)

Row = TypeVar("Row", bound=models.Model)


class NotADraftError(ValueError):
    """The version is in review, published or retired: nothing in it can be edited."""


def lock_draft(version: Version) -> Version:
    """The version as it is now, locked until the end of the transaction. Raises NotADraft."""
    current = Version.objects.select_for_update().get(pk=version.pk)
    if current.state != Version.State.DRAFT:
        raise NotADraftError(f"{version} is {current.get_state_display()}: start a new draft to change it")
    return current


class SupersededError(Exception):
    """Somebody else changed the same thing meanwhile. `now` is the draft as it is; nothing was saved."""

    def __init__(self, now: frozen.Definition) -> None:
        self.now = now
        super().__init__("somebody else changed this meanwhile")


# Editing: every change goes through here --------------------------------------------------------------------


@transaction.atomic
def save_change(
    *,
    version: Version,
    edit: Callable[[frozen.Definition], frozen.Definition],
    subject: str,
    action: str,
    actor: str,
    now: datetime,
    seen: Callable[[frozen.Definition], bool] | None = None,
    reason: str = "",
) -> frozen.Definition:
    """Apply one of changes/edits.py's changes to a draft, with its record and a snapshot to undo it by.

    `seen` says whether the draft still holds what the editor saw; if not, Overtaken is raised. Also raises
    what `edit` raises (InUse, NotThere), and NotADraft. A change that changes nothing is not recorded.

    Raises SupersededError where somebody else was faster, and what the change raises.
    """
    version = lock_draft(version)
    before = read_draft(version)
    if seen is not None and not seen(before):
        raise SupersededError(before)
    after = edit(before)
    if after == before:
        return before
    _fill(version, after)
    event = history.record_event(
        version=version,
        actor=actor,
        action=action,
        subject=subject,
        now=now,
        after=[asdict(d) for d in (*compare_definitions(before, after), *compare_vignettes(before, after))],
        reason=reason,
    )
    Snapshot.objects.create(event=event, packed=zlib.compress(to_canonical_json(before).encode()))
    return after


@transaction.atomic
def restore_draft(*, version: Version, event: HistoryEvent, actor: str, now: datetime) -> frozen.Definition:
    """Put the draft back to what it was just before this event: everything done since is undone, and can be
    redone."""
    packed = Snapshot.objects.get(event=event, event__version=version).packed
    earlier = definition_from_plain(json.loads(zlib.decompress(bytes(packed))))
    return save_change(
        version=version,
        edit=lambda _: earlier,
        subject=event.subject,
        action="undone",
        actor=actor,
        now=now,
        reason=f"back to before: {event.action} {event.subject}",
    )


@transaction.atomic
def name_successors(
    *, version: Version, code: str, title: str, heirs: Sequence[str], actor: str, now: datetime
) -> Version:
    """Say which flags of this draft took over an old one; none of them takes that back. Raises NotADraft.

    It weakens nothing by itself: the proofs then ask whether the new flags are raised wherever the old one
    was.
    """
    version = lock_draft(version)
    before = version.successors.get(code, [])
    version.successors = (
        {**version.successors, code: list(heirs)} if heirs else _without(version.successors, code)
    )
    if version.successors.get(code, []) == before:
        return version
    version.save(update_fields=["successors"])
    said = DefinitionChange("flag", code, title, "taken over by", ", ".join(before), ", ".join(heirs))
    history.record_event(
        version=version,
        actor=actor,
        action="successors named",
        subject=f"flag {code}",
        now=now,
        after=[asdict(said)],
    )
    return version


def _without(successors: dict[str, list[str]], code: str) -> dict[str, list[str]]:
    return {other: heirs for other, heirs in successors.items() if other != code}


# From a definition to rows ----------------------------------------------------------------------------------


@transaction.atomic
def fill_draft(*, version: Version, definition: frozen.Definition, actor: str, now: datetime) -> Version:
    """Make the draft say exactly what this definition says."""
    version = lock_draft(version)
    _fill(version, definition)
    history.record_event(version=version, actor=actor, action="filled", now=now)
    return version


def _fill(version: Version, definition: frozen.Definition) -> None:
    for name, value in to_version_columns(definition).items():
        setattr(version, name, value)
    version.save()
    for rows in (version.sections, version.scores, version.topics, version.flags, version.vignettes):
        rows.all().delete()
    _add_questions(version, definition)
    _add(Score, version, (_score_values(score) for score in definition.scores))
    _add(Topic, version, ({"slug": topic.id, "label": topic.label} for topic in definition.topics))
    _add(Flag, version, (_flag_values(flag) for flag in definition.flags))
    _add(Vignette, version, (_vignette_values(vignette) for vignette in definition.vignettes))


def to_version_columns(definition: frozen.Definition) -> dict[str, Any]:
    """What belongs to the version itself, as values of its columns."""
    return {
        "title": definition.title,
        "languages": list(definition.languages),
        "credits": [dict(credit.by_language) for credit in definition.credits],
        "texts": [[text.id, dict(text.words.by_language)] for text in definition.texts],
        "decisions": [{"about": list(d.about), "question": d.question} for d in definition.decisions],
        "wording_exceptions": [
            {"where": e.where, "phrase": e.phrase, "reason": e.reason} for e in definition.wording_exceptions
        ],
        "translations": [
            [t.language, [[s.where, s.source, s.reviewed_by] for s in t.strings]]
            for t in definition.translations
        ],
    }


def _add(kind: type[Row], version: Version, values: Iterable[dict[str, Any]]) -> list[Row]:
    return kind._default_manager.bulk_create(
        kind(version=version, position=position, **row) for position, row in enumerate(values, 1)
    )


def _add_questions(version: Version, definition: frozen.Definition) -> None:
    columns = (
        {"slug": s.id, "title": s.title, "intro": s.intro, "grows_stale": s.grows_stale}
        for s in definition.sections
    )
    sections = _add(Section, version, columns)
    placed = [
        (Page(section=row, position=position), page)
        for row, section in zip(sections, definition.sections, strict=True)
        for position, page in enumerate(section.pages, 1)
    ]
    Page.objects.bulk_create(row for row, _ in placed)
    asked = [
        (Question(version=version, page=row, position=position, **_question_values(question)), question)
        for row, page in placed
        for position, question in enumerate(page.questions, 1)
    ]
    Question.objects.bulk_create(row for row, _ in asked)
    Choice.objects.bulk_create(
        Choice(question=row, position=position, code=choice.code, label=choice.label, weight=choice.weight)
        for row, question in asked
        for position, choice in enumerate(question.options, 1)
    )


_WORDS = ("wording", "short", "stem", "help", "why", "minimum", "maximum", "required")


def _question_values(question: frozen.Question) -> dict[str, Any]:
    return {
        **{name: getattr(question, name) for name in _WORDS},
        "link_id": question.link_id,
        "type": str(question.type),
        "unit": question.unit or "",
        "shown_when": question.shown_when or "",
        "code": question.code or "",
        "standard": question.standard or "",
        "readers": list(question.readers),
        "paper": question.paper or "",
        "tags": list(question.tags),
    }


def _score_values(score: frozen.Score) -> dict[str, Any]:
    return {
        "name": score.name,
        "title": score.title,
        "items": list(score.items),
        "code": score.code or "",
        "credit": score.credit or "",
    }


_FLAG_COLUMNS = ("code", "title", "topic", "condition", "patient", "reason", "happening_now", "staff_only")


def _flag_values(flag: frozen.Flag) -> dict[str, Any]:
    source = flag.source
    return {
        **{name: getattr(flag, name) for name in _FLAG_COLUMNS},
        "severity": str(flag.severity),
        "covers": list(flag.covers),
        "tags": list(flag.tags),
        "citation": source.citation,
        "url": source.url,
        "checked": source.checked,
        "checked_by": source.checked_by or "",
        "expires": source.expires,
        "status": source.status or "",
        "edition": source.edition,
    }


def _vignette_values(vignette: frozen.Vignette) -> dict[str, Any]:
    return {
        "name": vignette.name,
        "story": vignette.story,
        "like": vignette.like or "",
        "answers": [list(answer) for answer in vignette.answers],
        **{name: list(getattr(vignette, name)) for name in VIGNETTE_LISTS},
    }


# From rows to a definition ----------------------------------------------------------------------------------


def read_draft(version: Version) -> frozen.Definition:
    """What the rows of this version say now. Whether it fits together is for
    publishing.find_draft_problems."""
    sections = version.sections.prefetch_related("pages__questions__choices")
    return frozen.Definition(
        slug=version.questionnaire.slug,
        title=version.title,
        languages=tuple(version.languages),
        sections=tuple(_section(section) for section in sections),
        topics=tuple(frozen.Topic(topic.slug, topic.label) for topic in version.topics.all()),
        flags=tuple(_flag(flag) for flag in version.flags.all()),
        vignettes=tuple(_vignette(vignette) for vignette in version.vignettes.all()),
        scores=tuple(_score(score) for score in version.scores.all()),
        credits=tuple(frozen.Text.of(credit) for credit in version.credits),
        texts=tuple(frozen.FixedText(id, frozen.Text.of(words)) for id, words in version.texts),
        decisions=tuple(frozen.Decision(tuple(d["about"]), d["question"]) for d in version.decisions),
        wording_exceptions=tuple(
            frozen.WordingException(**exception) for exception in version.wording_exceptions
        ),
        translations=tuple(
            frozen.Translation(language, tuple(frozen.TranslationRecord(*string) for string in strings))
            for language, strings in version.translations
        ),
    )


def _section(row: Section) -> frozen.Section:
    pages = tuple(frozen.Page(_questions(page.questions.all())) for page in row.pages.all())
    return frozen.Section(
        id=row.slug, title=row.title, pages=pages, intro=row.intro, grows_stale=row.grows_stale
    )


def _questions(rows: Iterable[Question]) -> tuple[frozen.Question, ...]:
    return tuple(_question(row, tuple(row.choices.all())) for row in rows)


def _question(row: Question, choices: Sequence[Choice]) -> frozen.Question:
    return frozen.Question(
        **{name: getattr(row, name) for name in _WORDS},
        link_id=row.link_id,
        type=frozen.QuestionType(row.type),
        options=tuple(frozen.Choice(choice.code, choice.label, choice.weight) for choice in choices),
        unit=row.unit or None,
        shown_when=row.shown_when or None,
        code=row.code or None,
        standard=row.standard or None,
        readers=tuple(row.readers),
        paper=frozen.Paper(row.paper) if row.paper else None,
        tags=tuple(row.tags),
    )


def _score(row: Score) -> frozen.Score:
    return frozen.Score(row.name, row.title, tuple(row.items), row.code or None, row.credit or None)


def _flag(row: Flag) -> frozen.Flag:
    return frozen.Flag(
        **{name: getattr(row, name) for name in _FLAG_COLUMNS},
        severity=frozen.Severity(row.severity),
        source=_source(row),
        covers=tuple(row.covers),
        tags=tuple(row.tags),
    )


def _source(row: Flag) -> source.Source:
    status = source.SourceStatus(row.status) if row.status else None
    return source.Source(
        row.citation, row.url, row.checked, row.expires, row.checked_by or None, status, row.edition
    )


def _vignette(row: Vignette) -> frozen.Vignette:
    return frozen.Vignette(
        name=row.name,
        story=row.story,
        answers=tuple((link_id, tuple(v) if isinstance(v, list) else v) for link_id, v in row.answers),
        like=row.like or None,
        **{name: tuple(getattr(row, name)) for name in VIGNETTE_LISTS},
    )
