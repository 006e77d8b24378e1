"""Where a patient goes next, and what the page they are on is called."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from questionnaire.definition import Definition
from questionnaire.http import Request, SeeOther
from screening.patient.device import keep_key_longer
from screening.queries.reachability import should_ask_to_reach
from screening.queries.submission import LoadedSubmission


def find_next_address(loaded: LoadedSubmission) -> str:
    """Where this patient goes from here: replayed from the first question every time."""
    if loaded.sent:
        return reverse("patient:result")
    if loaded.response.pending:
        return reverse("patient:interruption")
    if loaded.walk.next is not None:
        return reverse("patient:question", args=[loaded.walk.next])
    if loaded.row.identity is None or should_ask_to_reach(loaded):
        return reverse("patient:you")
    return reverse("patient:check")


def redirect_to_next(request: Request, loaded: LoadedSubmission, *, changed: str = "") -> SeeOther:
    """Go on; after something was saved the device keeps its key as long as the form stays open.

    `changed`: the question answered just now. Somebody who came from the check page goes straight back to it
    there, once nothing new is to be asked.
    """
    back = f"#a-{changed}" if changed and loaded.complete and loaded.response.checking else ""
    response = SeeOther(find_next_address(loaded) + back)
    if request.method == "POST":
        keep_key_longer(request, response, loaded)
    return response


def write_title(definition: Definition, number: int) -> str:
    """A page title that is unique and names no condition."""
    section = definition.section_of_page[number]
    first = next(page for page, other in definition.section_of_page.items() if other is section)
    place = {"section": definition.sections.index(section) + 1, "question": number - first + 1}
    return _("Section %(section)s, question %(question)s") % place
