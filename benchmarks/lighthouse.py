"""Lighthouse on the start page, a question and the result, in phones' terms: `make lighthouse`. Needs node
and npm.

A fresh installation in a temporary folder behind the production server; a browser that walks to each page and
lends itself to Lighthouse, which is fetched by npx in this version and is no dependency of anything. SEO is
not asked for: no page of a patient is to be found by a search.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from screening.core.keys import new_keys
from tests.browser import find_browser, launch_arguments

VERSION = "12.8.2"
RUNS = int(os.environ.get("RUNS", "3"))
ROOT = Path(__file__).resolve().parent.parent
CATEGORIES = ("performance", "accessibility", "best-practices")
FIGURES = {
    "largest-contentful-paint": "LCP ms",
    "total-blocking-time": "TBT ms",
    "cumulative-layout-shift": "CLS",
    "total-byte-weight": "bytes",
}


def main() -> int:
    with (
        tempfile.TemporaryDirectory() as folder,
        _served(Path(folder)) as address,
        _browser(Path(folder)) as port,
        sync_playwright() as player,
    ):
        walked = player.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
        worst = min(_look(name, page, port, walked) for name, page in _pages(walked, address))
    return 0 if worst >= 100 else 1


def _pages(browser: Browser, address: str) -> Iterator[tuple[str, str]]:
    """Each page's name and address, once this browser holds the key to it."""
    page = browser.contexts[0].new_page()
    page.goto(address)
    yield "start", page.url
    page.locator("main form button").first.click()
    page.wait_for_url("**/s/1/")
    yield "question", page.url
    while not page.url.endswith("/s/result/"):
        _last_way_out(page)
    yield "result", page.url


def _last_way_out(page: Page) -> None:
    """The last answer to each question: "none of these", "I prefer not to say"."""
    for group in page.locator("fieldset").all():
        if group.locator("input[type=radio], input[type=checkbox]").count():
            group.locator("input").last.check()
    with page.expect_navigation():
        page.locator("main form button").first.click()


def _look(name: str, address: str, port: int, browser: Browser) -> int:
    """The worst of the page's scores, each the median of some runs; printed as one line."""
    runs = []
    for _ in range(RUNS):
        browser.contexts[0].new_cdp_session(browser.contexts[0].pages[0]).send("Network.clearBrowserCache")
        runs.append(_lighthouse(address, port))
    scores = [
        round(statistics.median(run["categories"][c]["score"] for run in runs) * 100) for c in CATEGORIES
    ]
    figures = [
        f"{words} {statistics.median(run['audits'][audit]['numericValue'] for run in runs):.4g}"
        for audit, words in FIGURES.items()
    ]
    print(f"{name:9} {'/'.join(map(str, scores)):12} {', '.join(figures)}", flush=True)
    for audit in _short_of(runs[-1]):
        print(f"          {audit}")
    return min(scores)


def _short_of(report: Mapping[str, dict]) -> list[str]:
    """What cost points, in Lighthouse's own words."""
    counted = {r["id"] for c in CATEGORIES for r in report["categories"][c]["auditRefs"] if r["weight"]}
    audits = [audit for id, audit in report["audits"].items() if id in counted]
    return [f"{a['id']}: {a['title']}" for a in audits if a["score"] is not None and a["score"] < 1]


def _lighthouse(address: str, port: int) -> dict:
    options = [f"--port={port}", "--disable-storage-reset", "--output=json", "--quiet"]
    command = [
        "npx",
        "--yes",
        f"lighthouse@{VERSION}",
        address,
        *options,
        f"--only-categories={','.join(CATEGORIES)}",
    ]
    said = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, env={**os.environ, "NO_UPDATE_NOTIFIER": "1"}
    )
    return dict(json.loads(said.stdout))


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    port = _free_port()
    environment = {
        **os.environ,
        "SECRET_KEY": secrets.token_urlsafe(40),
        "ANSWER_KEYS": new_keys(),
        "DEMO": "1",
        "DATABASE_URL": f"sqlite:///{folder}/lighthouse.sqlite3",
        "STATIC_ROOT": f"{folder}/static",
    }
    for command in (["bootstrap"], ["collectstatic", "--noinput", "--verbosity", "0"]):
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    gunicorn = [
        sys.executable,
        "-m",
        "gunicorn",
        "--bind",
        f"127.0.0.1:{port}",
        "--threads",
        "4",
        "--preload",
    ]
    server = subprocess.Popen(
        [*gunicorn, "--no-control-socket", "screening.wsgi:application"], cwd=ROOT, env=environment
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/readyz")
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait()


@contextmanager
def _browser(folder: Path) -> Iterator[int]:
    """A browser that listens on a port, so that two programs can steer it one after the other."""
    port = _free_port()
    found = find_browser()
    assert found, "no Chrome or Chromium was found here"
    arguments = [*launch_arguments()["args"], "--headless=new", f"--remote-debugging-port={port}"]
    browser = subprocess.Popen(
        [found, *arguments, f"--user-data-dir={folder}/profile", "about:blank"], stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/json/version")
        yield port
    finally:
        browser.terminate()
        browser.wait()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_for(address: str) -> None:
    for _attempt in range(120):
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    raise TimeoutError(address)


if __name__ == "__main__":
    if not shutil.which("npx"):
        raise SystemExit("npx was not found: Lighthouse needs node (18.16 or newer) and npm")
    raise SystemExit(main())
