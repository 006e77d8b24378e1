"""The result: the same headline for everyone, topics and sentences, and never a verdict."""

from __future__ import annotations

from django.utils import timezone

from questionnaire.models import Version
from questionnaire.presenters.reader import Reader
from questionnaire.presenters.result import read_result
from screening.actions import submissions
from screening.models import RaisedFlag
from screening.queries.submission import load_with_token
from tests.builders.browsing import Paper, Patient
from tests.builders.shipped import shipped
from tests.builders.submissions import answered, finished, holding, started

HEADLINE = "Thank you. Please discuss these answers with your physician"
CLOSING = (
    "These are topics to talk about. They are not a decision. Only you and your physician can decide on "
    "care. "
    "Please discuss this with your physician."
)


def result_of(version: Version, answers: dict) -> Paper:
    token, loaded = started(version)
    loaded = answered(loaded, answers)
    now = timezone.now()
    if loaded.response.pending:
        loaded = submissions.mark_interruption_read(loaded=loaded, now=now)
    submissions.save_identity(loaded=loaded, identity={}, now=now)
    submissions.submit(loaded=load_with_token(token, now=now), now=now)
    return Patient(holding(token)).visit("/s/result/")


def test_everyone_reads_the_same_headline_and_closing(published: Version) -> None:
    for answers in ({}, {"phq9-9": "3"}, {"vessel-conditions": ["not-sure"]}):
        page = result_of(published, answers)
        assert page.h1 == [HEADLINE]
        assert CLOSING in page.text


def test_the_most_pressing_topic_comes_first(published: Version) -> None:
    page = result_of(published, {"safety-now": ["self-harm"], "med-classes": ["benzodiazepine"]})
    topics = [" ".join(words.split()) for level, words in page.headings if level == "h3"]
    assert topics[0] == "How you are right now"
    assert "Medicines" in topics


def test_what_could_not_be_told_stands_apart(published: Version) -> None:
    page = result_of(published, {"vessel-conditions": ["not-sure"]})
    [doubt] = [words for level, words in page.headings if words == "Things we could not tell"]
    assert page.text.index(doubt) < page.text.index("What happens next")


def test_no_count_no_severity_word_no_score(published: Version) -> None:
    page = result_of(published, {"phq9-1": "3", "phq9-2": "3", "phq9-9": "2", "safety-now": ["self-harm"]})
    top = page.text.split("What you told us")[0].lower()
    for word in ("severity", "moderate", "severe", "score", "points", "phq", "gad", "flags:", "%"):
        assert word not in top, word


def test_with_no_topics_it_says_that_this_is_no_all_clear(published: Version) -> None:
    token, loaded = started(published)
    row = loaded.row
    row.state, row.assessment, row.reference, row.submitted_at = (
        "submitted",
        "assessed",
        "AAA-AAA",
        timezone.now(),
    )
    row.save()
    page = Patient(holding(token)).visit("/s/result/")
    assert "No topics were flagged from the answers given. This does not mean there are none." in page.text
    assert page.h1 == [HEADLINE]


def test_a_clinic_elsewhere_gives_its_own_numbers() -> None:
    reader = Reader("en", emergency="112", crisis="116 123")
    flags = [RaisedFlag(code="self-harm-now", verdict="raised")]
    [topic] = read_result(shipped(), flags, reader).to_talk_about
    assert "112" in topic.sentences[0]
    assert "116 123" in topic.sentences[0]
    assert "911" not in topic.sentences[0]


def test_a_flag_in_doubt_never_claims_what_was_not_said() -> None:
    reader = Reader("en", "911", "988")
    flags = [RaisedFlag(code="bp-crisis-range", verdict="cannot-tell")]
    assert read_result(shipped(), flags, reader).to_talk_about == []
    [topic] = read_result(shipped(), flags, reader).could_not_tell
    assert topic.sentences == ()


def test_the_sentences_of_one_topic_stand_together_without_repeats(published: Version) -> None:
    loaded = finished(published, {"bp-reading-known": "yes", "bp-systolic": 150, "bp-diastolic": 95})
    row = submissions.submit(loaded=loaded, now=timezone.now())
    topics = read_result(loaded.definition, row.flags.all(), Reader("en", "911", "988")).to_talk_about
    labels = [topic.label for topic in topics]
    assert len(labels) == len(set(labels))
    for topic in topics:
        assert len(topic.sentences) == len(set(topic.sentences))
