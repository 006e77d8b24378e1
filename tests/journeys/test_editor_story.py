"""Stories of the editor, told by a real browser and the keyboard alone: a question with a follow-up and a
flag, added by somebody who knows no syntax, until the next patient reads it; and a draft put in order."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from questionnaire.actions import drafts, publishing
from questionnaire.definition import Definition, Vignette
from questionnaire.models import Version
from screening.core.staff_roles import EDITOR
from screening.models import Submission
from tests.builders.definitions import sound
from tests.builders.editor import EditorBrowser, small
from tests.builders.staff import member
from tests.builders.submissions import sent
from tests.journeys.desk import open_desk, read_path

pytestmark = pytest.mark.browser
NEW_WORDS = "Has a doctor told you of heart trouble?"
CLOSING = " Please discuss this with your physician."
"""Said once for the whole list on the result page."""
SENTENCE = f"You smoke a lot.{CLOSING}"


def now(version: Version) -> Definition:
    return drafts.read_draft(version)


def choose(page: Page, label: str, words: str) -> None:
    page.get_by_label(label, exact=True).select_option(label=words)


def press(page: Page, name: str) -> None:
    """By keyboard: focus the control, then Enter."""
    control = page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).first
    control.focus()
    enter(page)


def enter(page: Page) -> None:
    """Send the page with the Enter key, and wait for the next."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def new_question(page: Page, words: str, short: str, kind: str, after: str, options: str = "") -> None:
    page.get_by_label("Question", exact=True).fill(words)
    page.get_by_label("Short name, for staff and Change links").fill(short)
    page.get_by_label(kind).check()
    page.get_by_label("Options, one on each line").fill(options)
    choose(page, "Place it after", after)
    press(page, "Add the question")


def show_it_to_smokers(page: Page) -> None:
    press(page, "Put together when it is shown")
    choose(page, "Question", "Smoking")
    press(page, "Show its answers")
    expect(page.locator("select:focus"), "the keyboard goes on at the test of this row").to_have_id("test-0")
    page.get_by_label("Yes", exact=True).check()
    press(page, "Read it back")
    expect(page.get_by_role("status")).to_contain_text("Smoking is “Yes”")
    press(page, "Save")
    expect(page.get_by_text("Saved.")).to_be_visible()


def new_flag(page: Page, title: str, sentence: str) -> None:
    page.get_by_label("Title, for staff").fill(title)
    page.get_by_label("What the patient reads").fill(sentence)
    page.get_by_label("Reason, for clinicians").fill("Smoking strains the heart.")
    page.get_by_label("Source: who says so").fill("A handbook")
    page.get_by_label("From a secondary source").check()
    page.get_by_label("Edition or copy that was looked at").fill("2026")
    page.get_by_label("Address of the source").fill("https://example.org/smoking")
    press(page, "Add the flag")


def raise_it_for_twenty_a_day_or_no_answer(page: Page) -> None:
    choose(page, "Question", "A day")
    press(page, "Show its answers")
    page.get_by_label("Number", exact=True).fill("20")
    enter(page)
    expect(page.get_by_role("status")).to_contain_text("A day is 20 or more")
    page.get_by_label("any of these is true").check()
    press(page, "Add a row")
    expect(page.locator("select:focus"), "the keyboard goes on in the new row").to_have_id("about-1")
    page.keyboard.type("Smok")
    page.keyboard.press("Tab")
    enter(page)
    page.locator("#test-1").select_option(label="is not known: not sure, declined or left blank")
    press(page, "Save")


def test_a_question_with_a_follow_up_and_a_flag_goes_from_an_editor_to_the_next_patient(
    browser: Browser, live_server: LiveServer, transactional_db: None
) -> None:
    # Given a questionnaire that one patient has filled in, and an editor who knows no syntax
    before = sent(first_version(), {"heart": "yes"})
    page = open_desk(browser, live_server.url, member("edda", EDITOR)).new_page()
    page.goto(f"{live_server.url}/editor/")

    # When they start a draft and put one question in other words
    press(page, "New draft")
    root = page.url
    press(page, "heart")
    page.get_by_label("Question", exact=True).fill(NEW_WORDS)
    press(page, "Save the question")

    # And add a question with a follow-up, and a flag for people who smoke a lot, or would not say
    add_smoking(page, root)
    page.goto(f"{root}new/flag/")
    new_flag(page, "Heavy smoking", SENTENCE)
    raise_it_for_twenty_a_day_or_no_answer(page)
    draft = now(Version.objects.get(number=2))
    assert draft.questions["a-day"].shown_when == "smoking = yes"
    assert draft.flags_by_code["heavy-smoking"].condition == "a-day >= 20 OR unknown(smoking)"

    # And try it, do what still stands in the way, and send it to a colleague, who publishes it in their own
    # browser
    try_it(page, root)
    put_right(page, root)
    send(page, root)
    publish(open_desk(browser, live_server.url, member("emil", EDITOR)).new_page(), root)

    # Then the next patient is asked the new question and its follow-up, and reads the sentence of the flag
    questions, result = walk_as_a_smoker(browser, live_server.url)
    assert {NEW_WORDS, "Do you smoke?", "How many a day?"} <= set(questions)
    assert SENTENCE.removesuffix(CLOSING) in result

    # And the desk shows the new flag on theirs, and the old words on what was sent before
    after = Submission.objects.exclude(pk=before.pk).get(state="submitted")
    page = open_desk(browser, live_server.url, member("sam")).new_page()
    page.goto(f"{live_server.url}/staff/{after.reference}/")
    expect(page.get_by_role("heading", name="Heavy smoking")).to_be_visible()
    assert NEW_WORDS in (page.locator("main").text_content() or "")
    page.goto(f"{live_server.url}/staff/{before.reference}/")
    words = page.locator("main").text_content() or ""
    assert NEW_WORDS not in words
    assert "smok" not in words.lower()


def add_smoking(page: Page, root: str) -> None:
    page.goto(root)
    press(page, "Add a question")
    new_question(page, "Do you smoke?", "Smoking", "One of several options", "All: age", "Yes\nNo")
    assert read_path(page) == "/editor/ketamine/2/question/smoking/"
    page.goto(f"{root}new/question/")
    new_question(page, "How many a day?", "A day", "A whole number", "All: Smoking")
    show_it_to_smokers(page)


def try_it(page: Page, root: str) -> None:
    """What a patient who smokes would hear, and why."""
    page.goto(f"{root}try/")
    page.locator('input[name="smoking"][value="yes"]').check()
    page.locator("#f-a-day").fill("30")
    enter(page)
    raised = page.locator("details.tried", has_text="Heavy smoking")
    expect(raised.locator(".says")).to_have_text("raised")
    expect(raised).to_contain_text("A day is 20 or more true")


def put_right(page: Page, root: str) -> None:
    """A flag for each answer that may not be known; and the one story, whose person is asked about smoking
    now."""
    page.goto(f"{root}publish/")
    for name in ("Smoking", "A day"):
        press(page, "Add a flag for when it is not known")
        new_flag(page, f"Not known: {name}", "Please discuss this with your physician.")
        page.goto(f"{root}publish/")
    page.goto(f"{root}stories/")
    page.get_by_label("No", exact=True).check()
    press(page, "This 1 person says so")
    expect(page.get_by_text("The one story comes out as expected.")).to_be_visible()


def send(page: Page, root: str) -> None:
    page.goto(f"{root}publish/")
    press(page, "Run the proofs")
    expect(page.get_by_text("goals were tried")).to_be_visible()
    press(page, "Tell all")
    expect(page.get_by_text("read each through, and say who it is in yours")).to_be_visible()
    expect(page.get_by_text("Nothing is in the way.")).to_be_visible()
    page.get_by_label("What changes, and why").fill("Smoking strains the heart.")
    press(page, "Send it to a second person")
    expect(page.get_by_text("Somebody else must publish it")).to_be_visible()
    expect(page.get_by_role("button", name="Publish:")).to_have_count(0)


def publish(page: Page, root: str) -> None:
    page.goto(f"{root}publish/")
    expect(page.get_by_role("row", name="Heavy smoking")).to_contain_text("A day is 20 or more")
    page.get_by_label("What changes, and why").fill("I have read it, and agree.")
    press(page, "Publish: patients are asked this from now on")
    expect(page.get_by_role("heading", level=1)).to_contain_text("published")


def first_version() -> Version:
    """A small questionnaire under the name that patients are asked by, with one story, published."""
    quiet = Vignette(
        "quiet", "Nothing to report.", (("heart", "no"), ("age", 30)), not_raised=("heart-trouble",)
    )
    definition = replace(sound(), slug="ketamine", vignettes=(quiet,))
    version = publishing.create_draft(definition=definition, actor="user:0", now=timezone.now())
    return publishing.publish(version=version, actor="user:0", now=timezone.now())


def walk_as_a_smoker(browser: Browser, server: str) -> tuple[list[str], str]:
    """A patient in a browser of their own, from the first page to the result: the questions read, and the
    result."""
    page = browser.new_context(viewport={"width": 390, "height": 800}).new_page()
    page.goto(server)
    page.get_by_role("button", name="Start a new form").click()
    questions = []
    while read_path(page) not in {"/s/you/", "/s/result/"}:
        questions.append(page.locator("h1").inner_text())
        for name, value in {"heart": "no", "smoking": "yes"}.items():
            for option in page.locator(f'input[name="{name}"][value="{value}"]').all():
                option.check()
        for name, value in {"age": "30", "a-day": "30"}.items():
            for field in page.locator(f"#id_{name}").all():
                field.fill(value)
        page.get_by_role("button", name="Continue").click()
        assert len(questions) < 9, questions
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Send my answers to the clinic").click()
    expect(page.locator("[data-outcome=discuss-with-your-physician]")).to_be_visible()
    return questions, page.locator("main").inner_text()


def test_a_draft_is_put_in_order_by_keyboard_and_the_place_is_kept(
    browser: Browser, live_server: LiveServer, transactional_db: None
) -> None:
    # Given a draft
    desk = EditorBrowser(small())
    page = open_desk(browser, live_server.url, desk.user).new_page()
    page.goto(live_server.url + desk.root)

    # When a question is moved up twice with the same key
    page.get_by_role("button", name="Up: tired").focus()
    for _ in range(2):
        enter(page)
        expect(page.locator("button:focus"), "the button stays under the fingers").to_have_id(
            "up-question-tired"
        )

    # Then it stands there
    assert list(desk.now.questions) == ["heart", "tired", "pains", "age"]

    # And what is used cannot be removed: the page says by whom, and leads there
    page.get_by_role("button", name="Remove heart", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Other parts still use it")
    page.get_by_role("link", name="heart-trouble").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/flag/heart-trouble/")

    # And what is not used can be, and comes back
    page.goto(live_server.url + desk.root)
    press(page, "Remove Fatigue")
    assert desk.now.scores == ()
    press(page, "Undo")
    assert [score.name for score in desk.now.scores] == ["fatigue"]
