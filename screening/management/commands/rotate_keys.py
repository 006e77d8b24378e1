"""Adds a fresh key to ANSWER_KEYS, seals stored rows anew under it, and lets go of the old one: one step a
run.

1. `rotate_keys` prints a new ANSWER_KEYS line: its new key seals, the old ones still open. Put it in
   place and restart.
2. `rotate_keys --reencrypt` seals every stored row under the new key, while patients go on.
3. `rotate_keys --retire` prints the line without the old keys, once no row needs them.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from screening.actions import key_rotation
from screening.core import keys


class Command(BaseCommand):
    help = (
        "Prints ANSWER_KEYS with a fresh key; --reencrypt seals stored rows under it; --retire drops "
        "the old keys."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        step = parser.add_mutually_exclusive_group()
        step.add_argument(
            "--reencrypt", action="store_true", help="seal every stored row under the newest key"
        )
        step.add_argument(
            "--retire", action="store_true", help="print ANSWER_KEYS without the keys no row needs"
        )

    def handle(self, *, reencrypt: bool, retire: bool, **options: Any) -> None:
        """Raises CommandError while rows still need an old key."""
        if reencrypt:
            self.stdout.write(f"{key_rotation.reseal_everything()} values sealed anew")
        elif retire:
            if key_rotation.needs_an_old_key():
                raise CommandError("some rows still need an old key: run `rotate_keys --reencrypt` first")
            self.stdout.write(f"ANSWER_KEYS={keys.only_primary(settings.ANSWER_KEYS)}")
        else:
            self.stdout.write(f"ANSWER_KEYS={keys.with_new_primary(settings.ANSWER_KEYS)}")
