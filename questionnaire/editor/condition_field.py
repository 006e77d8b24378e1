"""A condition as text: errors say the place in it; a good one is read back in plain words."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from questionnaire.checks.conditions import find_condition_problems
from questionnaire.definition import Definition
from questionnaire.rules import conditions, explain
from questionnaire.rules.parsing import MAXIMUM_LENGTH, ConditionError, parse_condition, parse_if_valid

PlaceCondition = Callable[[str], Definition]
"""Makes the definition as it would be with this condition in its place, so that it can be checked there."""


def make_condition_field(label: str, initial: str, *, required: bool, help: str = "") -> forms.CharField:
    """The text form of a condition."""
    return forms.CharField(
        label=label,
        initial=initial,
        required=required,
        max_length=MAXIMUM_LENGTH,
        help_text=help,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "class": "code"}),
        error_messages={"required": _("Enter when it holds, for example: bp-systolic >= 140")},
    )


def clean_condition(text: str, *, before: str, where: str, place: PlaceCondition) -> str:
    """The one written form of a condition, or the text as it was `before` when it says the same.

    `where`: whose problems count, such as "flag x". Raises ValidationError, which says the place and the
    fault.
    """
    if not text.strip():
        return ""
    try:
        expression = parse_condition(text.strip())
        written = before if parse_if_valid(before) == expression else conditions.write_condition(expression)
    except ConditionError as error:
        raise ValidationError(str(error)) from None
    problems = (problem for problem in find_condition_problems(place(written)) if problem.blocks)
    if faults := [problem.message for problem in problems if problem.where.startswith(where)]:
        raise ValidationError(faults)
    return written


def describe_if_valid(definition: Definition, text: str) -> str:
    """A condition in plain words, or nothing for one that cannot be read."""
    try:
        return explain.describe_condition(definition, text) if text else ""
    except ConditionError:
        return ""
