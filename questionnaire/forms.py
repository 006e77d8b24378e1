"""The open questions of one page as a form: what was typed, what it means, and what to say when it cannot be
read.

The form decides nothing about meaning: `rules.answers.read_answer` is the one validator, here it only gets
words a patient can act on. Markup is owned by the template pack (`templates/beforehand/`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from questionnaire import blood_pressure
from questionnaire.definition import NONE_CODE, UNSURE_CODES, Question, QuestionType
from questionnaire.presenters.reader import UNSURE_WORDS, Reader, unit_of
from questionnaire.rules import answers
from questionnaire.rules.answers import AnswerError, AnswerFault, Value

_LONGEST_ECHO = 100_000


@dataclass(frozen=True)
class Option:
    """One box or button: `divides` where the word "or" stands before it."""

    code: str
    label: str
    id: str
    kind: str
    chosen: bool
    divides: bool


@dataclass(frozen=True)
class PostedAnswer:
    """What the browser sent for one question: the words typed and the codes ticked, as they came."""

    typed: str
    ticked: tuple[str, ...]


@dataclass(frozen=True)
class OddReading:
    """Two numbers that are perhaps not what the patient meant. Asked once; the same numbers again are
    kept."""

    top: int
    bottom: int
    upside_down: bool

    @property
    def token(self) -> str:
        return f"{self.top}/{self.bottom}"


class _Widget(forms.Widget):
    """Reads what was posted; rendering is the template pack's."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> PostedAnswer:
        return _given(data.getlist(name) if hasattr(data, "getlist") else data.get(name, ()))


def _given(values: Sequence[str]) -> PostedAnswer:
    return PostedAnswer(typed=values[0] if values else "", ticked=tuple(values))


class QuestionField(forms.Field):
    """One question of the published definition."""

    widget = _Widget

    def __init__(self, question: Question, reader: Reader, *, leads: bool) -> None:
        super().__init__(required=question.required, label=reader.words(question.short))
        self.help_text = reader.words(question.help)
        self.question, self.reader, self.leads = question, reader, leads

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> BoundQuestion:
        return BoundQuestion(form, self, field_name)

    def clean(self, value: PostedAnswer) -> Value:
        """The answer as it is stored, or a message that names the question and the way out.

        Raises ValidationError for what cannot be read.
        """
        question = self.question
        problem = _mixture(question, value)
        if problem:
            raise self._error(problem)
        try:
            answer = answers.read_answer(question, _raw(question, value))
        except AnswerError as error:
            raise self._error(error.kind, **error.detail) from None
        if answer is None and question.required:
            raise self._error(f"blank-{question.type}")
        return answer

    def _error(self, kind: str, **detail: object) -> forms.ValidationError:
        none = self.question.choice(NONE_CODE)
        words = {"short": self.label, "none": self.reader.words(none.label) if none else "", **detail}
        return forms.ValidationError(_message(kind) % words, code=kind)


def _raw(question: Question, given: PostedAnswer) -> object:
    """What was sent, in the shape `answers.read_answer` takes."""
    if question.type is QuestionType.MULTI_CHOICE:
        return list(given.ticked)
    if question.type is QuestionType.INTEGER:
        return _typed_number(given) or next((code for code in given.ticked if code in UNSURE_CODES), None)
    return list(given.ticked) if len(given.ticked) > 1 else given.typed


def _typed_number(given: PostedAnswer) -> str:
    return next((typed.strip() for typed in given.ticked if typed.strip() and typed not in UNSURE_CODES), "")


def _mixture(question: Question, given: PostedAnswer) -> str | None:
    """Two things that cannot both be meant, though each can be read: the patient decides, not the machine."""
    if question.type is QuestionType.INTEGER:
        if blood_pressure.is_kilopascal(_typed_number(given)):
            return "kilopascal"
        unsure = [code for code in given.ticked if code in UNSURE_CODES]
        if len(unsure) > 1:
            return "two-boxes"
        return "number-and-box" if unsure and _typed_number(given) else None
    several = question.type is QuestionType.MULTI_CHOICE and len(given.ticked) > 1
    return "none-and-others" if several and NONE_CODE in given.ticked else None


def _message(kind: str) -> str:
    return {
        "blank-choice": _("Choose an answer for: %(short)s"),
        "blank-multi-choice": _("Tick at least one answer for: %(short)s"),
        "blank-integer": _("Enter a number for: %(short)s. If you do not know it, tick “I am not sure”"),
        "blank-text": _("Write an answer for: %(short)s"),
        "none-and-others": _("Tick “%(none)s” or the answers that fit, not both: %(short)s"),
        "number-and-box": _("Enter a number or tick a box, not both: %(short)s"),
        "two-boxes": _("Tick one box only: %(short)s"),
        "kilopascal": _("Enter the number in mmHg, for example 128, not in kPa: %(short)s"),
        AnswerFault.UNKNOWN_CODE: _("Choose from the answers shown for: %(short)s"),
        AnswerFault.REPEATED: _("Choose from the answers shown for: %(short)s"),
        AnswerFault.NOT_ONE: _("Choose one answer only for: %(short)s"),
        AnswerFault.NOT_A_NUMBER: _("Enter a number in digits for: %(short)s"),
        AnswerFault.NOT_WHOLE: _("Enter a whole number, with nothing after the point, for: %(short)s"),
        AnswerFault.OUT_OF_RANGE: _("Enter a number from %(minimum)s to %(maximum)s for: %(short)s"),
        AnswerFault.TOO_LONG: _("Use %(maximum)s characters or fewer for: %(short)s. You used %(found)s"),
        AnswerFault.BAD_CHARACTER: _("Take out the characters that cannot be printed in: %(short)s"),
    }.get(kind, _("Choose an answer for: %(short)s"))


class BoundQuestion(forms.BoundField):
    """A question with what is to be shown in it: the typed value first, else the stored one."""

    field: QuestionField
    form: PageForm

    @property
    def question(self) -> Question:
        return self.field.question

    @property
    def leads(self) -> bool:
        """Its wording is the page's h1: the only question, or the first of several that share no heading."""
        return self.field.leads

    @property
    def is_number(self) -> bool:
        return self.question.type is QuestionType.INTEGER

    @property
    def is_words(self) -> bool:
        return self.question.type is QuestionType.TEXT

    @property
    def grouped(self) -> bool:
        return not (self.is_number or self.is_words)

    @property
    def stem(self) -> str:
        return self.field.reader.words(self.question.stem)

    @property
    def wording(self) -> str:
        return self.field.reader.words(self.question.wording)

    @property
    def short(self) -> str:
        return str(self.field.label)

    @property
    def own_why(self) -> str:
        """Why we ask this one, unless the page says it once for all its questions."""
        return "" if self.form.shared_why else self.field.reader.words(self.question.why)

    @property
    def unit(self) -> str:
        return unit_of(self.question)

    @property
    def first_id(self) -> str:
        """The first control: where the error summary leads."""
        return self.options[0].id if self.grouped else self.auto_id

    @property
    def described_by(self) -> str:
        notes = {"why": self.own_why, "helptext": self.help_text, "error": self.errors}
        return " ".join(f"{self.auto_id}_{name}" for name, there in notes.items() if there)

    @property
    def given(self) -> PostedAnswer | None:
        """What the patient typed, whether it was continued with or not; None on a page that shows what is
        saved."""
        if self.form.left is not None:
            return _given(self.form.left.get(self.name, ()))
        return self.data if self.form.is_bound else None

    @property
    def typed(self) -> str:
        if given := self.given:
            return (_typed_number(given) if self.is_number else given.typed)[:_LONGEST_ECHO]
        value = self.initial
        return "" if value is None or (value in UNSURE_CODES and self.is_number) else str(value)

    @property
    def _chosen(self) -> Collection[str]:
        if given := self.given:
            return given.ticked
        value = self.initial
        return value if isinstance(value, list | tuple) else (value,) if isinstance(value, str) else ()

    @cached_property
    def options(self) -> list[Option]:
        words = self.field.reader.words
        kind = "radio" if self.question.type is QuestionType.CHOICE else "checkbox"
        if self.is_words:
            return []
        pairs = (
            [(code, str(label)) for code, label in UNSURE_WORDS.items()]
            if self.is_number
            else [(choice.code, words(choice.label)) for choice in self.question.options]
        )
        chosen, divided = self._chosen, False
        options = []
        for place, (code, label) in enumerate(pairs):
            divides = code in UNSURE_CODES and not divided and (place > 0 or self.is_number)
            divided = divided or divides
            options.append(Option(code, label, f"{self.auto_id}_{place}", kind, code in chosen, divides))
        return options


class PageForm(forms.Form):
    """The open questions of one page. `readable` is what can be told from the page even while it has
    errors."""

    use_required_attribute = False

    def __init__(
        self,
        questions: Sequence[Question],
        reader: Reader,
        *,
        data: Any = None,
        stored: Mapping[str, Value] | None = None,
        typed: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """`typed` is a page that was left without Continue: shown as it was, not validated."""
        self.reading = blood_pressure.find_reading(questions)
        self.left = typed
        super().__init__(self._spread(data), initial=dict(stored or {}))
        self.questions, self.reader = questions, reader
        first = None if self.heading else questions[0]
        for question in questions:
            self.fields[question.link_id] = QuestionField(question, reader, leads=question is first)
        self.doubt: OddReading | None = None

    @property
    def heading(self) -> str:
        """The shared h1 of several questions: their stem, when they have one in common. Else the first one
        leads."""
        if len(self.questions) == 1:
            return ""
        stems = {self.reader.words(question.stem) for question in self.questions}
        if len(stems) == 1 and "" not in stems:
            return stems.pop()
        return _("What were the two numbers?") if self.reading else ""

    @cached_property
    def shared_why(self) -> str:
        """Why we ask, when several questions have the same reason: said once."""
        whys = {self.reader.words(question.why) for question in self.questions}
        return whys.pop() if len(whys) == 1 and len(self.questions) > 1 else ""

    @property
    def readable(self) -> dict[str, Value]:
        """The part of the page that can be read: an optional blank counts as read, a forgotten one does
        not."""
        found: dict[str, Value] = {}
        for question in self.questions:
            given: PostedAnswer = self[question.link_id].data
            try:
                value = answers.read_answer(question, _raw(question, given))
            except AnswerError:
                continue
            if value is not None or not question.required:
                found[question.link_id] = value
        return found

    def clean(self) -> dict[str, Any]:
        self.doubt = self._doubt()
        if self.doubt and self.doubt.upside_down and self.reading:
            self.add_error(self.reading.top.link_id, _("The top number should be bigger. Did you swap them?"))
        return self.cleaned_data

    def _doubt(self) -> OddReading | None:
        """Numbers to ask about once: posted again unchanged, they stand."""
        if self.reading is None:
            return None
        top, bottom = (self.cleaned_data.get(q.link_id) for q in (self.reading.top, self.reading.bottom))
        if not (isinstance(top, int) and isinstance(bottom, int)):
            return None
        doubt = OddReading(top, bottom, blood_pressure.is_upside_down(top, bottom))
        if self.data.get("queried") == doubt.token or not (
            doubt.upside_down or blood_pressure.is_odd(top, bottom)
        ):
            return None
        return doubt

    def _spread(self, data: Any) -> Any:
        """The posted page with "128/82" spread over its two boxes, and the numbers turned round where
        asked."""
        if data is None or self.reading is None:
            return data
        data = data.copy()
        top, bottom = self.reading.top.link_id, self.reading.bottom.link_id
        numbers = {
            link_id: blood_pressure.strip_unit(data.getlist(link_id)[0])
            for link_id in (top, bottom)
            if link_id in data
        }
        both = blood_pressure.split_reading(numbers.get(top, ""))
        if both and not numbers.get(bottom, "").strip():
            numbers = {top: both[0], bottom: both[1]}
        if "swap" in data and len(numbers) == 2:
            numbers = {top: numbers[bottom], bottom: numbers[top]}
        for link_id, typed in numbers.items():
            data.setlist(link_id, [typed, *data.getlist(link_id)[1:]])
        return data
