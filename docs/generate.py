"""Writes docs/clinical-content.md from the shipped questionnaire; `--check` only says whether it is up to
date."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from questionnaire import yaml_file  # noqa: E402
from questionnaire.definition import Definition, Flag, Question, Severity  # noqa: E402
from questionnaire.rules import explain  # noqa: E402

INSTRUMENT = ROOT / "questionnaire" / "instruments" / "ketamine.yaml"
PAGE = ROOT / "docs" / "clinical-content.md"
HEAD = """# Clinical content: what is asked, what is flagged, and who says so

Written by `python docs/generate.py` from `questionnaire/instruments/ketamine.yaml`; change that file,
never this one.
A flag is a concern to discuss with the physician. It never decides anything. A flag whose source is marked
"not yet checked by a clinician" is a proposal."""


def main() -> None:
    definition = yaml_file.read_yaml(INSTRUMENT.read_text(encoding="utf-8"), file=INSTRUMENT.name)
    page = "\n".join(page_lines(definition)) + "\n"
    if "--check" not in sys.argv:
        PAGE.write_text(page, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page:
        raise SystemExit("docs/clinical-content.md is out of date: run python docs/generate.py")


def page_lines(definition: Definition) -> Iterator[str]:
    yield HEAD
    yield (
        f"\n{len(definition.questions)} questions, {len(definition.flags)} flags, "
        f"{len(definition.pages)} pages."
    )
    yield "\n## Still to be decided by a clinician\n"
    yield from (
        f"- {decision.question} (`{'`, `'.join(decision.about)}`)" for decision in definition.decisions
    )
    yield "\n## Questions"
    for section in definition.sections:
        yield f"\n### {section.title}\n"
        for page in section.pages:
            for question in page.questions:
                yield from describe_question(definition, question)
    for severity in Severity:
        yield f"\n## Flags: {severity}\n"
        for flag in definition.flags:
            if flag.severity is severity:
                yield from describe_flag(definition, flag)
    yield "\n## Fixed texts\n"
    yield from (f"- `{text.id}`: {text.words}" for text in definition.texts)
    yield "\n## Scores\n"
    yield from (
        f"- **{score.title}**: {', '.join(f'`{item}`' for item in score.items)}"
        for score in definition.scores
    )
    yield "\n## Credits\n"
    yield from (f"- {credit}" for credit in definition.credits)


def describe_question(definition: Definition, question: Question) -> Iterator[str]:
    """One question: its words, its answers, and who is asked it."""
    language = definition.languages[0]
    yield f"- **{question.full_wording(language)}** `{question.link_id}`"
    if question.options:
        yield f"  - {' · '.join(choice.label.in_(language) for choice in question.options)}"
    if question.shown_when:
        yield f"  - asked only if {explain.describe_condition(definition, question.shown_when, language)}"
    if question.readers:
        yield f"  - read by: {', '.join(question.readers)}"
    if question.staff_only:
        yield "  - for staff only: never on a result page, a print or a PDF"
    yield from _details({"tags": question.tags})


def describe_flag(definition: Definition, flag: Flag) -> Iterator[str]:
    """One flag: when it is raised, why it matters, what the patient reads, and the source."""
    language = definition.languages[0]
    source = flag.source
    checked = f"checked by {source.checked_by}" if source.checked_by else "not yet checked by a clinician"
    yield f"- **{flag.title}** `{flag.code}`"
    yield f"  - raised if {explain.describe_condition(definition, flag.condition, language)}"
    if flag.happening_now:
        yield "  - about this moment: first on the desk"
    yield f"  - why: {flag.reason}"
    yield f"  - the patient reads: {flag.patient.in_(language)}"
    yield from _details({"stands for": flag.covers, "tags": flag.tags})
    if flag.staff_only:
        yield "  - for staff only: never on a result page, a print or a PDF"
    address = f" <{source.url}>" if source.url else ""
    edition = f" ({source.edition})" if source.edition else ""
    yield f"  - source: {source.citation}{address}"
    yield f"  - {source.status_words}{edition}; {source.checked}, expires {source.expires}; {checked}"


def _details(lists: dict[str, tuple[str, ...]]) -> Iterator[str]:
    for name, ids in lists.items():
        if ids:
            yield f"  - {name}: {', '.join(f'`{id}`' for id in ids)}"


if __name__ == "__main__":
    main()
