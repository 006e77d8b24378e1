"""Where the work on one submission stands, and the history of that work. Written by actions/reviews.py."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class UnderReview(models.Model):
    """The present state of the work, on the submission's own row; how it got there is in `ReviewEntry`."""

    class Desk(models.TextChoices):
        NEW = "new", _("New")
        IN_REVIEW = "in-review", _("In review")
        WAITING = "waiting", _("Waiting on patient")
        DONE = "done", _("Done")

    alarm = models.BooleanField(default=False)
    """Whether it needs attention now, for an urgent flag or because it was not assessed: from sending until
    somebody acted on it (actions/alarms.py). Looking at it or taking it ends nothing."""
    desk = models.CharField(max_length=9, choices=Desk, default=Desk.NEW)
    desk_revision = models.PositiveIntegerField(default=0)
    """Grows with every entry of the history: a form that carries an older one is refused."""
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    opened_at = models.DateTimeField(null=True)
    """When somebody at the clinic first read it."""
    decision = models.CharField(max_length=16, blank=True)
    """A code of DECISIONS in actions/reviews.py; empty while nothing is decided."""
    decided_at = models.DateTimeField(null=True)
    name_phone = models.CharField(max_length=64, blank=True, db_index=True)
    """Keyed hash of name and phone, to find a person without opening anything; empty where one was not
    given."""
    name_birth = models.CharField(max_length=64, blank=True, db_index=True)
    """The same of name and date of birth."""

    class Meta:
        abstract = True


class ReviewEntry(models.Model):
    """One thing a reviewer did. Never changed, by trigger (but for sealing its note under a new key); gone
    only with its submission."""

    class Kind(models.TextChoices):
        CLAIM = "claim", _("took it")
        ASSIGN = "assign", _("assigned it")
        NOTE = "note", _("wrote a note")
        OPINION = "opinion", _("looked at a flag")
        DECIDE = "decide", _("decided")
        REOPEN = "reopen", _("opened it again")
        REACHED = "reached", _("reached the patient")
        READ = "read", _("read all answers")
        ASSESSED = "assessed", _("assessed it again")
        RETURNED = "returned", _("returned it to the queue")
        UNDO = "undo", _("undid that")

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    submission = models.ForeignKey("screening.Submission", on_delete=models.CASCADE, related_name="history")
    revision = models.PositiveIntegerField()
    """The submission's desk_revision once this was done."""
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    """For "assigned it": to whom; null for nobody."""
    flag = models.CharField(max_length=80, blank=True)
    opinion = models.CharField(max_length=12, blank=True)
    decision = models.CharField(max_length=16, blank=True)
    note = models.BinaryField(null=True)
    """Encrypted: {"words": str, "unjudged": str}, the latter only where an outcome was set while urgent flags
    had no opinion: why. Bound to "reviewentry:<uuid>:note"."""
    before = models.JSONField(default=dict)
    """What it changed, as it was: enough to undo it. States and codes, never words."""
    undoes = models.OneToOneField("self", on_delete=models.CASCADE, null=True, related_name="undone_by")

    class Meta:
        ordering = ["-revision"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "revision"], name="one_entry_per_revision")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.submission_id}/{self.revision}"


class SavedView(models.Model):
    """A reviewer's own name for a set of filters."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500)
    """The filters as they stand in the URL."""

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="one_saved_view_per_name")]

    def __str__(self) -> str:
        return self.name
