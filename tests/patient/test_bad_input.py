"""Whatever is typed or forged: a clear page with the right status, what was typed kept, nothing lost, never a
500."""

from __future__ import annotations

import pytest

from questionnaire.models import Version
from tests.builders.submissions import holding, loaded_by, patient_at, started

TEXT = "questions-for-doctor"


@pytest.mark.parametrize(
    ("link_id", "posted", "message"),
    [
        ("sex-at-birth", "", "Choose an answer for: Sex at birth"),
        ("sex-at-birth", "   ", "Choose from the answers shown for: Sex at birth"),
        ("sex-at-birth", "dragon", "Choose from the answers shown for: Sex at birth"),
        ("sex-at-birth", ["female", "male"], "Choose one answer only for: Sex at birth"),
        ("sex-at-birth", "<script>alert(1)</script>", "Choose from the answers shown for: Sex at birth"),
        ("goal-conditions", [], "Tick at least one answer for:"),
        ("goal-conditions", ["anxiety", "anxiety"], "Choose from the answers shown for:"),
        ("goal-conditions", ["anxiety", "dragon"], "Choose from the answers shown for:"),
        ("age", "forty", "Enter a number in digits for: Age"),
        ("age", "-1", "Enter a number from 0 to 120 for: Age"),
        ("age", "121", "Enter a number from 0 to 120 for: Age"),
        ("age", "4.5", "Enter a whole number"),
        ("age", "1e2", "Enter a number in digits for: Age"),
        ("age", "🙂", "Enter a number in digits for: Age"),
        ("age", "4\x005", "Enter a number in digits for: Age"),
        ("age", ["", "not-sure", "prefer-not-to-say"], "Tick one box only: Age"),
        ("age", "9" * 50_000, "Enter a number from 0 to 120 for: Age"),
        (TEXT, "x" * 4_001, "Use 4000 characters or fewer for:"),
        (TEXT, "a\x00b", "Take out the characters that cannot be printed in:"),
    ],
)
def test_a_bad_answer_is_refused_in_its_own_words(
    published: Version, link_id: str, posted: str | list[str], message: str
) -> None:
    patient = patient_at(published, link_id)
    page = patient.press({link_id: posted})
    assert patient.status == 422
    assert message in page.text
    assert link_id not in loaded_by(patient).response.answers


@pytest.mark.parametrize("typed", ["45", " 45 ", "٤٥", "４５", "45.0", "045"])
def test_an_age_is_read_however_it_is_typed(published: Version, typed: str) -> None:
    patient = patient_at(published, "age")
    patient.press({"age": typed})
    assert loaded_by(patient).response.answers["age"] == 45


@pytest.mark.parametrize(
    "typed", ["¿Puedo manejar? 🙂", "<b>bold</b> & 'quoted'", "two\nlines", "ساعدني", "'; DROP TABLE --"]
)
def test_words_are_kept_and_shown_as_they_were_typed(published: Version, typed: str) -> None:
    patient = patient_at(published, TEXT)
    patient.press({TEXT: typed})
    patient.press()
    assert patient.address == "/s/check/"
    assert "".join(typed.split()) in "".join(patient.page.text.split())
    assert "<b>bold" not in patient.html


def test_a_long_text_is_kept_in_the_box(published: Version) -> None:
    patient = patient_at(published, TEXT)
    page = patient.press({TEXT: "y" * 5_000})
    assert page.main_form.named(TEXT)[0].value == "y" * 5_000


def test_a_megabyte_is_too_much(published: Version) -> None:
    patient = patient_at(published, TEXT)
    response = patient.client.post(patient.address, {TEXT: "z" * 1_000_000, "seen": ""})
    assert response.status_code == 413
    assert "4,000 characters are enough" in response.content.decode()


def test_a_thousand_fields_are_too_many(published: Version) -> None:
    patient = patient_at(published, TEXT)
    response = patient.client.post(patient.address, {f"field-{n}": "1" for n in range(1_200)})
    assert response.status_code == 413


def test_answers_to_other_questions_are_not_taken_along(published: Version) -> None:
    patient = patient_at(published, "age")
    patient.press({"age": "45", "phq9-9": "3", "bp-systolic": "250", "dragon": "1"})
    assert set(loaded_by(patient).response.answers) == {"symptoms-now", "safety-now", "age"}


@pytest.mark.parametrize(
    "path", ["/s/0/", "/s/999/", "/s/99999999999999999999/", "/s/-1/", "/s/one/", "/nowhere/", "/s/1"]
)
def test_an_unknown_page_is_not_found(published: Version, path: str) -> None:
    token, _ = started(published)
    response = holding(token).get(path, follow=path == "/s/1")
    assert response.status_code == (200 if path == "/s/1" else 404)
    assert "Get help now" in response.content.decode()


@pytest.mark.parametrize("token", ["", "x", "é", "../../etc", "a" * 5_000, "\x00"])
def test_a_forged_key_opens_nothing(published: Version, token: str) -> None:
    started(published)
    response = holding(token).get("/s/1/")
    assert response.status_code == 403
    assert "Begin a new form" in response.content.decode()


def test_a_forged_hash_of_the_page_is_no_reason_to_lose_an_answer(published: Version) -> None:
    for seen in ("", "🙂", "f" * 64):
        patient = patient_at(published, "age")
        response = patient.client.post(patient.address, {"age": "45", "seen": seen})
        assert response.status_code == 409
        assert "45 years" in response.content.decode()
