"""A Chromium to test with. `python -m tests.browser` exits 0 if one really starts here."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""The first is the same engine without a desktop around it: the journeys take less than half the time."""
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def find_browser() -> str | None:
    """A Chromium of this machine; None leaves it to playwright's own download, which fails loudly when
    absent."""
    for name in filter(None, (os.environ.get("CHROME_BIN"), *NAMES)):
        if path := shutil.which(name):
            return path
    return str(MAC) if MAC.exists() else None


def launch_arguments() -> dict[str, Any]:
    arguments = [
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--no-first-run",
    ]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    found = find_browser()
    return {"args": arguments, **({"executable_path": found} if found else {})}


if __name__ == "__main__":
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        player.chromium.launch(**launch_arguments()).close()
