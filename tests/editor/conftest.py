"""What every test of the editor may use."""

from __future__ import annotations

import pytest

from tests.builders.editor import EditorBrowser


@pytest.fixture
def editor(db: None) -> EditorBrowser:
    """An editor with a small draft, in a browser."""
    return EditorBrowser()
