"""Two versions of a questionnaire compared, in words an editor and a clinician read. Pure Python."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from questionnaire.definition import Definition, FixedText, Flag, Paper, Question, Text, Vignette
from questionnaire.rules import explain
from questionnaire.rules.parsing import ConditionError


@dataclass(frozen=True)
class DefinitionChange:
    """One thing that is not the same: what it is about, what happened, and the words before and after."""

    kind: str
    """question | flag | score | topic | section | text | credits | order | story"""
    id: str
    name: str
    what: str
    before: str = ""
    after: str = ""


def compare_definitions(old: Definition, new: Definition) -> tuple[DefinitionChange, ...]:
    """Everything that a patient or a reviewer would notice, questions first, then flags, scores, topics,
    order."""
    return (
        *_named("section", {s.id: s for s in old.sections}, {s.id: s for s in new.sections}, _section_parts),
        *_named("question", old.questions, new.questions, lambda q: _question_parts(old, new, q)),
        *_named("flag", old.flags_by_code, new.flags_by_code, lambda f: _flag_parts(old, new, f)),
        *_named("score", old.scores_by_name, new.scores_by_name, _score_parts),
        *_named("topic", old.topics_by_id, new.topics_by_id, lambda topic: {"label": _words(topic.label)}),
        *_named("text", _fixed(old), _fixed(new), lambda text: {"words": _words(text.words)}),
        *_credits(old, new),
        *_order(old, new),
    )


def compare_vignettes(old: Definition, new: Definition) -> tuple[DefinitionChange, ...]:
    """What changed in the patient stories: no patient reads them, but they guard the rules."""
    before, after = ({v.name: v for v in definition.vignettes} for definition in (old, new))
    return tuple(_named("story", before, after, _story_parts))


def _named(
    kind: str, old: Mapping[str, Any], new: Mapping[str, Any], parts: Callable[[Any], dict[str, str]]
) -> Iterator[DefinitionChange]:
    for id in [*old, *(id for id in new if id not in old)]:
        if id not in new:
            yield DefinitionChange(kind, id, _name(old[id]), "removed", before=_whole(parts(old[id])))
        elif id not in old:
            yield DefinitionChange(kind, id, _name(new[id]), "added", after=_whole(parts(new[id])))
        elif old[id] != new[id]:
            before, after = parts(old[id]), parts(new[id])
            for part in [*before, *(p for p in after if p not in before)]:
                if before.get(part, "") != after.get(part, ""):
                    yield DefinitionChange(
                        kind, id, _name(new[id]), part, before.get(part, ""), after.get(part, "")
                    )


def _whole(parts: dict[str, str]) -> str:
    """All of one part, a line for each thing it says."""
    return "\n".join(f"{name}: {words}" for name, words in parts.items() if words not in {"", "None"})


def _fixed(definition: Definition) -> dict[str, FixedText]:
    return {text.id: text for text in definition.texts}


def _credits(old: Definition, new: Definition) -> Iterator[DefinitionChange]:
    before, after = ("\n".join(_words(credit) for credit in one.credits) for one in (old, new))
    if before != after:
        yield DefinitionChange("credits", "credits", "Credits", "words", before, after)


def _order(old: Definition, new: Definition) -> Iterator[DefinitionChange]:
    kept = [link_id for link_id in old.questions if link_id in new.questions]
    now = [link_id for link_id in new.questions if link_id in old.questions]
    if kept != now:
        yield DefinitionChange(
            "order", "questions", "Questions", "asked in another order", ", ".join(kept), ", ".join(now)
        )
    together = [[q.link_id for q in page.questions] for page in old.pages]
    apart = [[q.link_id for q in page.questions] for page in new.pages]
    if list(old.questions) == list(new.questions) and together != apart:
        yield DefinitionChange("order", "pages", "Pages", "questions share pages in another way")


def _name(part: Any) -> str:
    names = (getattr(part, name, None) for name in ("short", "title", "label", "story", "words"))
    return next((str(name) for name in names if name), "")


def _words(text: Text | None) -> str:
    return " / ".join(words for _, words in text.by_language) if text else ""


def _section_parts(section: Any) -> dict[str, str]:
    again = "yes" if section.grows_stale else "no"
    return {
        "title": _words(section.title),
        "introduction": _words(section.intro),
        "asked again in a form that was left for long": again,
    }


def _score_parts(score: Any) -> dict[str, str]:
    return {"title": score.title, "questions it adds up": ", ".join(score.items), "code": score.code or ""}


def _question_parts(old: Definition, new: Definition, question: Question) -> dict[str, str]:
    home = old if old.questions.get(question.link_id) is question else new
    options = {
        f"option “{choice.code}”": _words(choice.label)
        + (f" ({choice.weight})" if choice.weight is not None else "")
        for choice in question.options
    }
    return {
        "question": _words(question.wording),
        "stem": _words(question.stem),
        "short name": _words(question.short),
        "help": _words(question.help),
        "why we ask": _words(question.why),
        **options,
        "order of options": ", ".join(choice.code for choice in question.options),
        "smallest number": str(question.minimum),
        "largest number": str(question.maximum),
        "must be answered": "yes" if question.required else "no",
        "shown when": _aloud(home, question.shown_when),
        "readers": "; ".join(question.readers),
        "on paper": str(question.paper or ""),
        "tags": ", ".join(question.tags),
    }


def _flag_parts(old: Definition, new: Definition, flag: Flag) -> dict[str, str]:
    home = old if old.flags_by_code.get(flag.code) is flag else new
    return {
        "title": flag.title,
        "severity": str(flag.severity),
        "about this moment": "yes" if flag.happening_now else "no",
        "topic": flag.topic,
        "raised when": _aloud(home, flag.condition),
        "patient's sentence": _words(flag.patient),
        "reason": flag.reason,
        "source": f"{flag.source.citation} {flag.source.url}",
        "source status": flag.source.status.words if flag.source.status else "",
        "source edition": flag.source.edition,
        "checked": f"{flag.source.checked} by {flag.source.checked_by or 'nobody yet'}",
        "to be checked again by": str(flag.source.expires),
        "covers": ", ".join(flag.covers),
        "on paper": str(Paper.STAFF_ONLY) if flag.staff_only else "",
        "tags": ", ".join(flag.tags),
    }


def _story_parts(vignette: Vignette) -> dict[str, str]:
    answers = (f"{link_id}: {_answer(value)}" for link_id, value in vignette.answers)
    return {
        "story": vignette.story,
        "says the same as": vignette.like or "",
        "answers": "; ".join(answers),
        "is not asked": ", ".join(vignette.not_asked),
        "must raise": ", ".join(vignette.raised),
        "must just miss": ", ".join(vignette.not_raised),
        "must leave in doubt": ", ".join(vignette.cannot_tell),
    }


def _answer(value: Any) -> str:
    return (
        ", ".join(value) if isinstance(value, list | tuple) else "left blank" if value is None else str(value)
    )


def _aloud(definition: Definition, condition: str | None) -> str:
    """A condition in plain words with its text behind, so that a change of either is seen."""
    if not condition:
        return "always"
    try:
        return f"{explain.describe_condition(definition, condition)} [{condition}]"
    except ConditionError:
        return condition
