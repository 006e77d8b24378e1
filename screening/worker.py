"""`make run` keeps two workers beside the server: gunicorn starts them when it serves, and stops them when it
ends.

One sends e-mail to staff, one seals the record of events. Elsewhere each is a service of its own
(docs/deploy.md).
"""

from __future__ import annotations

import subprocess
import sys
from typing import Any

COMMANDS = (
    ("db_worker", "--interval", "5", "--verbosity", "0", "--no-reload"),
    ("seal_audit", "--every", "60"),
)
_running: list[subprocess.Popen[bytes]] = []
_PATIENCE = 5
"""Seconds a worker has to finish what it is doing."""


def when_ready(server: Any) -> None:
    """Gunicorn's hook: the address is open."""
    _running.extend(subprocess.Popen([sys.executable, "manage.py", *command]) for command in COMMANDS)


def on_exit(server: Any) -> None:
    """Gunicorn's hook: the server ends, whether by Ctrl-C or by a signal."""
    for worker in _running:
        worker.terminate()
        try:
            worker.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            worker.kill()
