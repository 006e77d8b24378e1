"""Who is at the clinic while a patient is at their own device."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.staff import member


@pytest.fixture
def sam(db: None) -> Any:
    return member("sam", first_name="Sam", last_name="Lee")
