"""A browser for tests that reads nothing but HTML: it finds forms, fills them in and presses buttons."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.http import HttpResponse
from django.test import Client

_VOID = {"input", "link", "meta", "br", "hr", "img"}
_WITHIN_A_LINE = {"a", "b", "i", "em", "strong", "span"}


def says(word: str, text: str) -> bool:
    """Whether this word stands in a text as a word: a random key may hold its letters by chance."""
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


@dataclass
class Control:
    """One input, textarea or button, with the words beside it."""

    kind: str
    name: str
    value: str
    id: str
    checked: bool = False
    words: str = ""
    action: str = ""
    """Where a button sends its form instead of the form's own address."""


@dataclass
class Form:
    action: str
    method: str
    controls: list[Control] = field(default_factory=list)

    def filled(self) -> list[tuple[str, str]]:
        """What a browser would send if nothing were touched and no named button pressed."""
        return [
            (c.name, c.value)
            for c in self.controls
            if c.name and (c.kind in {"hidden", "words"} or (c.kind in {"radio", "checkbox"} and c.checked))
        ]

    def named(self, name: str) -> list[Control]:
        return [control for control in self.controls if control.name == name]

    @property
    def buttons(self) -> list[Control]:
        return [control for control in self.controls if control.kind == "button"]

    @property
    def questions(self) -> list[str]:
        """Names of the controls a person can fill in, in order."""
        asked = [c.name for c in self.controls if c.kind in {"radio", "checkbox", "words"}]
        return list(dict.fromkeys(asked))


class Paper(HTMLParser):
    """One page, read: title, headings, links, forms and all its words."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.title, self.headings, self.text, self.lang = "", [], "", ""
        self.forms: list[Form] = []
        self.links: list[tuple[str, str]] = []
        self.lines: list[str] = [""]
        """Its words piece by piece, as they stand apart: what a person reads in one go."""
        self.ids: list[str] = []
        self.described: list[str] = []
        self._open: list[tuple[str, dict[str, str]]] = []
        self._labels: dict[str, str] = {}
        self.feed(html)
        self.title = _one_line(self.title)
        self.links = [(target, _one_line(words)) for target, words in self.links]
        for form in self.forms:
            for control in form.controls:
                control.words = " ".join(self._labels.get(control.id, control.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.lines += [] if tag in _WITHIN_A_LINE else [""]
        self.ids += [given["id"]] if "id" in given else []
        self.described += given.get("aria-describedby", "").split()
        self.described += given.get("aria-labelledby", "").split()
        if tag == "html":
            self.lang = given.get("lang", "")
        if tag in {"h1", "h2", "h3"}:
            self.headings.append((tag, ""))
        if tag == "a":
            self.links.append((given.get("href", ""), ""))
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        if self.forms and tag in {"input", "textarea", "button"}:
            kind = {"textarea": "words", "button": "button"}.get(tag) or _kind(given.get("type", "text"))
            checked = "checked" in given
            control = Control(
                kind, given.get("name", ""), given.get("value", ""), given.get("id", ""), checked
            )
            control.action = given.get("formaction", "")
            self.forms[-1].controls.append(control)
        if tag not in _VOID:
            self._open.append((tag, given))

    def handle_endtag(self, tag: str) -> None:
        self.lines += [] if tag in _WITHIN_A_LINE else [""]
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        inside = {tag: given for tag, given in self._open}
        self.text += data
        self.lines[-1] += data
        if "title" in inside:
            self.title += data
        if inside.keys() & {"h1", "h2", "h3"}:
            level, words = self.headings[-1]
            self.headings[-1] = (level, words + data)
        if "a" in inside:
            target, words = self.links[-1]
            self.links[-1] = (target, words + data)
        if "label" in inside:
            target = inside["label"].get("for", "")
            self._labels[target] = self._labels.get(target, "") + data
        if "textarea" in inside:
            self.forms[-1].controls[-1].value += (
                data.removeprefix("\n") if not self.forms[-1].controls[-1].value else data
            )
        if "button" in inside and self.forms:
            self.forms[-1].controls[-1].words += data

    @property
    def h1(self) -> list[str]:
        return [" ".join(words.split()) for level, words in self.headings if level == "h1"]

    @property
    def main_form(self) -> Form:
        """The one form of the page that posts."""
        [form] = [form for form in self.forms if form.method == "post"]
        return form

    def link(self, words: str) -> str:
        """Where the first link with these words leads."""
        return next(target for target, said in self.links if words in said)


def _one_line(text: str) -> str:
    """White space in the source of a page is one space to its reader, and none at the edges."""
    return re.sub(r"[ \t\r\n]+", " ", text).strip()


def _kind(type: str) -> str:
    return type if type in {"hidden", "radio", "checkbox"} else "words"


class Patient:
    """Someone at a browser: one page at a time, forms only, redirects followed."""

    def __init__(self, client: Client | None = None) -> None:
        self.client = client or Client()
        self.address, self.status, self.html = "", 0, ""
        self.response: HttpResponse | None = None
        self.followed: list[str] = []
        self._read: Paper | None = None

    def visit(self, address: str) -> Paper:
        return self._arrive(address, self.client.get(address))

    def press(self, answers: dict[str, str | list[str]] | None = None, *, button: str = "") -> Paper:
        """Fill in the main form and press its first button, or the one with these words."""
        form = self.page.main_form
        pressed = next(c for c in form.buttons if button in c.words)
        data: dict[str, list[str]] = {}
        for name, value in form.filled():
            data.setdefault(name, []).append(value)
        for name, value in (answers or {}).items():
            data[name] = value if isinstance(value, list) else [value]
        if pressed.name:
            data[pressed.name] = [pressed.value]
        target = pressed.action or form.action or self.address
        return self._arrive(target, self.client.post(target, data))

    @property
    def page(self) -> Paper:
        """The page that is open, read once however often it is looked at."""
        if self._read is None:
            self._read = Paper(self.html)
        return self._read

    def _arrive(self, address: str, response: HttpResponse) -> Paper:
        self.followed = []
        while response.status_code in {301, 302, 303}:
            address = response["Location"]
            self.followed.append(address)
            assert len(self.followed) < 8, f"redirected in a circle: {self.followed}"
            response = self.client.get(address)
        self.address, self.status, self.response = address.partition("#")[0], response.status_code, response
        self.html, self._read = response.content.decode(), None
        return self.page
