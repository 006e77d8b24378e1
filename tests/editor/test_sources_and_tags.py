"""Sources say how far anybody got with them, and tags tell records apart: in the checks, the editor and on
paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from questionnaire import document, document_reading
from questionnaire.actions import publishing
from questionnaire.changes.comparison import compare_definitions
from questionnaire.checks import definition as checks
from questionnaire.definition import Definition, FixedText, Paper, Text
from questionnaire.document_place import DocumentError
from questionnaire.source import SourceStatus
from tests.builders.definitions import SOURCE, sound, with_flag, with_question
from tests.builders.editor import EditorBrowser
from tests.builders.shipped import shipped

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 28)


def problems(definition: Definition, before: Definition | None = None) -> list[tuple[str, bool]]:
    found = checks.find_problems(definition, today=TODAY, before=before)
    return [(p.code, p.blocks) for p in found if p.code.startswith(("source-st", "source-ed", "missing-s"))]


def with_source(**changes: Any) -> Definition:
    return with_flag(source=replace(SOURCE, **changes))


def test_a_new_flag_says_whether_its_source_was_read() -> None:
    assert problems(with_source(status=None)) == [("source-status", True)]
    assert problems(with_source(status=None), before=sound()) == [("source-status", True)], "it was changed"


def test_a_flag_from_before_may_stay_as_it_was() -> None:
    old = with_source(status=None, edition="")
    assert problems(old, before=old) == [("source-status", False)]


@pytest.mark.parametrize("status", [SourceStatus.VERIFIED, SourceStatus.SECONDARY])
def test_what_was_looked_at_has_an_edition(status: SourceStatus) -> None:
    assert problems(with_source(status=status, edition=" ")) == [("source-edition", True)]


@pytest.mark.parametrize("status", [SourceStatus.FROM_KNOWLEDGE, SourceStatus.DESIGN_RULE])
def test_what_nobody_looked_at_needs_no_address_and_no_edition(status: SourceStatus) -> None:
    assert problems(with_source(status=status, url="", edition="")) == []


def test_what_was_read_has_an_address() -> None:
    assert problems(with_source(url="")) == [("missing-source", True)]


def test_the_gate_asks_for_it_of_a_changed_flag_alone() -> None:
    first = publishing.create_draft(definition=sound(), actor="a", now=timezone.now())
    publishing.publish(version=first, actor="a", now=timezone.now())
    changed = with_flag(title="Another title", source=replace(SOURCE, status=None))
    draft = publishing.create_draft(definition=changed, actor="a", now=timezone.now())
    found = publishing.find_draft_problems(draft, today=TODAY)
    assert [(p.where, p.blocks) for p in found if p.code == "source-status"] == [("flag heart-trouble", True)]


def test_no_shipped_source_claims_more_than_was_done() -> None:
    for flag in shipped().flags:
        assert flag.source.status, flag.code
        mirrored = "Spravato PI" in flag.source.citation
        assert not (mirrored and flag.source.status is SourceStatus.VERIFIED), (
            "only mirrors of that label were read"
        )
        said = flag.source.citation.lower()
        assert "design rule" not in said
        assert flag.source.status is not SourceStatus.VERIFIED or "from knowledge" not in said, flag.code


def test_all_of_it_comes_back_from_the_file() -> None:
    whole = replace(
        sound(),
        texts=(FixedText("result-medicines", Text.of("Ask which medicine is meant.")),),
        credits=(Text.of({"en": "Drs. A and B", "es": "Dres. A y B"}), Text.of("One language")),
        flags=tuple(
            replace(f, covers=("clarify",), staff_only=True, tags=("substance-use",)) for f in sound().flags
        ),
    )
    assert document_reading.definition_from_plain(document.definition_to_plain(whole)) == whole
    assert document.definition_to_plain(whole)["credits"][1] == "One language"


@pytest.mark.parametrize("where", ["question", "flag"])
def test_only_what_is_known_stands_on_paper(where: str) -> None:
    plain = document.definition_to_plain(with_question(0, paper=Paper.STAFF_ONLY))
    part = plain["sections"][0]["pages"][0]["questions"][0] if where == "question" else plain["flags"][0]
    part["paper"] = "nowhere"
    with pytest.raises(DocumentError, match="paper: expected"):
        document_reading.definition_from_plain(plain)


def test_a_flag_that_reads_a_tagged_question_is_tagged() -> None:
    tagged = with_question(0, tags=("substance-use",))
    found = [p for p in checks.find_problems(tagged, today=TODAY) if p.code == "missing-tag"]
    assert [(p.where, p.blocks) for p in found][:1] == [("flag heart-trouble", False)]
    assert "reads heart" in found[0].message
    unknown = checks.find_problems(with_question(0, tags=("substances-use",)), today=TODAY)
    assert 'did you mean "substance-use"?' in next(p.message for p in unknown if p.code == "unknown-tag")


def test_shipped_questions_about_alcohol_and_drugs_are_tagged_and_so_is_what_reads_them() -> None:
    section = next(section for section in shipped().sections if section.id == "alcohol-and-drugs")
    assert all("substance-use" in question.tags for page in section.pages for question in page.questions)
    found = checks.find_problems(shipped(), today=TODAY)
    assert not [str(p) for p in found if p.code in {"missing-tag", "unknown-tag"}]


def test_an_editor_sets_all_of_it(editor: EditorBrowser) -> None:
    before = editor.now
    changes = {"status": "secondary", "edition": "2019 copy", "covers": ["clarify-heart"], "staff_only": "on"}
    assert editor.save("flag/heart-trouble/", **changes, tags=["substance-use"]).status_code == 303
    flag = editor.now.flags_by_code["heart-trouble"]
    assert (flag.source.status, flag.source.edition) == (SourceStatus.SECONDARY, "2019 copy")
    assert (flag.covers, flag.staff_only, flag.tags) == (("clarify-heart",), True, ("substance-use",))
    assert {change.what for change in compare_definitions(before, editor.now)} == {
        *("source status", "source edition", "covers", "on paper", "tags")
    }
    editor.get("flag/heart-trouble/")
    assert "From a secondary source" in editor.text
    assert editor.post("flag/clarify-heart/remove/", stories="on").status_code == 409, (
        "another flag covers it"
    )


def test_an_editor_keeps_an_answer_off_the_papers(editor: EditorBrowser) -> None:
    assert editor.save("question/heart/", paper="staff-only", tags=["substance-use"]).status_code == 303
    question = editor.now.questions["heart"]
    assert (question.paper, question.tags) == (Paper.STAFF_ONLY, ("substance-use",))


def test_an_editor_changes_a_fixed_text() -> None:
    editor = EditorBrowser(shipped())
    words = {"words-en": "Ask which medicine is meant.", "words-es": "Pregunte de qué medicina se habla."}
    assert editor.save("text/result-medicines/", **words).status_code == 303
    assert str(editor.now.texts_by_id["result-medicines"]) == "Ask which medicine is meant."
    editor.get("")
    assert "result-medicines" in editor.text
