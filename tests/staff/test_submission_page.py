"""Staff open a submission: why each flag stands, what is not known, everything as it was asked, and who
looked."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from questionnaire.models import Version
from questionnaire.presenters.desk_answers import DeskAnswers
from questionnaire.presenters.reader import Reader
from questionnaire.rules.explain import describe_condition
from screening.actions import audit, reviews
from screening.actions.submissions import submit
from screening.core import encryption
from screening.core.actor import PATIENT, account_code
from screening.core.staff_roles import EDITOR
from screening.models import AuditEvent, Submission
from screening.queries.audit_events import list_events
from screening.queries.submission import load_submission
from tests.builders.browsing import Paper
from tests.builders.staff import SEVERAL, URGENT, browser_of, member, reviewing, sent_ago
from tests.builders.submissions import definition_of, filled, sent

pytestmark = pytest.mark.django_db


def page_of(row: Submission, client: Client | None = None) -> Paper:
    response = (client or browser_of(member("sam"))).get(reverse("staff:submission", args=[row.reference]))
    assert response.status_code == 200
    return Paper(response.content.decode())


def words(paper: Paper) -> str:
    return " ".join(paper.text.split())


def card(row: Submission, code: str, client: Client) -> str:
    """What stands on the card of one flag."""
    html = client.get(reverse("staff:submission", args=[row.reference])).content.decode()
    return words(Paper(html.partition(f'id="flag-{code}"')[2].partition("</article>")[0]))


def test_each_flag_shows_reason_answer_sentence_rule_and_source(published: Version) -> None:
    row = sent(published, {"phq9-9": "1"})
    flag = definition_of(published).flags_by_code["suicidal-thoughts"]
    said = words(page_of(row))
    assert flag.title in said
    assert flag.reason in said
    assert "“Several days”" in said
    assert "call or text 988 any time" in said, (
        "the sentence the patient read, with the numbers they were shown"
    )
    assert "is “Several days” or more" in said, "the condition read aloud"
    assert flag.source.citation in said
    assert "From a secondary source" in said and flag.source.edition in said
    assert "22 Nov 2026, not yet checked by a clinician" in said
    assert "read 22 Nov 2026" not in said
    assert (
        "Does &quot;several days&quot; on PHQ-9 item 9" in said
        or 'Does "several days" on PHQ-9 item 9' in said
    )


def test_staff_read_in_english_what_a_patient_answered_in_spanish(published: Version) -> None:
    _token, loaded = filled(published, {"phq9-9": "1"}, language="es")
    row = submit(loaded=loaded, now=timezone.now())
    client = browser_of(member("sam"))
    beside = card(row, "suicidal-thoughts", client)
    assert "“Varios días” Several days" in beside
    assert (
        "llame al 988 y oprima 2, o envíe la palabra AYUDA al 988" in beside
        and "call or text 988 any time" in beside
    )
    answers = words(page_of(row, client)).partition("Answers, as asked")[2]
    assert "Varios días Several days" in answers
    stem = "how often have you been bothered by any of the following problems?"
    assert answers.count(stem) == 1, answers


def test_flags_stand_in_order_of_urgency(published: Version) -> None:
    paper = page_of(sent(published, {**SEVERAL, **URGENT}))
    definition = definition_of(published)
    by_title = {flag.title: flag for flag in definition.flags}
    shown = [
        by_title[title].severity.rank
        for level, title in paper.headings
        if level == "h3" and title in by_title
    ]
    raised = shown[: shown.index(max(shown)) + 1]
    assert raised == sorted(raised)
    assert shown[0] == 0


def test_what_cannot_be_told_says_what_to_ask(published: Version) -> None:
    said = words(page_of(sent(published, {"vessel-conditions": ["not-sure"]})))
    assert "Do not read this as no" in said
    row = Submission.objects.get()
    in_doubt = [flag.code for flag in row.flags.filter(verdict="cannot-tell")]
    assert in_doubt
    for code in in_doubt:
        flag = definition_of(published).flags_by_code[code]
        assert flag.title in said
        assert f"What it would mean: {flag.reason}" in said, "never told as if it were so"


def test_beside_a_flag_on_the_numbers_stand_when_and_where_they_were_taken(published: Version) -> None:
    told = {"bp-reading-known": "yes", "bp-systolic": 148, "bp-diastolic": 96, "bp-reading-when": "past-week"}
    row = sent(published, {**told, "bp-reading-where": "pharmacy", "bp-diagnosis": "yes"})
    sam = browser_of(member("sam"))
    reading = "About that reading: When the reading was taken: “In the past week” Where the reading was taken"
    assert f"{reading}: “In a pharmacy or store”" in card(row, "bp-at-or-above-140-90", sam)
    assert "About that reading" not in card(row, "bp-hypertension-known", sam), "it does not read the numbers"
    left_out = sent(published, {**told, "bp-reading-where": None})
    assert f"{reading} Left blank" in card(left_out, "bp-at-or-above-140-90", sam)


def test_not_sure_declined_blank_and_never_asked_look_different(published: Version) -> None:
    row = sent(
        published,
        {
            "vessel-conditions": ["not-sure"],
            "drug-use-year": ["prefer-not-to-say"],
            "questions-for-doctor": "",
        },
    )
    html = browser_of(member("sam")).get(reverse("staff:submission", args=[row.reference])).content.decode()
    for kind in ("tag unknown", "tag declined", "tag blank"):
        assert kind in html
    assert "Not asked on this path" in html


def test_a_question_behind_an_unknown_answer_was_never_asked(published: Version) -> None:
    row = sent(published, {"sex-at-birth": "prefer-not-to-say", "age": "not-sure"})
    html = browser_of(member("sam")).get(reverse("staff:submission", args=[row.reference])).content.decode()
    definition = definition_of(published)
    assert row.cannot_tell >= 0
    assert "Not asked on this path" in html
    assert definition.questions["age"].wording.in_("en") in html


def test_a_question_that_was_not_asked_says_when_it_is(published: Version) -> None:
    definition = definition_of(published)
    row = sent(published, {"bp-diagnosis": "no"})
    desk = DeskAnswers(definition, load_submission(row).response.answers, Reader("en", "911", "988"))
    said = words(page_of(row))
    assert desk.not_asked
    for line in desk.not_asked:
        shown_when = definition.questions[line.link_id].shown_when
        assert shown_when and describe_condition(definition, shown_when) in said


def test_a_score_is_never_a_total_of_what_was_not_asked(published: Version) -> None:
    calm = words(page_of(sent(published, {"phq9-1": "1", "phq9-2": "0", "phq9-9": "0"})))
    assert "PHQ-2 = 1" in calm
    assert "PHQ-9 item 9 = 0" in calm
    assert "PHQ-9 = " not in calm


def test_a_score_with_a_declined_item_is_a_lower_bound(published: Version) -> None:
    low = {f"phq9-{n}": "1" for n in range(1, 10)} | {"phq9-1": "3", "phq9-4": "prefer-not-to-say"}
    said = words(page_of(sent(published, low)))
    assert "PHQ-9 at least 10, at most 13 (8 of 9 items answered)" in said


def test_the_page_names_the_version_and_its_fingerprint(published: Version) -> None:
    said = words(page_of(sent(published)))
    assert "ketamine, version 1" in said
    assert published.document.fingerprint in said


def test_who_the_patient_is_stands_on_the_page_only_if_given(published: Version) -> None:
    row = sent(published, identity={"name": "Ana Flores", "phone": "555 010 4477"})
    said = words(page_of(row))
    assert "Ana Flores" in said
    assert "555 010 4477" in said
    assert "not given" in said


def test_reading_is_recorded_once_each_time_and_shown(published: Version) -> None:
    row = sent(published)
    sam = member("sam")
    client = browser_of(sam)
    page_of(row, client)
    page_of(row, client)
    views = AuditEvent.objects.filter(object_id=str(row.uuid), action="submission.view")
    assert [event.actor for event in views] == [account_code(sam.pk)] * 2
    assert views[0].detail == {}
    assert views[0].request_id
    row.refresh_from_db()
    assert row.opened_at
    assert "sam read it" in words(page_of(row, client))


def test_a_long_list_of_who_looked_says_that_it_is_not_all(published: Version) -> None:
    row, client = sent(published), browser_of(member("sam"))
    what = {
        "actor": PATIENT,
        "action": "submission.start",
        "object_type": "submission",
        "now": timezone.now(),
    }
    while list_events("submission", str(row.uuid)).count() < 99:
        audit.record(object_id=str(row.uuid), **what)  # type: ignore[arg-type]
    assert "These are the newest 100" not in words(page_of(row, client))
    assert "These are the newest 100" in words(page_of(row, client))


def test_a_colleague_beside_you_is_named(published: Version) -> None:
    row = sent(published)
    page_of(row, browser_of(member("sam")))
    assert "sam read it just now. You may both be working on it." in words(
        page_of(row, browser_of(member("alex")))
    )


def test_nothing_assessed_is_said_first(published: Version, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    with monkeypatch.context() as patch:
        patch.setattr("screening.actions.assessment.assess", broken)
        row = sent(published)
    said = words(page_of(row))
    assert "Nothing was assessed" in said
    assert "No flag was raised" not in said


def test_answers_that_do_not_open_are_said_so_and_the_look_is_still_recorded(published: Version) -> None:
    row = sent(published)
    Submission.objects.filter(pk=row.pk).update(response=b"not sealed by us")
    response = browser_of(member("sam")).get(reverse("staff:submission", args=[row.reference]))
    assert response.status_code == 503
    assert "cannot be opened" in response.content.decode()
    assert AuditEvent.objects.filter(action="submission.view").exists()


def test_previous_and_next_follow_the_group(published: Version) -> None:
    first, second, third = (sent_ago(published, minutes) for minutes in (30, 20, 10))
    paper = page_of(second)
    assert first.reference in paper.link("Previous")
    assert third.reference in paper.link("Next")


def test_a_reference_in_small_letters_is_as_good(published: Version) -> None:
    row = sent(published)
    response = browser_of(member("sam")).get(f"/staff/{str(row.reference).lower()}/")
    assert response.status_code == 200


@pytest.mark.parametrize("reference", ["222-222", "K7M-4Q", "K7M-4QXX", "000-000", "K7M4QX", "%00%00%00-ABC"])
def test_a_reference_nobody_has_is_not_found(reference: str, published: Version) -> None:
    assert browser_of(member("sam")).get(f"/staff/{reference}/").status_code == 404


def test_a_form_still_being_filled_in_is_not_found(published: Version) -> None:
    row = sent(published)
    Submission.objects.filter(pk=row.pk).update(state="draft")
    assert browser_of(member("sam")).get(f"/staff/{row.reference}/").status_code == 404


def test_the_signed_out_are_asked_to_sign_in_and_editors_find_nothing(published: Version) -> None:
    row = sent(published)
    address = reverse("staff:submission", args=[row.reference])
    response = Client().get(address)
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))
    assert browser_of(member("ed", EDITOR)).get(address).status_code == 404
    assert not AuditEvent.objects.filter(action="submission.view").exists()


def test_a_deactivated_account_is_out_at_once(published: Version) -> None:
    row, sam = sent(published), member("sam")
    client = browser_of(sam)
    page_of(row, client)
    type(sam).objects.filter(pk=sam.pk).update(is_active=False)
    assert client.get(reverse("staff:submission", args=[row.reference])).status_code == 302


def test_other_methods_are_refused(published: Version) -> None:
    row = sent(published)
    response = browser_of(member("sam")).post(reverse("staff:submission", args=[row.reference]))
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")


def test_the_page_costs_the_same_however_much_there_is(published: Version) -> None:
    sam = member("sam")
    client, quiet, busy = browser_of(sam), sent(published), sent(published, {**SEVERAL, **URGENT})
    for number in range(5):
        reviews.add_note(
            submission=busy, words=f"note {number}", actor=reviewing(sam, busy, now=timezone.now())
        )
    page_of(quiet, client), page_of(busy, client)
    costs = []
    for row in (quiet, busy):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page_of(row, client)
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 26, costs


def test_a_note_is_sealed_and_read_on_the_page(published: Version) -> None:
    row, sam = sent(published), member("sam")
    entry = reviews.add_note(submission=row, words="Called, no answer", actor=reviewing(sam, row))
    assert b"Called" not in bytes(entry.note or b"")
    with pytest.raises(encryption.DecryptionError):
        encryption.unseal(bytes(entry.note or b""), purpose="reviewentry:another:note")
    assert "Called, no answer" in words(page_of(row, browser_of(sam)))
