"""Staff sessions: encrypted in the database, each under its own key, and listed by account so that they can
be ended.

Patients have no session.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db

from screening.core import encryption
from screening.models import StaffSession


class SessionStore(db.SessionStore):
    """Django's sessions in the database, sealed. One that does not open is an empty one: sign in again."""

    @classmethod
    def get_model_class(cls) -> type[StaffSession]:
        return StaffSession

    def encode(self, session_dict: dict[str, Any]) -> str:
        return base64.b64encode(encryption.seal(session_dict, purpose=self._purpose)).decode()

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        try:
            return encryption.unseal(base64.b64decode(session_data, validate=True), purpose=self._purpose)
        except (encryption.DecryptionError, binascii.Error, ValueError):
            return {}

    def create_model_instance(self, data: dict[str, Any]) -> StaffSession:
        row = cast(StaffSession, super().create_model_instance(data))
        row.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        return row

    @property
    def _purpose(self) -> str:
        return f"session:{self.session_key}"
