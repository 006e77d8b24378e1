"""Who answered, what was flagged, and what happened: the only tables that hold patient data.

Answers and identity are encrypted documents (see encryption.py). Flag rows hold codes and link ids, never an answer,
so that a queue can be filtered without decrypting anything.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from questionnaire.definition import Severity
from screening.models_accounts import StaffSession
from screening.models_comeback import ComesBack, KeptPage
from screening.models_comfort import ContactRequest
from screening.models_invitation import Invitation
from screening.models_review import ReviewEntry, SavedView, UnderReview

__all__ = [
    "AnswerTally",
    "AuditEvent",
    "AuditSeal",
    "ClinicSettings",
    "ComesBack",
    "ContactRequest",
    "Invitation",
    "KeptPage",
    "RaisedFlag",
    "ReviewEntry",
    "SavedView",
    "StaffMail",
    "StaffSession",
    "Submission",
    "UnderReview",
]


class ClinicSettings(models.Model):
    """One state of the clinic's settings. Append-only: the newest row counts; written by clinic.py only."""

    values = models.JSONField()
    actor = models.CharField(max_length=150)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("clinic settings")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"clinic settings {self.pk}"


class Submission(UnderReview, ComesBack):
    """One patient's questionnaire, from the first page to the decision, pinned to the version they were asked."""

    class State(models.TextChoices):
        DRAFT = "draft", _("being filled in")
        SUBMITTED = "submitted", _("sent")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Assessment(models.TextChoices):
        PENDING = "pending", _("not sent yet")
        ASSESSED = "assessed", _("assessed")
        NOT_ASSESSED = "not-assessed", _("not assessed")

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=7, unique=True, null=True)
    """Given when sent: six characters without look-alikes, for example "K7M-4QX"."""
    version = models.ForeignKey("questionnaire.Version", on_delete=models.PROTECT, related_name="+")
    settings = models.ForeignKey(ClinicSettings, on_delete=models.PROTECT, null=True, related_name="+")
    """The clinic settings in force when it was sent."""
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    assessment = models.CharField(max_length=12, choices=Assessment, default=Assessment.PENDING)
    language = models.CharField(max_length=8, default="en")
    kiosk = models.BooleanField(default=False)

    token_hash = models.CharField(max_length=64, unique=True, null=True)
    token_expires_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=0)
    response = models.BinaryField()
    """Encrypted: {"answers": {link id: value}, "asked": [link ids shown and saved], "read": [urgent flag codes]}."""
    identity = models.BinaryField(null=True)
    """Encrypted: {"name", "phone", "email", "birth_date"}, each optional."""

    started_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)

    urgent = models.PositiveSmallIntegerField(default=0)
    high = models.PositiveSmallIntegerField(default=0)
    moderate = models.PositiveSmallIntegerField(default=0)
    info = models.PositiveSmallIntegerField(default=0)
    cannot_tell = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        permissions = [
            ("review_submission", "Can work on submissions"),
            ("export_submission", "Can take submissions out of the system"),
        ]
        indexes = [
            models.Index(fields=["state", "submitted_at", "id"], name="submission_queue"),
            models.Index(fields=["state", "desk", "submitted_at", "id"], name="submission_desk"),
            models.Index(fields=["assignee", "desk", "submitted_at", "id"], name="submission_assignee"),
            models.Index(fields=["version", "submitted_at", "id"], name="submission_version"),
            models.Index(
                fields=["submitted_at", "id"],
                name="submission_needs_a_person",
                condition=models.Q(state="submitted", desk="new")
                & (models.Q(urgent__gt=0) | models.Q(assessment="not-assessed")),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="submitted_has_reference_and_time",
                condition=models.Q(state="draft")
                | models.Q(reference__isnull=False, submitted_at__isnull=False)
                | models.Q(state="withdrawn"),
            )
        ]

    def __str__(self) -> str:
        return self.reference or f"submission {self.pk}, not sent"


class RaisedFlag(models.Model):
    """One flag of a submission, as judged when it was sent. Written once, by submit(); reviewers add an opinion."""

    class Verdict(models.TextChoices):
        RAISED = "raised", _("raised")
        CANNOT_TELL = "cannot-tell", _("could not tell")

    class Opinion(models.TextChoices):
        AGREE = "agree", _("Agree")
        NOT_RELEVANT = "not-relevant", _("Not relevant")
        ASK = "ask", _("Ask the patient")

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="flags")
    code = models.CharField(max_length=80)
    topic = models.CharField(max_length=80)
    severity = models.CharField(max_length=8, choices=[(str(s), str(s)) for s in Severity])
    verdict = models.CharField(max_length=11, choices=Verdict)
    because = models.JSONField(default=list)
    """Link ids of the answers that raised it, in file order; empty for "could not tell"."""
    position = models.PositiveSmallIntegerField()
    """Place in the questionnaire's list of flags."""
    opinion = models.CharField(max_length=12, choices=Opinion, blank=True)
    """What the reviewers last said about it; how they came to it is in the history."""

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["submission", "code"], name="one_row_per_flag")]
        indexes = [models.Index(fields=["code", "verdict"], name="flag_filter")]

    def __str__(self) -> str:
        return f"{self.code} {self.verdict}"


class AnswerTally(models.Model):
    """Which questions one form asked and left unknown, in letters, without saying whose form it was. See tally.py."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey("questionnaire.Version", on_delete=models.PROTECT, related_name="+")
    week = models.DateField()
    """The Monday of the week it was sent in."""
    marks = models.TextField()
    """A letter for each question in file order: k known, u unsure, b blank, - not applicable, n never asked."""

    class Meta:
        indexes = [models.Index(fields=["version", "week"], name="tally_week")]

    def __str__(self) -> str:
        return f"version {self.version_id}, week of {self.week}"


class StaffMail(models.Model):
    """One e-mail to the people on duty that has to go, or went. It says that somebody should look, and nothing else."""

    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=80, blank=True)
    """The kind of the last failure, never its message."""

    class Meta:
        indexes = [
            models.Index(fields=["next_try_at"], condition=models.Q(sent_at__isnull=True), name="mail_still_to_go")
        ]

    def __str__(self) -> str:
        return f"staff mail {self.pk}, {'sent' if self.sent_at else 'waiting'}"


class AuditEvent(models.Model):
    """What happened, without health data. Append-only by trigger; written by audit.record() only."""

    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    """"patient", "system" or "user:<id>"."""
    action = models.CharField(max_length=40)
    object_type = models.CharField(max_length=40)
    object_id = models.CharField(max_length=64)
    """The object's UUID or key; not a foreign key, so that the record outlives the object."""
    detail = models.JSONField(default=dict)
    request_id = models.CharField(max_length=36, blank=True)
    check_code = models.CharField(max_length=80, null=True)
    """What only this installation can work out from the event's words (audit.py). None: older than these codes."""

    class Meta:
        indexes = [models.Index(fields=["object_type", "object_id"], name="audit_object")]
        constraints = [
            models.UniqueConstraint(
                fields=["check_code"], name="audit_once", condition=models.Q(check_code__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_type} {self.object_id}"


class AuditSeal(models.Model):
    """Some events sealed together with the seal before. Append-only by trigger; written by sealing.py only."""

    number = models.PositiveIntegerField(primary_key=True)
    at = models.DateTimeField()
    last = models.BigIntegerField()
    """The greatest id of any event sealed so far."""
    ranges = models.JSONField()
    """The ids it covers: [[first, last], …]."""
    digest = models.CharField(max_length=64)
    code = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"seal {self.number}"
