"""A reviewer at a real browser: signed in, with one page of the desk open."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from tests.builders.staff import browser_of


def desk_of(browser: Browser, server: str, user: Any, **look: Any) -> BrowserContext:
    """A browser context in which this person is signed in."""
    return holding_session(browser, server, browser_of(user), **look)


def holding_session(browser: Browser, server: str, client: Client, **look: Any) -> BrowserContext:
    """A browser context that goes on where this client is signed in."""
    context = browser.new_context(**look)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": server}])
    return context


def path_of(page: Page) -> str:
    return urlsplit(page.url).path


def focused(page: Page) -> str:
    """The words of the control that has focus, or its name."""
    return page.evaluate("() => (document.activeElement.innerText || document.activeElement.name || '').trim()")
