"""What a patient reads back: their answers by section, and topics to discuss. Sentences only: no counts, no levels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from questionnaire.definition import NONE_CODE, UNSURE_CODES, Definition, Flag, Question
from questionnaire.presenters.reader import Reader, in_words
from screening.models import RaisedFlag
from screening.queries.submission import LoadedSubmission


@dataclass(frozen=True)
class Told:
    """One answer in words, and the page it can be changed on."""

    link_id: str
    wording: str
    short: str
    lines: tuple[str, ...]
    page: int
    mark: str = ""
    """ "changed" or "new" since everything had been filled in."""
    about: str = ""
    """What the list was about, where the answer names nothing of it: "any of these? None" says nothing by itself."""

    @property
    def question(self) -> str:
        return f"{self.about}: {self.wording}" if self.about else self.wording


@dataclass(frozen=True)
class Section:
    title: str
    answers: tuple[Told, ...]


@dataclass(frozen=True)
class Topic:
    """Something to talk about: its name and the sentences under it. No sentence means: we could not tell."""

    label: str
    sentences: tuple[str, ...]


def told(loaded: LoadedSubmission, reader: Reader) -> list[Section]:
    """The answers to the open questions, in order, by section."""
    definition = loaded.definition
    sections: dict[str, list[Told]] = {}
    for page in loaded.walk.pages:
        for question in page.questions:
            sections.setdefault(definition.section_of_page[page.number].id, []).append(
                _line(loaded, question, page.number, reader)
            )
    titles = {section.id: reader.words(section.title) for section in definition.sections}
    return [Section(titles[id], tuple(lines)) for id, lines in sections.items()]


def _line(loaded: LoadedSubmission, question: Question, page: int, reader: Reader) -> Told:
    value = loaded.response.answers.get(question.link_id)
    words, short = reader.words(question.wording), reader.words(question.short)
    names_nothing = isinstance(value, tuple) and set(value) <= {NONE_CODE, *UNSURE_CODES}
    return Told(
        link_id=question.link_id,
        wording=words,
        short=short,
        lines=tuple(in_words(question, value, reader)),
        page=page,
        mark=_mark(loaded, question.link_id),
        about=short if names_nothing and short not in words else "",
    )


def _mark(loaded: LoadedSubmission, link_id: str) -> str:
    before = loaded.response.before
    return "" if link_id not in before else "new" if before[link_id] is None else "changed"


def to_talk_about(definition: Definition, flags: Iterable[RaisedFlag], reader: Reader) -> list[Topic]:
    """Topics raised by something the patient said, the most pressing first."""
    raised = [flag for flag in _known(definition, flags, RaisedFlag.Verdict.RAISED) if not flag.clarifies]
    return _by_topic(definition, sorted(raised, key=lambda flag: flag.severity.rank), reader)


def could_not_tell(definition: Definition, flags: Iterable[RaisedFlag], reader: Reader) -> list[Topic]:
    """Topics where something is missing: the sentences of clarify flags, or only the topic's name."""
    flags = list(flags)
    clarify = [flag for flag in _known(definition, flags, RaisedFlag.Verdict.RAISED) if flag.clarifies]
    in_doubt = _known(definition, flags, RaisedFlag.Verdict.CANNOT_TELL)
    spoken = _by_topic(definition, sorted(clarify, key=lambda flag: flag.severity.rank), reader)
    named = {topic.label for topic in spoken}
    silent = dict.fromkeys(reader.words(definition.topics_by_id[flag.topic].label) for flag in in_doubt)
    return spoken + [Topic(label, ()) for label in silent if label not in named]


def _known(definition: Definition, flags: Iterable[RaisedFlag], verdict: str) -> list[Flag]:
    return [definition.flags_by_code[flag.code] for flag in flags if flag.verdict == verdict]


def _by_topic(definition: Definition, flags: Iterable[Flag], reader: Reader) -> list[Topic]:
    sentences: dict[str, dict[str, None]] = {}
    for flag in flags:
        sentences.setdefault(flag.topic, {})[reader.words(flag.patient)] = None
    return [Topic(reader.words(definition.topics_by_id[id].label), tuple(said)) for id, said in sentences.items()]
