"""Patient stories: what each expects and what the draft says; which are missing; a new one from a made-up person."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from questionnaire import editing, evidence, history, publishing, vignettes
from questionnaire.definition import Definition, Vignette
from questionnaire.editor import access, reading
from questionnaire.editor.saving import SeeOther, save
from questionnaire.editor.witness import Person, in_words, person
from questionnaire.models import Version
from questionnaire.rules import assess
from questionnaire.rules.conditions import ConditionError
from questionnaire.rules.proofs.results import Wanted, Witness

SALT = "made-up person"
_WANTED = {"raised": Wanted.RAISED, "cannot_tell": Wanted.CANNOT_TELL, "not_raised": Wanted.CLEAR}
_MISSING_WORDS = {"raised": "raises it", "not_raised": "just misses it", "cannot_tell": "leaves it in doubt"}


@dataclass(frozen=True)
class Told:
    """One story with what came of it."""

    vignette: Vignette
    faults: tuple[str, ...]


@dataclass(frozen=True)
class Missing:
    """A flag without one kind of story, and a person to tell it of, where the proofs found one."""

    code: str
    title: str
    kind: str
    wanted: str
    person: str
    """The person, signed, for the form that tells their story; "" where the proofs were not run."""


def signed(answers: dict[str, object]) -> str:
    """A made-up person as text that a page can carry and nobody can change."""
    return signing.dumps(answers, salt=SALT, compress=True)


@access.editor("GET")
def stories(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    version = access.load(slug, number)
    definition = reading.definition_of(version)
    try:
        results = vignettes.run(definition)
    except (ConditionError, KeyError):
        results = ()
    told = [Told(r.vignette, tuple(vignettes.sentence(d) for d in r.differences)) for r in results]
    context = {
        "version": version,
        "slug": slug,
        "told": sorted(told, key=lambda t: not t.faults),
        "failing": sum(bool(t.faults) for t in told),
        "missing": _missing(version, definition) if results else [],
        "unreadable": not results and bool(definition.vignettes),
        "can_edit": version.state == Version.State.DRAFT and request.user.has_perm(access.EDIT),
    }
    return render(request, "editor/stories.html", context)


def _missing(version: Version, definition: Definition) -> list[Missing]:
    previous = publishing.published_definition(version.questionnaire.slug)
    proved = evidence.found(definition, previous)
    found = []
    for code, kinds in vignettes.uncovered(definition).items():
        for kind in kinds:
            witness = proved.gate.witness(code, _WANTED[kind]) if proved else None
            title = definition.flags_by_code[code].title
            if proved and witness is None:
                continue  # proved to be impossible, so there is no such story
            found.append(Missing(code, title, kind, _MISSING_WORDS[kind], signed(witness.answers) if witness else ""))
    return found


@access.editor("GET")
def story(request: HttpRequest, slug: str, number: int, id: str) -> HttpResponse:
    """One story: the whole person in words, and what is expected of each flag."""
    version = access.load(slug, number)
    definition = reading.definition_of(version)
    vignette = next((v for v in definition.vignettes if v.name == id), None)
    if vignette is None:
        raise Http404
    answers = vignettes.people(definition)[id]
    flags = definition.flags_by_code
    expected = {
        kind: [flags[code].title if code in flags else code for code in getattr(vignette, kind)]
        for kind in ("raised", "not_raised", "cannot_tell")
    }
    context = {
        "version": version,
        "slug": slug,
        "vignette": vignette,
        "said": [
            (str(q.short), in_words(q, answers[link_id]))
            for link_id, q in definition.questions.items()
            if link_id in answers
        ],
        "expected": expected,
        "can_edit": version.state == Version.State.DRAFT and request.user.has_perm(access.EDIT),
    }
    return render(request, "editor/story.html", context)


@access.editor("POST", may=access.EDIT)
def tell(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A new story of a made-up person: first shown with its words to write, then kept as the draft judges them now."""
    version = access.load(slug, number)
    definition = reading.definition_of(version)
    try:
        answers = signing.loads(request.POST.get("person", ""), salt=SALT)
    except signing.BadSignature:
        raise Http404 from None
    words, misses = request.POST.get("story", "").strip(), request.POST.get("misses", "")
    if words:
        name = editing.new_id(words[:40], history.ids_ever_used(version.questionnaire))
        just_misses = (misses,) if misses in definition.flags_by_code else ()
        vignette = vignettes.told_of(definition, answers, name=name, story=words[:300], just_misses=just_misses)
        trouble = save(
            request,
            version,
            subject=f"vignette {name}",
            action="added",
            edit=lambda now: editing.put_vignette(now, vignette),
        )
        return trouble or SeeOther(reverse("editor:stories", args=[slug, number]))
    context = {
        "version": version,
        "slug": slug,
        "person": _person(definition, answers),
        "signed": request.POST["person"],
        "misses": misses,
        "empty": "story" in request.POST,
    }
    return render(request, "editor/tell.html", context, status=422 if "story" in request.POST else 200)


def _person(definition: Definition, answers: dict[str, object]) -> Person:
    found = assess(definition, answers)
    raised = tuple(flag.code for flag in found.flags)
    return person(definition, Witness(json.loads(json.dumps(answers)), raised, found.cannot_tell))
