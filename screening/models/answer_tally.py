"""How often each question is left unknown. Written by actions/answer_tally.py."""

from __future__ import annotations

import uuid

from django.db import models


class AnswerTally(models.Model):
    """Which questions one form asked and left unknown, in letters, without saying whose form it was."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey("questionnaire.Version", on_delete=models.PROTECT, related_name="+")
    week = models.DateField()
    """The Monday of the week it was sent in."""
    marks = models.TextField()
    """A letter for each question in file order: k known, u unsure, b blank, - not applicable, n never
    asked."""

    class Meta:
        indexes = [models.Index(fields=["version", "week"], name="tally_week")]

    def __str__(self) -> str:
        return f"version {self.version_id}, week of {self.week}"
