"""A submission as its patient holds it: found by the key on their device, with its answers and the path so
far.

Reads only; every write a patient causes is in submissions.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.db.models import QuerySet, Subquery

from questionnaire.actions import publishing
from questionnaire.definition import Definition
from questionnaire.presenters.answers import AnsweredSection, AnswerLine, list_first_lines, read_back
from questionnaire.presenters.reader import Reader
from questionnaire.rules import assess
from questionnaire.rules.answers import Value, to_json_value
from questionnaire.rules.path import Walk, walk_path
from screening.core import codes, encryption
from screening.core.patient_response import PatientResponse
from screening.models import ClinicSettings, Submission

WITHDRAWAL_PURPOSE = "withdrawal code"
_NAMES_NOBODY = {"filled_by", "message", "place", "asked_to_be_reachable"}
"""Parts of an identity by which no clinic can tell whose answers these are."""


class FormNotFoundError(Exception):
    """No form belongs to this token: it was never given out, or the form has been cleared."""


class FormExpiredError(FormNotFoundError):
    """The form was open on this device too long ago."""


@dataclass(frozen=True)
class LoadedSubmission:
    """A submission as its patient holds it: the row, its answers, and the newest clinic settings' id."""

    row: Submission
    response: PatientResponse
    newest_settings: int | None
    draft: Definition | None = None
    """What a preview asks, whose row was never saved; None for a real form, which is pinned to its
    version."""

    @cached_property
    def definition(self) -> Definition:
        """What is asked: the pinned version, retired or not."""
        return self.draft if self.draft is not None else publishing.load_definition(self.row.version_id)

    @cached_property
    def walk(self) -> Walk:
        return walk_path(self.definition, self.response.answers, self.response.asked)

    @cached_property
    def identity(self) -> dict[str, str] | None:
        """Who they are; None while they were not asked."""
        blob = self.row.identity
        return (
            None
            if blob is None
            else encryption.unseal(blob, purpose=sealing_purpose(self.row.uuid, "identity"))
        )

    @property
    def person(self) -> Mapping[str, str]:
        """Who they said they are or, until they were asked, whom the clinic made their link for.

        A phone number on the invitation is not shown to whoever opens the link.
        """
        if self.identity is not None:
            return self.identity
        return {name: known for name, known in self.response.invited.items() if name != "phone"}

    @property
    def nameless(self) -> bool:
        """Nothing that they said, and no name on their link, tells the clinic whose answers these are."""
        return not (self.identity or {}).keys() - _NAMES_NOBODY and not self.response.invited

    @property
    def sent(self) -> bool:
        return self.row.state != Submission.State.DRAFT

    @property
    def complete(self) -> bool:
        """Nothing is left but to check and send."""
        return self.walk.complete and self.row.identity is not None and not self.response.pending

    @property
    def known(self) -> Mapping[str, Value]:
        """The answers to questions that count as asked: what a page may show as the patient's own."""
        return {
            link_id: value
            for link_id, value in self.response.answers.items()
            if link_id in self.response.asked
        }

    @property
    def open_answers(self) -> dict[str, Value]:
        """The answers to the questions that are open, None for a blank. This is what the rules judge."""
        return {link_id: self.response.answers.get(link_id) for link_id in self.walk.open}

    def read_back(self, reader: Reader, *, on_paper: bool = False) -> list[AnsweredSection[AnswerLine]]:
        """The answers by section as the patient reads them back, with what was changed marked.

        `on_paper`: for a result page, a print or a PDF, which others may read.
        """
        said = self.response
        before = said.before
        return read_back(
            self.definition, said.answers, reader, asked=said.asked, before=before, on_paper=on_paper
        )

    def list_first_lines(self, reader: Reader) -> list[AnswerLine]:
        """The answers that stand first on the papers."""
        return list_first_lines(self.definition, self.response.answers, reader, asked=self.response.asked)

    def seen(self, number: int) -> str:
        """A keyed hash of this page's saved answers: the page carries it, so that a stale page is noticed."""
        questions = self.definition.pages[number - 1].questions
        saved = [to_json_value(self.response.answers.get(q.link_id)) for q in questions]
        return encryption.keyed_hash(repr(saved), purpose=f"page {self.row.uuid} {number}")

    @property
    def seen_all(self) -> str:
        """The same of everything that is about to be sent."""
        return encryption.keyed_hash(str(self.row.revision), purpose=f"check {self.row.uuid}")


def load_with_token(token: str, *, now: datetime) -> LoadedSubmission:
    """The submission of this token, in one SELECT. Raises FormNotFoundError, or FormExpiredError."""
    row = select_with_settings().filter(token_hash=hash_token(token)).first() if token else None
    if row is None:
        raise FormNotFoundError
    if row.token_expires_at is None or row.token_expires_at <= now:
        raise FormExpiredError
    return load_submission(row)


def load_submission(row: Submission) -> LoadedSubmission:
    """This row with its answers. Raises encryption.DecryptionError."""
    response = PatientResponse.unseal(row.response, sealing_purpose(row.uuid, "response"))
    return LoadedSubmission(row, response, getattr(row, "newest_settings", None))


def find_urgent_flags(loaded: LoadedSubmission, values: Mapping[str, Value]) -> frozenset[str]:
    """The urgent flags raised once these answers are added: what decides on an interruption, before anything
    else."""
    asked = loaded.response.asked | values.keys()
    return assess(loaded.definition, {**loaded.response.answers, **values}, asked=asked).urgent


def derive_withdrawal_code(row: Submission) -> str:
    """The secret code that withdraws this submission. It is kept nowhere: it is computed again when it is
    needed."""
    return codes.derive_code(str(row.uuid), purpose=WITHDRAWAL_PURPOSE)


def find_sent_submission(reference: str) -> Submission | None:
    """The row of a submission that was sent, with what the desk shows beside it."""
    beside = ("version__questionnaire", "version__document", "assignee", "invitation__made_by")
    rows = Submission.objects.select_related(*beside)
    return rows.filter(reference=reference, state=Submission.State.SUBMITTED).first()


def find_withdrawn_submission(reference: str) -> Submission | None:
    """The row of a submission that its patient took back. The desk says so, and shows nothing else of it."""
    return Submission.objects.filter(reference=reference, state=Submission.State.WITHDRAWN).first()


def select_with_settings() -> QuerySet[Submission]:
    """Submissions with the id of the newest clinic settings, all in one SELECT."""
    newest = ClinicSettings.objects.order_by("-id").values("id")[:1]
    return Submission.objects.annotate(newest_settings=Subquery(newest))


def sealing_purpose(uuid: UUID, column: str) -> str:
    """What the sealed value of this column of a submission is bound to."""
    return f"submission:{uuid}:{column}"


def hash_token(token: str) -> str:
    """What the database keeps of the key on a patient's device."""
    return encryption.keyed_hash(token, purpose="submission token")
