"""A reviewer at a real browser: signed in, with one page of the desk open."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from tests.builders.sign_in import PASSWORD
from tests.builders.staff import browser_of


def open_desk(browser: Browser, server: str, user: Any, **look: Any) -> BrowserContext:
    """A browser context in which this person is signed in."""
    return open_with_session(browser, server, browser_of(user), **look)


def open_with_session(browser: Browser, server: str, client: Client, **look: Any) -> BrowserContext:
    """A browser context that goes on where this client is signed in."""
    context = browser.new_context(**look)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": server}])
    return context


def read_path(page: Page) -> str:
    return urlsplit(page.url).path


def read_focused(page: Page) -> str:
    """The words of the control that has focus, or its name."""
    return page.evaluate(
        "() => (document.activeElement.innerText || document.activeElement.name || '').trim()"
    )


def sign_in(page: Page, server: str, name: str = "sam", path: str = "/staff/") -> None:
    page.goto(f"{server}/accounts/login/?next={path}")
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
