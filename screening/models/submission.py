"""A patient's submission and the flags it raised.

Answers and identity are encrypted documents (core/encryption.py). Flag rows hold codes and link ids, never an
answer, so that a queue can be filtered without decrypting anything.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from questionnaire.definition import Severity
from questionnaire.rules.states import Verdict
from screening.models.clinic_settings import ClinicSettings
from screening.models.resume import Resumable
from screening.models.review import UnderReview

LOWEST_PRIORITY = 19
"""Of a submission that raised nothing."""


class Submission(UnderReview, Resumable):
    """One patient's questionnaire, from the first page to the decision, pinned to the version they were
    asked."""

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
    """Encrypted: {"answers": {link id: value}, "asked": [link ids shown and saved], "read": [urgent flag
    codes]}."""
    identity = models.BinaryField(null=True)
    """Encrypted: {"name", "phone", "email", "birth_date", "filled_by", "emergency_contact"}, each optional.

    With an urgent flag also {"message", "place", "asked_to_be_reachable"}; of an invitation {"invited_as",
    "invited_phone"}.
    """

    started_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)

    urgent = models.PositiveSmallIntegerField(default=0)
    high = models.PositiveSmallIntegerField(default=0)
    moderate = models.PositiveSmallIntegerField(default=0)
    info = models.PositiveSmallIntegerField(default=0)
    cannot_tell = models.PositiveSmallIntegerField(default=0)

    priority = models.PositiveSmallIntegerField(default=LOWEST_PRIORITY)
    """Its place in the lists, worked out when it is assessed: symptoms now, then severity; 0 comes first."""
    reachable = models.BooleanField(default=True)
    """Whether a phone number or an e-mail address was known when it was sent."""

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
                fields=["state", "desk", "alarm", "priority", "submitted_at", "id"],
                name="submission_priority",
            ),
            models.Index(
                fields=["state", "alarm", "priority", "submitted_at", "id"], name="submission_needs_a_person"
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


VERDICT_CHOICES = [(str(Verdict.RAISED), _("raised")), (str(Verdict.CANNOT_TELL), _("could not tell"))]
"""A flag that is clear has no row."""


class RaisedFlag(models.Model):
    """One flag of a submission, as judged when it was sent. Written once, by submit(); reviewers add an
    opinion."""

    class Opinion(models.TextChoices):
        AGREE = "agree", _("Agree")
        NOT_RELEVANT = "not-relevant", _("Not relevant")
        ASK = "ask", _("Ask the patient")

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="flags")
    code = models.CharField(max_length=80)
    topic = models.CharField(max_length=80)
    severity = models.CharField(max_length=8, choices=[(str(s), str(s)) for s in Severity])
    verdict = models.CharField(max_length=11, choices=VERDICT_CHOICES)
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
