"""What the proofs add to the walk: flags that took over an old one, and how well the stories guard."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import timezone

from questionnaire import proofs
from questionnaire.actions import proof_runs, publishing
from questionnaire.definition import Definition, Severity, Vignette
from questionnaire.editor.made_up_person import describe_person
from questionnaire.models import ProofRun, Version
from questionnaire.proof_results import OutOfTimeError, Witness
from screening.core.staff_roles import EDITOR
from tests.builders.definitions import sound
from tests.builders.editor import EditorBrowser
from tests.builders.staff import browser_of, member

pytestmark = pytest.mark.django_db

OLD = "heart-trouble"


@pytest.fixture
def first() -> Version:
    version = publishing.create_draft(definition=sound(), actor="user:0", now=timezone.now())
    return publishing.publish(version=version, actor="user:0", now=timezone.now())


def split() -> Definition:
    """One flag became two: for what was said about the heart, and for the age."""
    old, clarify = sound().flags
    said = replace(old, code="heart-said", title="Heart", condition="heart = yes OR pains has chest")
    aged = replace(old, code="aged", title="Age", condition="age >= 65")
    return replace(sound(), flags=(said, aged, clarify))


def test_a_flag_that_was_split_weakens_nobody_once_its_successors_are_named_and_proved(
    first: Version,
) -> None:
    # Given a draft in which one flag became two
    editor = EditorBrowser(split())
    editor.post("publish/prove/")
    editor.get("publish/")
    assert "Did other flags take it over?" in editor.text
    assert [weakening.words for weakening in editor.response.context["weakenings"]] == [
        "is gone: somebody it used to flag is no longer flagged"
    ]

    # When half of it is named, the patient who is left out is shown; what was typed stays
    editor.post(
        "publish/successors/", **{"taken-over": OLD, f"heir-{OLD}": ["heart-said"], "reason": "Two concerns"}
    )
    assert {weakening.code for weakening in editor.response.context["weakenings"]} == {OLD}
    assert editor.response.context["weakenings"][0].person.raised
    assert "Two concerns" in editor.text

    # And when both are, nobody is left out
    both = {"taken-over": OLD, f"heir-{OLD}": ["heart-said", "aged", "nothing"]}
    editor.post("publish/successors/", **both)
    assert editor.response.context["weakenings"] == []
    assert "taken over by Age, Heart" in editor.text

    # Then the new flags need their stories, which the proofs tell; nothing is proved again for that
    assert editor.post("publish/send/", reason="Two concerns").status_code == 422
    runs = ProofRun.objects.count()
    editor.post("stories/missing/", walk="1")
    assert ProofRun.objects.count() == runs

    # And an Editor is second person enough, and the record of the version says who took over
    assert editor.post("publish/send/", reason="Two concerns").status_code == 303
    assert editor.post("publish/successors/", **both).status_code == 409, "nothing changes in review"
    emil = browser_of(member("emil", EDITOR))
    assert emil.post(f"{editor.root}publish/now/", {"reason": "Two concerns"}).status_code == 303
    published = Version.objects.get(number=2)
    assert published.history.get(action="published").after["successors"] == {OLD: ["aged", "heart-said"]}
    named = published.history.filter(action="successors named")
    assert [event.after[0]["after"] for event in named] == ["heart-said", "heart-said, aged"]
    editor.get("record/")
    assert "taken over by" in editor.text


def test_of_somebody_left_out_what_the_flag_reads_comes_first() -> None:
    left_out = describe_person(sound(), Witness({"heart": "no", "age": 30}, (), ()), first={"age"})
    assert left_out.answers == (("age", "30"), ("heart", "no"))


def test_a_milder_successor_is_still_a_weakening(first: Version) -> None:
    said, aged, clarify = split().flags
    editor = EditorBrowser(replace(split(), flags=(said, replace(aged, severity=Severity.INFO), clarify)))
    editor.post("publish/successors/", **{"taken-over": OLD, f"heir-{OLD}": ["heart-said", "aged"]})
    assert [weakening.key for weakening in editor.response.context["weakenings"]] == [
        f"{OLD}:severity-lowered"
    ]


def test_only_a_flag_of_the_version_before_has_successors_and_only_flags_of_the_draft_are_some(
    first: Version,
) -> None:
    editor = EditorBrowser(split())
    for typed in ({"taken-over": "nothing"}, {"taken-over": "aged"}, {}):
        assert editor.post("publish/successors/", **typed).status_code == 404
    editor.post("publish/successors/", **{"taken-over": OLD, f"heir-{OLD}": ["<script>", OLD]})
    editor.version.refresh_from_db()
    assert editor.version.successors == {}


def test_what_was_proved_of_a_text_alone_is_not_proved_again(first: Version) -> None:
    editor = EditorBrowser(split())
    editor.post("publish/prove/")
    editor.post("publish/successors/", **{"taken-over": OLD, f"heir-{OLD}": ["aged"]})
    one, other = ProofRun.objects.exclude(previous="").order_by("pk")
    assert (one.result["gate"], one.result["guard"]) == (other.result["gate"], other.result["guard"])
    assert one.result["differences"] != other.result["differences"]


# How well the stories guard the rules -----------------------------------------------------------------------

TOLD = (("heart", "no"), ("age", 30))
STORIES = (
    Vignette("quiet", "Nothing to report.", TOLD, not_raised=(OLD,)),
    Vignette("old", "An old one.", (("age", 65),), like="quiet", raised=(OLD,)),
)


def test_the_stories_say_how_many_mistakes_they_would_notice_and_who_is_missing() -> None:
    editor = EditorBrowser(replace(sound(), vignettes=STORIES))
    editor.get("stories/")
    assert "The proofs were not run" in editor.text
    assert editor.post("publish/prove/", stories="1")["Location"] == f"{editor.root}stories/#guard"
    editor.get("stories/")
    guard = editor.response.context["proved"].guard
    assert 0 < guard.percent < 100
    assert f"{guard.percent} % of small mistakes would be noticed" in editor.text
    assert "flag heart-trouble, in its condition: heart = yes was dropped" in editor.text

    # One click and a sentence add whoever is missing: their mistakes are noticed from then on
    person, someone = editor.response.context["survivors"][0]
    typed = {"person": person, "misses": list(someone.flags)}
    editor.post("stories/tell/", **typed)
    assert "Enter one sentence" not in editor.text
    assert editor.post("stories/tell/", **typed, story="Somebody who was missing.").status_code == 303
    editor.post("publish/prove/")
    editor.get("publish/")
    now = editor.response.context["proved"].guard
    assert now.percent > guard.percent
    assert f"{now.percent} % of small mistakes would be noticed" in editor.text
    assert not {*someone.mistakes} & {mistake for missing in now.missing for mistake in missing.mistakes}


def test_a_measure_that_takes_too_long_is_said_and_holds_nothing_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def too_long(*_: object, **__: object) -> None:
        raise OutOfTimeError("the proofs took longer than 20 seconds and were stopped; nothing is proved")

    monkeypatch.setattr(proofs, "check_mutation", too_long)
    editor = EditorBrowser(replace(sound(), vignettes=STORIES))
    assert editor.post("publish/prove/").status_code == 303
    editor.get("publish/")
    assert "could not be measured in time" in editor.text
    assert proof_runs.find_evidence(editor.now, None).measured
    assert editor.post("publish/now/", reason="First").status_code == 303
