"""Every page type a patient can meet, clean and in its error states, ready to be looked at in a browser."""

from __future__ import annotations

from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError
from django.utils import timezone
from playwright.sync_api import Page

from screening.actions import invitations, kiosk_codes
from screening.core import codes
from screening.core.limits import TRIES_FROM_ONE_ADDRESS, Limit
from screening.models import Submission
from screening.patient.contact_request import FROM_ONE_ADDRESS
from tests.builders.staff import acting, member
from tests.journeys.ways import (
    Act,
    Go,
    Stage,
    address,
    at_end,
    at_question,
    at_you,
    button,
    failing,
    onwards,
    run,
    then,
    tick,
    to,
    with_clinic,
    write,
)

URGENT = {"symptoms-now": ["chest-pain"], "safety-now": ["self-harm"], "phq9-9": "1"}
SEVERAL = {
    "heart-conditions": ["heart-attack", "rhythm"],
    "bp-reading-known": "yes",
    "bp-systolic": 148,
    "bp-diastolic": 96,
    "vessel-conditions": ["not-sure"],
    "drug-use-year": ["prefer-not-to-say"],
    "med-classes": ["benzodiazepine", "opioid"],
    "pregnancy-status": "could-be",
}
SET = {
    "name": "River Street Clinic",
    "address": "12 River Street, Springfield",
    "phone": "555 010 2000",
    "opening_hours": "Monday to Friday, 9 to 5",
    "privacy": "We keep your answers for 7 years.\nAsk us to see them.",
    "quick_exit": True,
    "require_name": True,
    "require_contact": True,
    "require_birth_date": True,
}
"""A clinic that has set everything."""


def often(limit: Limit) -> Act:
    """Somebody at this address has tried too often."""
    return lambda page: [limit.count("127.0.0.1") for _ in range(limit.most)] and None


def stale(stage: Stage) -> None:
    """The page was answered otherwise in another tab."""
    at_question("sex-at-birth")(stage)
    other = stage.page.context.new_page()
    other.goto(stage.page.url)
    tick("sex-at-birth", "female")(other)
    onwards(other)
    other.close()
    then(lambda stage: None, tick("sex-at-birth", "male"), onwards)(stage)


def changed(page: Page) -> None:
    """From the check page: the age is changed, and it goes straight back."""
    then_back = page.url
    to("/s/3/")(page)
    write("age", "54")(page)
    onwards(page)
    page.wait_for_url(f"{then_back}*")


def late(page: Page) -> None:
    """The check page was open while an answer changed in another tab."""
    other = page.context.new_page()
    other.goto(page.url)
    changed(other)
    other.close()
    onwards(page)


def year(words: str) -> Act:
    def act(page: Page) -> None:
        write("year", words)(page)
        onwards(page)

    return act


def code(name: str, words: str, **others: str) -> Act:
    """A code is typed where one is asked for."""

    def act(page: Page) -> None:
        for field, typed in {name: words, **others}.items():
            write(field, typed)(page)
        onwards(page)

    return act


def some_code() -> str:
    """A code that opens nothing."""
    return codes.group_code(codes.draw_code())


def tablet_code(page: Page) -> None:
    page.fill("#code", kiosk_codes.create_kiosk_code(actor=acting()))
    onwards(page)


def invited(stage: Stage) -> None:
    """A link that was made for somebody by name, looked at in the language chosen on this device."""
    _, key = invitations.create_invitation(
        questionnaire="ketamine",
        language="en",
        person={"name": "Ana Flores", "birth_date": "1980-07-01"},
        days=14,
        actor=acting(member("sam")),
    )
    address(f"/i/{key}/")(stage)


def born(page: Page) -> None:
    for part, typed in {"month": "7", "day": "1", "year": "1980"}.items():
        write(f"birth_{part}", typed)(page)
    onwards(page)


def expire(page: Page) -> None:
    Submission.objects.update(token_expires_at=timezone.now())


def lose_cookies(page: Page) -> None:
    page.context.clear_cookies(name="form")


def from_elsewhere(stage: Stage) -> None:
    """Another site sends a form of ours."""
    address("/")(stage)
    target = f"{stage.server}/s/1/"
    stage.page.goto(f"data:text/html,<form method=post action='{target}'><button>x</button></form>")
    with stage.page.expect_navigation():
        stage.page.locator("button").click()


NO_KEY = run("document.querySelector('[name=csrfmiddlewaretoken]').remove()")
DOWN = DatabaseError("the database is stopped")
READING = {"bp-reading-known": "yes"}
BP, AGE, WORDS = at_question("bp-systolic", READING), at_question("age"), at_question("questions-for-doctor")
KIOSK = with_clinic(address("/kiosk/"), kiosk=True)
CHECK, SAVE = at_end("/s/check/", SEVERAL), then(AGE, button("save"))
RESUME, WITHDRAW, CONTACT = address("/resume/"), address("/withdraw/"), address("/contact/")
URGENT_PAGE = then(at_question("symptoms-now"), tick("symptoms-now", "chest-pain"), onwards)
ASKED_FOR_A_CALL = then(CONTACT, write("name", "Ana Flores"), write("phone", "555 010 4477"), onwards)

QUESTIONS: dict[str, Go] = {
    "question": at_question("sex-at-birth"),
    "question-error": then(at_question("sex-at-birth"), onwards),
    "first-of-section": at_question("audit-1"),
    "long-list": at_question("med-classes"),
    "many": at_question("drug-use-year"),
    "many-error": then(at_question("drug-use-year"), tick("drug-use-year", "cannabis-less", "none"), onwards),
    "urgent-error": then(at_question("safety-now"), tick("safety-now", "self-harm", "none"), onwards),
    "shared": at_question("phq9-3", {"phq9-1": "2", "phq9-2": "2"}),
    "shared-error": then(at_question("phq9-1"), onwards),
    "number": AGE,
    "number-error": then(AGE, write("age", "forty"), onwards),
    "reading": BP,
    "reading-error": then(BP, onwards),
    "reading-swapped": then(BP, write("bp-systolic", "78/124"), onwards),
    "reading-odd": then(BP, write("bp-systolic", "150/135"), onwards),
    "words": WORDS,
    "words-error": then(WORDS, write("questions-for-doctor", "x " * 2100), onwards),
    "stale": stale,
}
JOURNEY: dict[str, Go] = {
    "start": address("/"),
    "start-clinic": with_clinic(address("/"), **SET),
    "quick-exit": with_clinic(at_question("phq9-1"), **SET),
    "interruption": URGENT_PAGE,
    "interruption-clinic": with_clinic(URGENT_PAGE, **SET),
    "you": at_you,
    "you-error": then(at_you, write("phone", "call me"), write("email", "me at home"), onwards),
    "you-needed": with_clinic(at_you, **SET),
    "you-needed-error": then(with_clinic(at_you, **SET), write("birth_month", "13"), onwards),
    "check": CHECK,
    "check-changed": then(CHECK, changed),
    "check-late": then(CHECK, late),
    "result": at_end("/s/result/", SEVERAL, send=True),
    "result-urgent": with_clinic(at_end("/s/result/", {**SEVERAL, **URGENT}, send=True), **SET),
    "result-quiet": at_end("/s/result/", send=True),
    "result-not-assessed": then(
        CHECK, failing("screening.actions.assessment.assess", RuntimeError("the rules do not load"), onwards)
    ),
    "print-only": at_end("/s/print-only/", SEVERAL),
    "printed": then(at_end("/s/print-only/", SEVERAL), onwards),
}
BESIDE: dict[str, Go] = {
    "help": address("/help-now/"),
    "help-clinic": with_clinic(address("/help-now/"), **SET),
    "contact": CONTACT,
    "contact-error": then(CONTACT, onwards),
    "contact-often": then(
        CONTACT, often(FROM_ONE_ADDRESS), write("name", "Ana Flores"), write("phone", "555 010 4477"), onwards
    ),
    "contact-sent": with_clinic(ASKED_FOR_A_CALL, **SET),
    "save": SAVE,
    "save-error": then(SAVE, year("80")),
    "save-urgent": then(at_question("safety-now"), tick("safety-now", "self-harm", "none"), button("save")),
    "saved": then(SAVE, year("1980")),
    "saved-reminder-error": then(SAVE, year("1980"), button("remind")),
    "saved-reminded": then(
        SAVE, year("1980"), lambda page: page.fill("#reminder", "a@example.com"), button("remind")
    ),
    "resume": RESUME,
    "resume-error": then(RESUME, onwards),
    "resume-unknown": then(RESUME, code("code", some_code(), year="1980")),
    "resume-often": then(RESUME, often(TRIES_FROM_ONE_ADDRESS), code("code", some_code(), year="1980")),
    "delete": at_end("/s/delete/"),
    "deleted": address("/s/deleted/"),
    "withdraw": WITHDRAW,
    "withdraw-error": then(WITHDRAW, onwards),
    "withdraw-unknown": then(WITHDRAW, code("reference", "222-222", code=some_code())),
    "withdrawn": address("/withdraw/done/"),
}
TABLET: dict[str, Go] = {
    "kiosk": KIOSK,
    "kiosk-error": then(KIOSK, onwards),
    "kiosk-often": then(KIOSK, often(TRIES_FROM_ONE_ADDRESS), onwards),
    "kiosk-welcome": then(KIOSK, tablet_code),
    "kiosk-question": at_question("sex-at-birth", kiosk=True),
    "kiosk-idle": then(
        at_question("sex-at-birth", kiosk=True), run("document.querySelector('dialog').showModal()")
    ),
    "kiosk-interruption": then(
        at_question("symptoms-now", kiosk=True), tick("symptoms-now", "chest-pain"), onwards
    ),
    "kiosk-result": at_end("/s/result/", SEVERAL, send=True, kiosk=True),
    "kiosk-blank": with_clinic(address("/kiosk/blank/"), kiosk=True),
    "kiosk-end": with_clinic(address("/kiosk/end/"), kiosk=True),
}
TROUBLE: dict[str, Go] = {
    "closed": address("/s/check/"),
    "closed-kept": then(WORDS, write("questions-for-doctor", "Can I drive?"), lose_cookies, onwards),
    "resume-kept": then(WORDS, write("questions-for-doctor", "Can I drive?"), lose_cookies, onwards, onwards),
    "expired": then(AGE, expire, to("/s/3/")),
    "not-found": address("/s/999999/nothing/"),
    "key-lost": then(AGE, write("age", "45"), NO_KEY, onwards),
    "forged": from_elsewhere,
    "too-much": then(WORDS, write("questions-for-doctor", "x" * 300_000), onwards),
    "wrong-method": address("/s/submit/"),
    "bad-request": then(
        AGE, failing("screening.patient.errors._call_view", SuspiciousOperation("odd"), onwards)
    ),
    "broken": then(AGE, failing("screening.patient.errors._call_view", RuntimeError("a fault"), onwards)),
    "stopped": then(AGE, failing("screening.patient.device.load_with_token", DOWN, to("/s/3/"))),
    "stopped-typed": then(
        WORDS,
        write("questions-for-doctor", "Can I drive?"),
        failing("screening.patient.device.load_with_token", DOWN, onwards),
    ),
}
LINKS: dict[str, Go] = {
    "invited": with_clinic(invited, **SET),
    "invited-error": then(invited, onwards),
    "invited-often": then(invited, often(TRIES_FROM_ONE_ADDRESS), born),
    "link-closed": with_clinic(address("/i/made-up/"), **SET),
}
PAGES: dict[str, Go] = {**JOURNEY, **QUESTIONS, **BESIDE, **TABLET, **TROUBLE, **LINKS}
STATUS = {
    "closed": 403,
    "closed-kept": 403,
    "expired": 410,
    "link-closed": 410,
    "not-found": 404,
    "key-lost": 403,
    "forged": 403,
    "too-much": 413,
    "wrong-method": 405,
    "bad-request": 400,
    "broken": 500,
    "stopped": 503,
    "stopped-typed": 503,
    "stale": 409,
    "check-late": 409,
    **dict.fromkeys(("contact-often", "resume-often", "kiosk-often", "invited-often"), 429),
    **dict.fromkeys(("contact-error", "resume-unknown", "withdraw-unknown", "saved-reminder-error"), 422),
    **dict.fromkeys((name for name in PAGES if name.endswith(("-error", "-swapped", "-odd"))), 422),
}
"""The honest status of pages that are not 200."""
ON_THE_WAY = {"resume-kept": 403}
"""The status of a page that was met on the way there."""
