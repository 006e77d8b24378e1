"""Which questionnaire a new form opens is the clinic's setting."""

from __future__ import annotations

from dataclasses import replace

from django.test import Client
from django.utils import timezone

from questionnaire import document
from questionnaire.actions import drafts
from questionnaire.models import Document, Questionnaire, Version
from screening.actions import clinic_settings
from screening.models import Submission
from screening.queries import clinic
from tests.builders.definitions import choice, questionnaire
from tests.builders.shipped import shipped
from tests.builders.staff import browser_of, member


def publish_small(slug: str) -> Version:
    definition = replace(questionnaire(choice("a"), a_yes="a = yes"), slug=slug)
    version = Version.objects.create(
        questionnaire=Questionnaire.objects.create(slug=slug),
        number=1,
        state=Version.State.PUBLISHED,
        created_at=timezone.now(),
        published_at=timezone.now(),
        **drafts.to_version_columns(definition),
    )
    text, fingerprint = document.to_canonical_json(definition), document.compute_fingerprint(definition)
    Document.objects.create(version=version, json=text, fingerprint=fingerprint)
    return version


def test_without_a_choice_the_questionnaire_that_was_here_first_is_opened(published: Version) -> None:
    publish_small("check-in")
    Client().post("/")
    assert Submission.objects.get().version_id == published.pk


def test_the_clinic_chooses_which_questionnaire_is_opened(published: Version) -> None:
    other = publish_small("check-in")
    values = replace(clinic.current(), questionnaire="check-in")
    clinic_settings.save(values=values, actor="user:1", now=timezone.now())
    Client().post("/")
    assert Submission.objects.get().version_id == other.pk


def test_an_administrator_chooses_among_what_is_published(published: Version) -> None:
    publish_small("check-in")
    page = browser_of(member("ada", role="Administrator")).get("/staff/settings/").content.decode()
    assert 'value="check-in"' in page
    assert 'value="ketamine"' in page


def test_a_questionnaire_that_is_not_published_opens_nothing(published: Version) -> None:
    values = replace(clinic.current(), questionnaire="gone")
    clinic_settings.save(values=values, actor="user:1", now=timezone.now())
    assert Client().post("/").status_code == 503


def test_the_shipped_sections_that_say_how_somebody_is_now_grow_stale() -> None:
    assert [section.id for section in shipped().sections if section.grows_stale] == [
        "right-now",
        "blood-pressure",
    ]
