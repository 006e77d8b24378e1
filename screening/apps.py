"""The service as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from questionnaire.service import register_service


class ScreeningConfig(AppConfig):
    name = "screening"
    verbose_name = _("screening")

    def ready(self) -> None:
        """Answer what the editor asks of the service."""
        from screening.editor_port import (
            EditorPort,
        )  # its models cannot be imported before the apps are loaded

        register_service(EditorPort())
