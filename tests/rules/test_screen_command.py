"""`manage.py screen`: one answer set in, one JSON object out; anything unreadable is one line and exit code
2."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from questionnaire.actions import publishing
from questionnaire.definition import Definition
from questionnaire.management.commands import screen
from tests.builders.shipped import shipped

pytestmark = pytest.mark.django_db


def run(monkeypatch: pytest.MonkeyPatch, text: str, *arguments: str) -> str:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    out = io.StringIO()
    call_command("screen", *(arguments or ("-",)), stdout=out)
    return out.getvalue()


def screened(monkeypatch: pytest.MonkeyPatch, **answers: Any) -> dict[str, Any]:
    given = {name.replace("_", "-"): value for name, value in answers.items()}
    return json.loads(run(monkeypatch, json.dumps(given)))


def refused(monkeypatch: pytest.MonkeyPatch, text: str, *arguments: str) -> str:
    with pytest.raises(CommandError) as error:
        run(monkeypatch, text, *arguments)
    assert error.value.returncode == 2
    message = str(error.value)
    assert "\n" not in message and message
    return message


@pytest.mark.usefixtures("published")
class TestOneAnswerSet:
    def test_the_result_has_the_shape_other_programs_rely_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        found = screened(monkeypatch, age=70, bp_reading_known="yes", bp_systolic=140, bp_diastolic=89)
        assert list(found) == [
            "questionnaire",
            "version",
            "outcome",
            "flags",
            "cannot_tell",
            "scores",
            "open",
        ]
        assert (found["questionnaire"], found["version"]) == ("ketamine", 1)
        assert found["outcome"] == "discuss-with-your-physician"
        flags = {flag["code"]: flag for flag in found["flags"]}
        assert flags["bp-at-or-above-140-90"] == {
            "code": "bp-at-or-above-140-90",
            "severity": "high",
            "because": ["bp-systolic"],
        }
        assert flags["bp-at-or-above-130-80"]["because"] == ["bp-systolic", "bp-diastolic"]
        assert flags["age-65-plus"]["severity"] == "moderate"
        assert found["scores"]["phq9"] == {"at_least": 0, "at_most": 27, "answered": 0, "of": 9}

    def test_every_list_is_in_file_order(self, monkeypatch: pytest.MonkeyPatch) -> None:
        found = screened(
            monkeypatch, practical_needs=["cost"], age=17, safety_now=["harm-others", "self-harm"]
        )
        flags, questions = list(shipped().flags_by_code), list(shipped().questions)
        raised = [flag["code"] for flag in found["flags"]]
        assert raised == sorted(raised, key=flags.index)
        assert found["cannot_tell"] == sorted(found["cannot_tell"], key=flags.index)
        assert found["open"] == sorted(found["open"], key=questions.index)
        assert list(found["scores"]) == list(shipped().scores_by_name)

    def test_139_over_89_is_not_140_over_90(self, monkeypatch: pytest.MonkeyPatch) -> None:
        found = screened(monkeypatch, bp_reading_known="yes", bp_systolic=139, bp_diastolic=89)
        codes = {flag["code"] for flag in found["flags"]}
        assert "bp-at-or-above-130-80" in codes and "bp-at-or-above-140-90" not in codes

    def test_null_empty_text_and_empty_list_are_unanswered(self, monkeypatch: pytest.MonkeyPatch) -> None:
        nothing = screened(monkeypatch)
        assert screened(monkeypatch, age=None, sex_at_birth="", symptoms_now=[]) == nothing

    def test_numbers_may_be_digits_and_codes_numbers(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert screened(monkeypatch, age="70") == screened(monkeypatch, age=70)
        assert screened(monkeypatch, **{"phq9_1": 3}) == screened(monkeypatch, **{"phq9_1": "3"})

    def test_a_bottom_number_above_the_top_is_judged(self, monkeypatch: pytest.MonkeyPatch) -> None:
        found = screened(monkeypatch, bp_reading_known="yes", bp_systolic=80, bp_diastolic=120)
        codes = [flag["code"] for flag in found["flags"]]
        assert "bp-crisis-range" in codes and "clarify-bp" in codes

    def test_none_beside_another_code_is_dropped(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert screened(monkeypatch, symptoms_now=["none", "chest-pain"]) == screened(
            monkeypatch, symptoms_now=["chest-pain"]
        )

    def test_the_file_may_begin_with_a_byte_order_mark(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        file = tmp_path / "answers.json"
        file.write_bytes(b'\xef\xbb\xbf{"age": 70}')
        assert json.loads(run(monkeypatch, "", str(file))) == screened(monkeypatch, age=70)

    def test_nothing_is_saved(self, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any) -> None:
        publishing.load_definition.cache_clear()
        with django_assert_num_queries(2) as queries:
            screened(monkeypatch, age=70)
        assert all(query["sql"].startswith("SELECT") for query in queries.captured_queries)


@pytest.mark.usefixtures("published")
class TestBadInput:
    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("", "is not JSON"),
            ("{", "line 1, column 2"),
            ("[]", "expected an object"),
            ("null", "expected an object"),
            ('{"age": 1, "age": 2}', 'the key "age" stands twice'),
            ('{"age": NaN}', "NaN is not a JSON number"),
            ('{"age": 1e400}', "age: takes a whole number"),
            ('{"age": ' + "9" * 5000 + "}", "is not JSON that can be read"),
            ("[" * 100_000, "is not JSON that can be read"),
            ('{"agee": 1}', "agee"),
            ('{"age": true}', "age: takes a whole number"),
            ('{"age": 70.5}', "age: takes a whole number"),
            ('{"age": 121}', "age: is outside the range 0 to 120"),
            ('{"age": {"a": 1}}', "age: takes a whole number"),
            ('{"sex-at-birth": "femal"}', "sex-at-birth: is not one of its options"),
            ('{"sex-at-birth": ["female"]}', "sex-at-birth: takes one option"),
            ('{"symptoms-now": "chest-pain"}', "symptoms-now: takes a list"),
            ('{"symptoms-now": ["none", "none"]}', "symptoms-now: names the same option twice"),
            ('{"bp-systolic": 301}', "bp-systolic: is outside the range 50 to 300"),
            ('{"med-list": "\\u0000"}', "med-list: holds a character"),
            ('{"med-list": "\\ud800"}', "med-list: holds a character"),
        ],
    )
    def test_it_is_refused_in_one_line_that_names_it(
        self, monkeypatch: pytest.MonkeyPatch, text: str, says: str
    ) -> None:
        assert says in refused(monkeypatch, text)

    def test_a_file_that_cannot_be_read_is_named(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        assert "No such file" in refused(monkeypatch, "", str(tmp_path / "absent.json"))
        assert "directory" in refused(monkeypatch, "", str(tmp_path))
        (tmp_path / "latin.json").write_bytes(b'{"med-list": "\xe9"}')
        assert "is not UTF-8 text" in refused(monkeypatch, "", str(tmp_path / "latin.json"))

    def test_an_unknown_questionnaire_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert '"tea"' in refused(monkeypatch, "{}", "-", "--questionnaire", "tea")


@pytest.mark.usefixtures("published")
class TestManyAnswerSets:
    def test_every_line_gives_one_line_in_the_same_order(self, monkeypatch: pytest.MonkeyPatch) -> None:
        lines = run(monkeypatch, '{"age": 17}\n{"age": 70}\n{}', "--jsonl", "-").splitlines()
        assert [json.loads(line)["outcome"] for line in lines] == ["discuss-with-your-physician"] * 3
        assert json.loads(lines[1]) == screened(monkeypatch, age=70)

    def test_a_bad_line_gives_an_error_in_its_place_and_the_others_are_answered(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        given = '{"age": 17}\n{"age": 700}\n\nnonsense\n{"age": 70}\n\n'
        lines, error = judged_until_the_end(monkeypatch, given)
        assert [json.loads(line).get("error", "judged") for line in lines] == [
            "judged",
            "line 2: age: is outside the range 0 to 120",
            "line 3: is not JSON (Expecting value at line 1, column 1)",
            "line 4: is not JSON (Expecting value at line 1, column 1)",
            "judged",
        ]
        assert error.returncode == 2
        assert "3 of 5 lines could not be judged" in str(error)
        assert json.loads(lines[-1]) == screened(monkeypatch, age=70)

    def test_bytes_that_are_no_text_spoil_only_their_own_line(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        file = tmp_path / "sets.jsonl"
        file.write_bytes(b'\xef\xbb\xbf{"age": 17}\n{"med-list": "\xe9"}\n{"age": 70}\n')
        lines, _ = judged_until_the_end(monkeypatch, "", str(file))
        assert "is not UTF-8 text" in json.loads(lines[1])["error"]
        assert [json.loads(lines[place])["outcome"] for place in (0, 2)] == [
            "discuss-with-your-physician"
        ] * 2

    def test_a_fault_of_the_rules_spoils_only_its_own_line(self, monkeypatch: pytest.MonkeyPatch) -> None:
        judge = screen.build_result

        def fails_for_seventy(number: int, definition: Definition, given: dict[str, Any]) -> dict[str, Any]:
            return {"age": 1 / 0} if given.get("age") == 70 else judge(number, definition, given)

        monkeypatch.setattr(screen, "build_result", fails_for_seventy)
        lines, error = judged_until_the_end(monkeypatch, '{"age": 70}\n{"age": 17}')
        assert json.loads(lines[0]) == {"error": "line 1: could not be judged (ZeroDivisionError)"}
        assert json.loads(lines[1])["outcome"] == "discuss-with-your-physician"
        assert error.returncode == 2


def judged_until_the_end(
    monkeypatch: pytest.MonkeyPatch, given: str, file: str = "-"
) -> tuple[list[str], CommandError]:
    """What `screen --jsonl` printed, and how it ended."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(given))
    out = io.StringIO()
    with pytest.raises(CommandError) as error:
        call_command("screen", "--jsonl", file, stdout=out)
    return out.getvalue().splitlines(), error.value


def test_without_a_questionnaire_one_line_says_what_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "run `make run`, or `python manage.py bootstrap`" in refused(monkeypatch, "{}")


@pytest.mark.parametrize(
    "arguments", [("screen", "-"), ("check_questionnaire", "ketamine"), ("dump_questionnaire", "ketamine")]
)
def test_without_tables_one_line_says_what_to_run(
    monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE questionnaire_version RENAME TO elsewhere")
    with pytest.raises(CommandError, match="run `make run`") as error:
        call_command(*arguments)
    assert error.value.returncode == 2
    assert "\n" not in str(error.value)
