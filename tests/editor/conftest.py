"""What every test of the editor may use."""

from __future__ import annotations

import pytest

from tests.builders.editor import Desk


@pytest.fixture
def desk(db: None) -> Desk:
    """An editor with a small draft."""
    return Desk()
