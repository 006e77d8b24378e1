"""An editor at work, for tests: a small draft, a browser signed in, and pages that can be typed into."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from questionnaire.actions import drafts, publishing
from questionnaire.definition import Definition, Score, Text, Vignette
from questionnaire.models import Version
from questionnaire.translations import mark_as_drafts
from screening.core.staff_roles import EDITOR
from tests.builders.browsing import Paper
from tests.builders.definitions import choice, sound
from tests.builders.staff import browser_of, member


def bilingual(definition: Definition) -> Definition:
    """The same in English and Spanish, every Spanish string a machine draft."""
    sections = tuple(replace(s, title=_both(s.title)) for s in definition.sections)
    topics = tuple(replace(topic, label=_both(topic.label)) for topic in definition.topics)
    done = replace(definition, languages=("en", "es"), sections=sections, topics=topics)
    return mark_as_drafts(done, "es")


def _both(text: Text) -> Text:
    return Text((*text.by_language, ("es", f"{text} (es)")))


def small() -> Definition:
    """A few questions, flags, a total and a story; two languages."""
    scored = choice("tired", "0", "1", "2", "not-sure")
    definition = sound()
    pages = definition.sections[0].pages
    section = replace(definition.sections[0], pages=(*pages, replace(pages[0], questions=(scored,))))
    story = Vignette(
        "quiet", "Nothing to report.", (("heart", "no"), ("pains", ("none",))), not_raised=("heart-trouble",)
    )
    return bilingual(
        replace(
            definition,
            sections=(section,),
            scores=(Score("fatigue", "Fatigue", ("tired",)),),
            vignettes=(story,),
        )
    )


STORIES = (
    Vignette(
        "quiet",
        "Nothing to report.",
        (("heart", "no"), ("age", 30)),
        not_raised=("heart-trouble", "clarify-heart"),
    ),
    Vignette("old", "An old one.", (("age", 65),), like="quiet", raised=("heart-trouble",)),
    Vignette(
        *("unsure", "One who does not know.", (("heart", "not-sure"),), "quiet"),
        raised=("clarify-heart",),
        cannot_tell=("heart-trouble",),
    ),
)
"""Every story that the flags of `sound()` need."""


def with_all_stories(definition: Definition | None = None) -> Definition:
    """`sound()`, or one like it, with every story its flags need."""
    return replace(definition or sound(), vignettes=STORIES)


class EditorBrowser:
    """One editor with one draft, signed in; it remembers the last page."""

    def __init__(
        self, definition: Definition | None = None, username: str = "edda", role: str = EDITOR
    ) -> None:
        self.user = member(username, role, first_name=username.title(), last_name="Ruiz")
        self.client: Client = browser_of(self.user)
        self.version = self.draft(definition or small())
        self.response = HttpResponse()

    @staticmethod
    def draft(definition: Definition) -> Version:
        return publishing.create_draft(definition=definition, actor="user:0", now=timezone.now())

    @property
    def root(self) -> str:
        return f"/editor/{self.version.questionnaire.slug}/{self.version.number}/"

    @property
    def now(self) -> Definition:
        return drafts.read_draft(Version.objects.get(pk=self.version.pk))

    @property
    def text(self) -> str:
        """The words of the last page."""
        return " ".join(Paper(self.response.content.decode()).text.split())

    @property
    def html(self) -> str:
        return self.response.content.decode()

    def get(self, path: str = "") -> HttpResponse:
        self.response = self.client.get(path if path.startswith("/") else self.root + path)
        return self.response

    def post(self, path: str, **data: Any) -> HttpResponse:
        self.response = self.client.post(path if path.startswith("/") else self.root + path, data)
        return self.response

    def form(self, path: str) -> dict[str, Any]:
        """What a browser would send from this page if nothing were touched."""
        self.get(path)
        [form] = [f for f in Paper(self.html).forms if any(control.name == "seen" for control in f.controls)][
            :1
        ]
        sent: dict[str, Any] = {}
        ticked = {control.name for control in form.controls if control.kind == "checkbox"}
        for name, value in form.filled():
            sent.setdefault(name, []).append(value or ("on" if name in ticked else ""))
        for name, options in re.findall(r'<select name="([^"]+)"(.*?)</select>', self.html, re.S):
            if chosen := re.findall(r'<option value="([^"]*)" selected', options):
                sent[name] = chosen
        return sent

    def save(self, path: str, **changes: Any) -> HttpResponse:
        """Open the page, change these fields, and save."""
        return self.post(
            path, **{**self.form(path), **{name.replace("__", "-"): v for name, v in changes.items()}}
        )
