"""What is wrong with tags, by which records are told apart (42 CFR Part 2). Pure Python."""

from __future__ import annotations

from collections.abc import Iterator

from questionnaire.checks.conditions import find_questions_read
from questionnaire.checks.problem import Problem, suggest_spelling
from questionnaire.definition import TAGS, Definition


def find_tag_problems(definition: Definition) -> Iterator[Problem]:
    """Unknown tags, and flags that read a tagged question without its tag: they would tell of its answer."""
    tagged = {f"question {q.link_id}": q.tags for q in definition.questions.values()}
    tagged |= {f"flag {flag.code}": flag.tags for flag in definition.flags}
    for where, tags in tagged.items():
        for tag in tags:
            if tag not in TAGS:
                known = ", ".join(TAGS)
                yield Problem(
                    "unknown-tag", where, f'has the tag "{tag}"{suggest_spelling(tag, TAGS)}; known: {known}'
                )
    for flag in definition.flags:
        for link_id in sorted(find_questions_read(definition, flag.condition)):
            question = definition.questions.get(link_id)
            for tag in question.tags if question else ():
                if tag not in flag.tags:
                    message = f'reads {link_id}, which has the tag "{tag}": give it to the flag too'
                    yield Problem("missing-tag", f"flag {flag.code}", message, blocks=False)
