"""A hundred people fill in the form through its HTML alone, with whatever answers chance gives them."""

from __future__ import annotations

import os
import random

import pytest

from questionnaire.models import Version
from tests.builders.crawler import Journey

JOURNEYS = int(os.environ.get("JOURNEYS", "100"))
CHUNKS = max(10, JOURNEYS // 50)
"""Enough pieces for several processes to share."""


@pytest.mark.parametrize("seed", range(CHUNKS))
def test_every_random_journey_ends_at_the_result(published: Version, seed: int) -> None:
    for number in range(JOURNEYS // CHUNKS):
        chance = random.Random(seed * 1000 + number)
        Journey(published, chance, ("en", "es")[number % 2]).walk()
