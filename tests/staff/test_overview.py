"""The overview shows the clinic's work in numbers, and nobody's answers."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from questionnaire.models import Version
from questionnaire.rules.states import Verdict
from screening.actions import reviews
from screening.actions.synthesis import synthesize_submissions
from screening.core import encryption
from screening.core.staff_roles import EDITOR
from screening.models import AnswerTally, Submission
from screening.queries.statistics import collect_statistics
from screening.templatetags.charts import roughly
from tests.builders.staff import URGENT, browser_of, member, reviewing, sent_ago
from tests.builders.submissions import sent

pytestmark = pytest.mark.django_db
PAGE = "/staff/overview/"


@pytest.fixture
def sam(db: None) -> Any:
    return member("sam")


def test_outsiders_see_no_figures(published: Version) -> None:
    assert Client().get(PAGE).status_code == 302
    assert browser_of(member("edda", EDITOR)).get(PAGE).status_code == 404


def test_an_empty_desk_says_so(published: Version, sam: Any) -> None:
    page = browser_of(sam).get(PAGE)
    assert page.status_code == 200 and "Nothing was sent in this period yet" in page.content.decode()


@pytest.mark.parametrize(
    "query", ["", "?weeks=4", "?weeks=52", "?weeks=-1", "?weeks=x'--", "?weeks=999999999999"]
)
def test_any_period_that_is_asked_for_gets_an_answer(published: Version, sam: Any, query: str) -> None:
    sent(published)
    assert browser_of(sam).get(f"{PAGE}{query}").status_code == 200


def test_weeks_are_counted_with_those_needing_a_person(published: Version) -> None:
    for minutes, answers in ((5, URGENT), (6, {}), (60 * 24 * 8, {})):
        sent_ago(published, minutes, answers)
    found = collect_statistics(weeks=4, now=timezone.now())
    assert found.total == 3 and sum(week.pressing for week in found.weeks) == 1
    assert len(found.weeks) == 4 and all(week.monday.weekday() == 0 for week in found.weeks)


def test_medians_are_from_sending_to_first_opening_and_to_decision(published: Version) -> None:
    now = timezone.now()
    for hours, decided in ((1, 10), (3, None), (8, 30)):
        row = sent_ago(published, 60 * 40)
        row.opened_at = row.submitted_at + timedelta(hours=hours)
        row.decided_at = row.submitted_at + timedelta(hours=decided) if decided else None
        row.save()
    sent_ago(published, 5, URGENT)
    pressing, everybody = collect_statistics(weeks=12, now=now).waits
    assert (everybody.opening, everybody.decision, everybody.unopened) == (
        timedelta(hours=3),
        timedelta(hours=20),
        1,
    )
    assert (pressing.number, pressing.opening, pressing.unopened) == (1, None, 1)


def test_flags_are_counted_by_topic_as_raised_and_could_not_tell(published: Version) -> None:
    submission = sent(published, {"vessel-conditions": ["not-sure"]})
    found = {topic.label: topic for topic in collect_statistics(weeks=4, now=timezone.now()).topics}
    for verdict, name in ((Verdict.RAISED, "raised"), (Verdict.CANNOT_TELL, "cannot_tell")):
        assert (
            sum(getattr(topic, name) for topic in found.values())
            == submission.flags.filter(verdict=verdict).count()
        )
    assert found["Blood vessels"].cannot_tell > 0


def test_the_share_of_opinions_that_found_a_flag_not_relevant(published: Version, sam: Any) -> None:
    for opinion, reason in (("agree", ""), ("not-relevant", "known and treated"), ("not-relevant", "asked")):
        row = sent(published, {"phq9-9": "1"})
        reviews.judge_flag(
            submission=row,
            code="suicidal-thoughts",
            opinion=opinion,
            reason=reason,
            actor=reviewing(sam, row),
        )
    found = collect_statistics(weeks=4, now=timezone.now())
    (flag,) = found.flags
    assert found.seldom == found.flags and found.doubted == ()  # three opinions are too few for a rate
    assert (flag.code, flag.judged, flag.not_relevant) == ("suicidal-thoughts", 3, 2) and round(
        flag.rate, 2
    ) == 0.67


def test_unknown_answers_are_counted_by_question(published: Version) -> None:
    sent(published, {"age": "not-sure"})
    sent(published)
    found = {
        question.short: question for question in collect_statistics(weeks=4, now=timezone.now()).unknowns
    }
    assert (found["Age"].asked, found["Age"].unknown, found["Age"].rate) == (2, 1, 0.5)
    assert found["Sex at birth"].unknown == 0
    assert "Questions for your physician" not in found  # leaving out what may be left out says nothing


def test_the_tally_says_nothing_about_who(published: Version) -> None:
    submission = sent(published, URGENT)
    row = AnswerTally.objects.get()
    assert {field.name for field in row._meta.fields} == {"id", "version", "week", "marks"}
    assert row.week.weekday() == 0 and set(row.marks) <= set("kub-n")
    assert str(submission.uuid) not in str(row.pk)


def test_no_answers_are_opened_for_it(published: Version, monkeypatch: pytest.MonkeyPatch) -> None:
    sent(published, URGENT)

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("the overview must not open answers")

    monkeypatch.setattr(encryption, "unseal", refuse)
    assert collect_statistics(weeks=4, now=timezone.now()).total == 1


def test_many_submissions_cost_as_many_queries_as_one(
    published: Version, sam: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = browser_of(sam)
    sent(published, URGENT)
    client.get(PAGE)
    with django_assert_num_queries(5):
        collect_statistics(weeks=12, now=timezone.now())
    synthesize_submissions(version=published, number=300, seed=1, now=timezone.now())
    with django_assert_num_queries(5):
        collect_statistics(weeks=12, now=timezone.now())


def test_charts_are_plain_svg_with_their_figures_in_tables(published: Version, sam: Any) -> None:
    synthesize_submissions(version=published, number=60, seed=1, now=timezone.now())
    page = browser_of(sam).get(PAGE).content.decode()
    assert "<svg" in page and 'role="img" aria-label="Submissions per week' in " ".join(page.split())
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)", page)
    sections = re.findall(r"<section .*?</section>", page.partition("<main")[2], re.DOTALL)
    assert len(sections) == 5 and all("<table" in section for section in sections[:4])
    assert "No opinions yet" in sections[4]
    numbers = [int(cell) for cell in re.findall(r"<td>(\d+)</td>", sections[0])]
    assert sum(numbers[:12]) == collect_statistics(weeks=12, now=timezone.now()).total > 40


def test_waiting_times_are_drawn_against_the_longest_of_them(published: Version, sam: Any) -> None:
    row = sent_ago(published, 60 * 40)
    Submission.objects.filter(pk=row.pk).update(
        opened_at=row.submitted_at + timedelta(hours=5), decided_at=row.submitted_at + timedelta(hours=20)
    )
    waits = browser_of(sam).get(PAGE).content.decode().partition('id="waits"')[2].partition("</section>")[0]
    assert re.findall(r'<rect x="0" y="0" width="([\d.]+)"', waits) == ["25.0", "100.0"]
    assert waits.index("<svg") < waits.index("<table"), "the same figures stand in the table under it"


@pytest.mark.parametrize(
    ("wait", "words"),
    [
        (None, "none yet"),
        (timedelta(seconds=20), "0 minutes"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=89), "89 minutes"),
        (timedelta(hours=5), "5 hours"),
        (timedelta(days=3), "3 days"),
    ],
)
def test_waiting_times_read_as_a_person_would_say_them(wait: timedelta | None, words: str) -> None:
    assert roughly(wait) == words
