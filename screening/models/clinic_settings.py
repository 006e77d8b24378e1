"""The clinic's settings, each state a row. Written by actions/clinic_settings.py."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ClinicSettings(models.Model):
    """One state of the clinic's settings. Append-only: the newest row counts."""

    values = models.JSONField()
    actor = models.CharField(max_length=150)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("clinic settings")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"clinic settings {self.pk}"
