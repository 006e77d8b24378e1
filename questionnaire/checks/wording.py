"""What is wrong with the words a patient would read. Pure Python; the lists are in readability.py.

The words of a published instrument (PHQ-9, GAD-7, AUDIT-C) are nobody's to change, so they are not held
against them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from questionnaire import translations
from questionnaire.checks import readability
from questionnaire.checks.problem import Problem
from questionnaire.definition import Definition, Text

FIXED_NUMBERS = {"{emergency}": "911", "{crisis}": "988"}
"""Numbers that a clinic sets, with what they are where the tool was written."""

PLACEHOLDERS = (*FIXED_NUMBERS, "{call-crisis}")
"""What is filled in when a sentence is shown. {call-crisis}: how to reach the crisis line, "call or text
988"."""


def find_wording_problems(definition: Definition) -> Iterator[Problem]:
    yield from _language_problems(definition)
    yield from _state_problems(definition)
    yield from _unit_problems(definition)
    excepted = {(exception.where, exception.phrase.lower()) for exception in definition.wording_exceptions}
    used: set[tuple[str, str]] = set()
    for where, text, standard in definition.patient_texts():
        yield from _translation_problems(definition, where, text)
        yield from _placeholder_problems(where, text)
        for language, words in text.by_language if not standard else ():
            for phrase in readability.find_banned_phrases(words, language):
                used.add((where, phrase.lower()))
                if (where, phrase.lower()) not in excepted:
                    message = (
                        f'says "{phrase}", which a patient must not read: reword it, or list it with a reason'
                    )
                    yield Problem("banned-phrase", where, message)
    for flag in definition.flags:
        yield from _closing_problems(flag.code, flag.patient)
    yield from _exception_problems(definition, used)


def _language_problems(definition: Definition) -> Iterator[Problem]:
    if not definition.languages:
        yield Problem("languages", "questionnaire", "declares no language")
    for place, language in enumerate(definition.languages):
        if language in definition.languages[:place]:
            yield Problem("languages", "questionnaire", f'declares the language "{language}" twice')
        if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", language):
            yield Problem(
                "languages", "questionnaire", f'"{language[:20]}" is not a language code such as en or es'
            )


def _translation_problems(definition: Definition, where: str, text: Text) -> Iterator[Problem]:
    for language in definition.languages:
        if not any(known == language and words.strip() for known, words in text.by_language):
            yield Problem("missing-translation", where, f'is not translated: it has no words in "{language}"')
    for language in text.languages:
        if language not in definition.languages:
            message = f'has words in "{language}", which the questionnaire does not declare'
            yield Problem("undeclared-language", where, message, blocks=False)


def _unit_problems(definition: Definition) -> Iterator[Problem]:
    """A unit has no translation of its own: one that is a word is shown in English on every page."""
    for question in definition.questions.values() if len(definition.languages) > 1 else ():
        unit = question.unit or ""
        if unit.islower() and len(unit) > 3 and unit not in readability.UNITS:
            known = ", ".join(readability.UNITS)
            message = (
                f'the unit "{unit}" is known in one language only: choose one of {known}, or say it '
                f"in the help"
            )
            yield Problem("unit", f"question {question.link_id}", message)


def _state_problems(definition: Definition) -> Iterator[Problem]:
    """A stale translation says something else than the source does; an unreviewed one is only said to be
    so."""
    known = {where for where, _, _ in definition.patient_texts()}
    for language in definition.languages[1:]:
        state = translations.find_translation_state(definition, language)
        for where in state.stale:
            message = f'its source words changed after the translation into "{language}": translate it again'
            yield Problem("stale-translation", where, message)
        if state.unreviewed:
            message = f"{len(state.unreviewed)} of {state.of} strings are not yet reviewed by a person"
            yield Problem("unreviewed-translation", f"translation {language}", message, blocks=False)
    for translation in definition.translations:
        for string in translation.strings:
            if string.where not in known:
                message = f'speaks of "{string.where}", which is no longer there'
                yield Problem(
                    "unused-translation", f"translation {translation.language}", message, blocks=False
                )


def _placeholder_problems(where: str, text: Text) -> Iterator[Problem]:
    for _, words in text.by_language:
        for found in re.findall(r"\{[^{}]*\}?|\}", words):
            if found not in PLACEHOLDERS:
                known = " or ".join(PLACEHOLDERS)
                yield Problem("placeholder", where, f'holds "{found[:40]}"; braces only stand around {known}')
        for placeholder, number in FIXED_NUMBERS.items():
            if re.search(rf"(?<![\w-]){number}(?![\w-])", words):
                message = f"names {number}; write {placeholder}, so that every clinic shows its own number"
                yield Problem("fixed-number", where, message, blocks=False)


def _closing_problems(code: str, patient: Text) -> Iterator[Problem]:
    for language, words in patient.by_language:
        if not readability.has_closing(words, language):
            message = f'must end with "… {readability.CLOSINGS[language][0]}."'
            yield Problem("missing-closing", f"flag {code}", message)


def _exception_problems(definition: Definition, used: set[tuple[str, str]]) -> Iterator[Problem]:
    for exception in definition.wording_exceptions:
        if (exception.where, exception.phrase.lower()) not in used:
            message = f'the exception for "{exception.phrase}" is not needed there any more'
            yield Problem("unused-exception", exception.where, message, blocks=False)
