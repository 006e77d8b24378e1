"""`make run` keeps the e-mail worker beside the server: gunicorn starts it when it serves, and stops it when it ends.

Elsewhere the worker is a service of its own: `python manage.py db_worker --interval 5` (docs/deploy.md).
"""

from __future__ import annotations

import subprocess
import sys
from typing import Any

_running: list[subprocess.Popen[bytes]] = []
_PATIENCE = 5
"""Seconds the worker has to finish what it is sending."""


def when_ready(server: Any) -> None:
    """Gunicorn's hook: the address is open."""
    command = [sys.executable, "manage.py", "db_worker", "--interval", "5", "--verbosity", "0", "--no-reload"]
    _running.append(subprocess.Popen(command))


def on_exit(server: Any) -> None:
    """Gunicorn's hook: the server ends, whether by Ctrl-C or by a signal."""
    for worker in _running:
        worker.terminate()
        try:
            worker.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            worker.kill()
