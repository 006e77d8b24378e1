"""What is left in English on a Spanish page: every sentence a patient reads is known in both languages."""

from __future__ import annotations

from functools import cache as cache_once
from html.parser import HTMLParser

from questionnaire.presenters.reader import UNIT_WORDS
from tests.builders.shipped import shipped
from tests.builders.translations import list_translations

FOREIGN = frozenset({"", "es"})
_LONG = 25
"""Characters from which a sentence is also looked for inside of other words."""


class Nodes(HTMLParser):
    """The text nodes of a page that are not marked as another language, each as one line."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: set[str] = set()
        self._tongues: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.found |= {given[name] or "" for name in ("aria-label", "title", "placeholder") if name in given}
        if tag not in {"input", "link", "meta", "br", "hr", "img"}:
            here = given.get("lang") or (self._tongues[-1] if self._tongues else "")
            self._tongues.append(here)

    def handle_endtag(self, tag: str) -> None:
        if self._tongues:
            self._tongues.pop()

    def handle_data(self, data: str) -> None:
        if not self._tongues or self._tongues[-1] in FOREIGN:
            self.found.add(" ".join(data.split()))


@cache_once
def english() -> frozenset[str]:
    """Every English sentence of the pages and of the questionnaire that reads otherwise in Spanish."""
    pages = {said for said, meant in list_translations().items() if said != meant and "%(" not in said}
    pages |= {part.strip() for said in list_translations() if "%(" in said for part in _around_holes(said)}
    content = {str(text) for _, text, _ in shipped().patient_texts() if text.in_("en") != text.in_("es")}
    spanish = {text.in_("es") for _, text, _ in shipped().patient_texts()} | set(list_translations().values())
    return frozenset(" ".join(said.split()) for said in (pages | content) - spanish)


def _around_holes(said: str) -> list[str]:
    """The longer pieces of a sentence with names in it."""
    pieces = [piece.partition(")s")[2] or piece for piece in said.split("%(")]
    return [piece for piece in pieces if len(piece.split()) > 3]


def left_in_english(html: str) -> set[str]:
    return {node for node in Nodes(html).found if _is_english(node)}


@cache_once
def _is_english(node: str) -> bool:
    if node in english() or set(node.split()) & UNIT_WORDS.keys():
        return True
    return len(node) > _LONG and any(said in node for said in english() if len(said) > _LONG)
