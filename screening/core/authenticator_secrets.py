"""The secrets of staff's authenticator apps and recovery codes, sealed like answers and stored as text."""

from __future__ import annotations

import base64

from screening.core import encryption

_PURPOSE = "authenticator:secret"


def seal_secret(secret: str) -> str:
    """This secret as it is stored."""
    return base64.b64encode(encryption.seal({"secret": secret}, purpose=_PURPOSE)).decode()


def unseal_secret(stored: str) -> str:
    """The secret behind what is stored. Raises DecryptionError if it does not open with the present keys."""
    return str(encryption.unseal(base64.b64decode(stored), purpose=_PURPOSE)["secret"])


def is_sealed_by_primary(stored: str) -> bool:
    """Whether the present primary key sealed this secret."""
    return encryption.sealed_by_primary(base64.b64decode(stored))
