"""What leaves the desk: to the right people only, recorded every time, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from questionnaire.models import Version
from screening.actions import audit
from screening.core.staff_roles import EDITOR
from screening.models import AuditEvent, Submission
from screening.queries.audit_events import list_events
from screening.queries.labels import event_labels
from screening.reports import csv_export
from screening.reports.evidence import find_faults
from tests.builders.browsing import Paper
from tests.builders.staff import SEVERAL, URGENT, browser_of, member
from tests.builders.submissions import holding, sent, started

pytestmark = pytest.mark.django_db
LIST = "/staff/export.csv"


def addresses(row: Submission) -> list[str]:
    return [f"/staff/{row.reference}/{last}" for last in ("summary/", "summary.pdf", "submission.json")] + [
        LIST,
        f"{LIST}?answers=1",
    ]


def body(response: Any) -> str:
    return b"".join(response.streaming_content).decode("utf-8-sig")


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def sam(db: None) -> Client:
    return browser_of(member("sam"))


# Who may ----------------------------------------------------------------------------------------------------


def test_outsiders_take_nothing_out(published: Version) -> None:
    row = sent(published)
    patient = holding(started(published)[0])
    editor = browser_of(member("edda", EDITOR))
    for address in addresses(row):
        for client in (Client(), patient):
            answer = client.get(address)
            assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/accounts/login/"), (
                address
            )
        assert editor.get(address).status_code == 404, address
    assert not AuditEvent.objects.filter(action__contains="export").exists()


def test_who_may_only_read_takes_no_answers_out(published: Version) -> None:
    from django.contrib.auth.models import Permission

    row, user = sent(published, SEVERAL), member("rita", EDITOR)
    user.user_permissions.add(Permission.objects.get(codename="view_submission"))
    client = browser_of(user)
    assert client.get(f"/staff/{row.reference}/submission.json").status_code == 404
    assert client.get(f"{LIST}?answers=1").status_code == 404
    assert client.get(LIST).status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_nothing_is_taken_out_by_another_method(published: Version, sam: Client, method: str) -> None:
    for address in addresses(sent(published)):
        assert getattr(sam, method)(address).status_code == 405


def test_a_reference_that_does_not_exist_is_not_found(published: Version, sam: Client) -> None:
    for last in ("summary/", "summary.pdf", "submission.json"):
        assert sam.get(f"/staff/222-222/{last}").status_code == 404


# Recorded ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last", "action"),
    [
        ("summary/", "submission.print"),
        ("summary.pdf", "submission.print"),
        ("submission.json", "submission.export"),
    ],
)
def test_each_is_recorded_with_who_and_which(published: Version, sam: Client, last: str, action: str) -> None:
    row = sent(published)
    assert sam.get(f"/staff/{row.reference}/{last}").status_code == 200
    event = AuditEvent.objects.filter(action=action).get()
    assert event.object_id == str(row.uuid) and event.actor.startswith("user:") and event.request_id


def test_a_list_is_recorded_with_how_many_and_by_which_filters_but_not_their_values(
    published: Version, sam: Client
) -> None:
    sent(published, URGENT)
    sent(published)
    assert sam.get(f"{LIST}?severity=urgent&answers=1").status_code == 200
    event = AuditEvent.objects.get(action="submissions.export")
    assert event.detail == {"number": 1, "answers": True, "filters": ["severity"]}


def test_answers_taken_out_by_list_stand_in_the_record_of_each_submission(
    published: Version, sam: Client
) -> None:
    urgent, other = sent(published, URGENT), sent(published)
    sam.get(f"{LIST}?severity=urgent")
    assert not AuditEvent.objects.filter(action="submission.export").exists(), (
        "a list without answers shows nobody's"
    )
    sam.get(f"{LIST}?severity=urgent&answers=1")
    [event] = AuditEvent.objects.filter(action="submission.export")
    assert (event.object_id, audit.is_as_written(event)) == (str(urgent.uuid), True)
    page = Paper(sam.get(f"/staff/{urgent.reference}/").content.decode()).text
    assert event_labels()["submission.export"] in page
    assert not list_events("submission", str(other.uuid)).filter(action="submission.export").exists()


# The list ---------------------------------------------------------------------------------------------------


def test_the_list_is_the_filtered_queue_without_answers_or_names(published: Version, sam: Client) -> None:
    urgent = sent(published, URGENT, identity={"name": "Ana Lopez", "phone": "555 010 4477"})
    sent(published)
    response = sam.get(f"{LIST}?severity=urgent")
    assert response["Content-Disposition"] == 'attachment; filename="submissions.csv"'
    text = body(response)
    (line,) = table(text)
    assert line["reference"] == urgent.reference and line["version"] == "ketamine 1"
    assert "suicidal-thoughts" in line["raised"].split() and int(line["urgent"]) == urgent.urgent
    assert "Lopez" not in text and "555 010" not in text and "chest-pain" not in text and "phq9-9" not in line


def test_with_answers_each_question_is_a_column_of_codes(published: Version, sam: Client) -> None:
    sent(published, SEVERAL)
    (line,) = table(body(sam.get(f"{LIST}?answers=1")))
    assert (line["heart-conditions"], line["bp-systolic"]) == ("heart-attack rhythm", "148")


@pytest.mark.parametrize(
    ("typed", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1+1", "'  =1+1"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("＝1", "'＝1"),
        ("plain", "plain"),
        (None, ""),
        (0, "0"),
    ],
)
def test_no_cell_is_a_formula(typed: object, cell: str) -> None:
    assert csv_export.format_cell(typed) == cell


def test_a_formula_that_a_patient_typed_stays_words(published: Version, sam: Client) -> None:
    typed = '=cmd|" /C calc"!A1, "two"\nlines'
    sent(published, {"questions-for-doctor": typed})
    (line,) = table(body(sam.get(f"{LIST}?answers=1")))
    assert line["questions-for-doctor"] == f"'{typed}"


def test_a_bad_filter_takes_nothing_out(published: Version, sam: Client) -> None:
    sent(published)
    for query in ("severity=none-of-these", "since=yesterday", "version=' OR 1=1", "who=Ana"):
        response = sam.get(f"{LIST}?answers=1&{query}", follow=True)
        assert response.status_code == 400 and "There is a problem" in response.content.decode(), query
    assert not AuditEvent.objects.filter(action="submissions.export").exists()


def test_a_long_list_takes_as_many_queries_as_a_short_one(
    published: Version, sam: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    from django.utils import timezone

    from screening.actions.synthesis import synthesize_submissions

    synthesize_submissions(version=published, number=120, seed=1, now=timezone.now())
    with django_assert_max_num_queries(17):
        assert len(table(body(sam.get(f"{LIST}?answers=1")))) == 120


def test_an_answer_that_does_not_open_says_so_and_the_rest_is_there(published: Version, sam: Client) -> None:
    broken, whole = sent(published), sent(published, SEVERAL)
    Submission.objects.filter(pk=broken.pk).update(response=b"nothing")
    lines = {line["reference"]: line for line in table(body(sam.get(f"{LIST}?answers=1")))}
    assert lines[str(broken.reference)]["bp-systolic"] == "cannot be opened"
    assert lines[str(whole.reference)]["bp-systolic"] == "148"


# One submission ---------------------------------------------------------------------------------------------


def test_the_evidence_stands_by_itself(published: Version, sam: Client) -> None:
    row = sent(published, SEVERAL, identity={"name": "Ana Lopez"})
    response = sam.get(f"/staff/{row.reference}/submission.json")
    assert response["Content-Disposition"] == f'attachment; filename="submission-{row.reference}.json"'
    packet = json.loads(response.content)
    assert find_faults(packet) == []
    assert packet["identity"] == {"name": "Ana Lopez"} and packet["answers"]["bp-systolic"] == 148
    assert (
        packet["fingerprint"] == published.document.fingerprint and packet["clinic"]["crisis_number"] == "988"
    )


def test_the_summary_is_a_page_and_a_pdf(published: Version, sam: Client) -> None:
    row = sent(published, SEVERAL, identity={"name": "Ana Lopez", "birth_date": "1980-07-01"})
    page = sam.get(f"/staff/{row.reference}/summary/").content.decode()
    assert "Ana Lopez" in page and "Top number: 148 mmHg" in page and "decides nothing" in page
    made = sam.get(f"/staff/{row.reference}/summary.pdf?paper=a4")
    assert made["Content-Type"] == "application/pdf" and made.content.startswith(b"%PDF")
    assert made["Content-Disposition"] == f'attachment; filename="summary-{row.reference}.pdf"'
