"""A small questionnaire with patient stories."""

from __future__ import annotations

from dataclasses import replace

from questionnaire.definition import Definition, Vignette
from tests.builders.definitions import choice, number, questionnaire, several

CALM = Vignette("calm", "Nothing to report.", (("a", "no"), ("n", 40)), not_raised=("f", "old"))


def calm_and(*vignettes: Vignette, old: int = 65) -> Definition:
    """Three questions and three flags, the calm person's story, and these."""
    definition = questionnaire(
        choice("a"),
        several("m", shown_when="a = yes"),
        number("n"),
        f="m has b",
        old=f"n >= {old}",
        unsure="unknown(a)",
    )
    return replace(definition, vignettes=(CALM, *vignettes))
