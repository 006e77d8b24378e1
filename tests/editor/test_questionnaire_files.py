"""The readable file: loaded, checked and written back by commands; a bad one says what was expected where."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from questionnaire import yaml_file
from questionnaire.actions import publishing
from questionnaire.document_place import DocumentError
from questionnaire.models import HistoryEvent, Questionnaire, Version
from tests.builders.definitions import sound, with_condition
from tests.builders.shipped import FILE

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forget_definitions() -> None:
    publishing.load_definition.cache_clear()


def run(command: str, *arguments: object) -> str:
    out = io.StringIO()
    call_command(command, *map(str, arguments), stdout=out)
    return out.getvalue()


@pytest.fixture
def small(tmp_path: Path) -> Path:
    file = tmp_path / "small.yaml"
    file.write_text(yaml_file.write_yaml(sound()), encoding="utf-8")
    return file


def test_loading_and_dumping_gives_the_same_file() -> None:
    assert run("load_questionnaire", FILE, "--publish") == "ketamine version 1 published\n"
    assert run("dump_questionnaire", "ketamine") == FILE.read_text(encoding="utf-8")


def test_a_file_becomes_a_draft_that_nobody_is_asked(small: Path) -> None:
    assert run("load_questionnaire", small) == "small version 1 loaded as a draft\n"
    assert publishing.find_published("small") is None
    assert run("dump_questionnaire", "small", "--number", 1) == small.read_text(encoding="utf-8")
    with pytest.raises(CommandError, match="no published version"):
        run("dump_questionnaire", "small")
    assert HistoryEvent.objects.filter(actor="command line", action="created").count() == 1


def test_a_file_that_says_what_is_published_changes_nothing(small: Path) -> None:
    run("load_questionnaire", small, "--publish")
    assert "nothing to do" in run("load_questionnaire", small, "--publish")
    assert Version.objects.count() == 1


def test_a_file_with_a_blocking_problem_is_not_published_and_leaves_nothing(small: Path) -> None:
    small.write_text(yaml_file.write_yaml(with_condition("haert = yes")), encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        run("load_questionnaire", small, "--publish")
    assert 'flag more condition: line 1, column 1: there is no question "haert"' in str(refused.value)
    assert not Questionnaire.objects.exists()


def test_the_same_file_can_be_loaded_as_a_draft_and_checked(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small.write_text(yaml_file.write_yaml(with_condition("haert = yes")), encoding="utf-8")
    run("load_questionnaire", small)
    with pytest.raises(SystemExit) as stopped:
        call_command("check_questionnaire", "small")
    assert stopped.value.code == 1
    assert "blocks: flag more condition" in capsys.readouterr().out


def test_checking_a_sound_questionnaire_lists_the_notes(small: Path) -> None:
    run("load_questionnaire", small, "--publish")
    said = run("check_questionnaire", "small")
    assert said.startswith("small version 1 (published)\n  note: flags: 2 of 2 sources")
    assert said.endswith("0 blocking, 1 to note\n")


def test_checking_looks_at_the_newest_draft_first(small: Path) -> None:
    run("load_questionnaire", small, "--publish")
    small.write_text(yaml_file.write_yaml(with_condition("age >= 18")), encoding="utf-8")
    run("load_questionnaire", small)
    assert run("check_questionnaire", "small").startswith("small version 2 (draft)")


@pytest.mark.parametrize("command", ["dump_questionnaire", "check_questionnaire"])
def test_an_unknown_questionnaire_is_named(command: str) -> None:
    with pytest.raises(CommandError, match='"tea"'):
        run(command, "tea")


# Bad files --------------------------------------------------------------------------------------------------


def _spoiled(old: str, new: str) -> str:
    text = yaml_file.write_yaml(sound())
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("severity: high", "severity: dire", "severity: expected one of: urgent, high, moderate, info"),
        ("type: integer", "type: number", "type: expected one of: choice, multi-choice, integer, text"),
        ("minimum: 0", "minimum: none", "minimum: expected a whole number"),
        ("checked: ", "checkd: ", "checkd: an unknown key; expected one of:"),
        ("2026-11-22", "last week", "checked: expected a date such as 2026-11-22"),
        ("condition: ", "# condition: ", 'the key "condition" is missing'),
        ("reason: A reason", "reason: ''", "reason: expected text"),
        ("languages: [en]", "languages: en", "languages: expected a list"),
    ],
)
def test_a_bad_value_is_named_with_file_line_key_and_what_was_expected(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    text = _spoiled(old, new)
    with pytest.raises(DocumentError) as error:
        yaml_file.read_yaml(text, file="small.yaml")
    message = str(error.value)
    assert says in message
    line = int(message.removeprefix("small.yaml, line ").partition(",")[0])
    near = text.splitlines()[max(0, line - 3) : line + 2]
    assert any(new.strip() in row or "code: heart-trouble" in row for row in near), message


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "line 1: the file is empty"),
        ("just words", "expected named values"),
        ("a: [", "not readable as YAML"),
        ("a: &x 1\nb: *x", "aliases"),
        ("a: 1\na: 2", 'the key "a" stands twice'),
        ("? [a, b]\n: 1", "expected a simple key"),
        ("!!python/object/apply:os.system ['true']", "expected named values"),
        ("[" * 5000, "not readable as YAML|nested"),
    ],
)
def test_a_file_that_is_no_questionnaire_is_refused(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match=says) as refused:
        run("load_questionnaire", file)
    assert refused.value.returncode == 2
    assert not Questionnaire.objects.exists()


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        run("load_questionnaire", tmp_path / "absent.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"title: \xe9")
    with pytest.raises(CommandError, match="is not UTF-8"):
        run("load_questionnaire", tmp_path / "latin.yaml")
