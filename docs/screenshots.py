"""Takes the README's pictures: a fresh installation in a temporary folder, made-up submissions, a real
browser.

Run by `make screenshots`. Nothing of this installation's own data is touched.
"""

from __future__ import annotations

import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
sys.path.insert(0, str(ROOT))

from screening.core.keys import new_keys  # noqa: E402
from tests.browser import launch_arguments  # noqa: E402

SAID = {
    **{"age": "52", "bp-reading-known": "yes", "bp-systolic": "148", "bp-diastolic": "94"},
    **{"bp-reading-when": "past-week", "name": "Ana Flores", "phone": "555 0142"},
}
"""The person who gets to the result has a high reading; all else is answered with the calmest option."""
PHONE, DESK = {"width": 390, "height": 760}, {"width": 1280, "height": 860}


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        environment = {
            **os.environ,
            "SECRET_KEY": secrets.token_urlsafe(40),
            "ANSWER_KEYS": new_keys(),
            "DEMO": "1",
            "REQUIRE_MFA": "0",
            "CLINIC_NAME": "River Street Clinic",
            "CLINIC_PHONE": "555 0100",
            "DATABASE_URL": f"sqlite:///{folder}/pictures.sqlite3",
            "STATIC_ROOT": f"{folder}/static",
        }
        said = _manage(environment, "bootstrap", "--demo")
        _manage(environment, "collectstatic", "--noinput", "--verbosity", "0")
        _manage(environment, "synthesize_submissions", "150", "--seed", "7", "--reviewer", "reviewer")
        server = subprocess.Popen(
            [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"],
            cwd=ROOT,
            env=environment,
            stderr=subprocess.DEVNULL,
        )
        try:
            _take(f"http://127.0.0.1:{port}", _passwords(said))
        finally:
            server.terminate()
            server.wait()


def _manage(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def _passwords(said: str) -> dict[str, str]:
    return dict(re.findall(r"^\s+(\w+)\s+password (\S+)", said, re.M))


def _take(address: str, passwords: dict[str, str]) -> None:
    _wait_for(address)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_arguments())
        phone = browser.new_page(viewport=PHONE)
        _patient(phone, address)
        _result(browser.new_context(viewport=PHONE).new_page(), address)
        for who, takes in (("reviewer", _desk), ("editor", _editor)):
            page = browser.new_context(viewport=DESK).new_page()
            page.goto(f"{address}/accounts/login/")
            page.fill("input[name=login]", who)
            page.fill("input[name=password]", passwords[who])
            page.click("main button[type=submit], main form button")
            takes(page, address)
        browser.close()


def _patient(page: Page, address: str) -> None:
    page.goto(address)
    _shot(page, "start")
    page.click("main button.button")
    page.check("input[value=none]")
    _shot(page, "question")
    page.click("main .actions .button")
    page.check("input[value=self-harm]")
    page.click("main .actions .button")
    _shot(page, "interruption")
    _fill_in(page)  # and stands first in the queue


def _result(page: Page, address: str) -> None:
    page.goto(address)
    page.click("main button.button")
    _fill_in(page)
    _shot(page, "result")


def _fill_in(page: Page) -> None:
    """The rest of the form, page after page, up to the result."""
    while "/result/" not in page.url:
        for field in page.locator("main :is(input.number, [name=name], [name=phone])").all():
            field.fill(SAID[field.get_attribute("name") or ""])
        choices = "main fieldset:has(:is([type=radio], [type=checkbox])):not(:has(input.number))"
        for group in page.locator(choices).all():
            wanted = SAID.get(group.locator("input").first.get_attribute("name") or "", "none")
            options = [group.locator(f'input[value="{value}"]') for value in (wanted, "no", "0")]
            next((option for option in options if option.count()), group.locator("input")).first.check()
        page.click("main .actions .button")


def _desk(page: Page, address: str) -> None:
    page.goto(f"{address}/staff/")
    _shot(page, "queue")
    page.click("main table a")
    _shot(page, "submission")


def _editor(page: Page, address: str) -> None:
    page.goto(f"{address}/editor/ketamine/1/flag/bp-at-or-above-140-90/")
    _shot(page, "flag")


def _shot(page: Page, name: str) -> None:
    page.wait_for_load_state()
    page.screenshot(path=str(PICTURES / f"{name}.png"))


def _wait_for(address: str) -> None:
    host, _, port = address.removeprefix("http://").partition(":")
    for _try in range(100):
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"{address} does not answer")


if __name__ == "__main__":
    main()
