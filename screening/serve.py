"""What `make run` does: keys on the first run, the database, demo accounts, then the production server."""

from __future__ import annotations

import argparse
import errno
import os
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from screening.core.keys import new_keys, new_secret
from screening.environment import ENV_FILE, ConfigurationError, Environment, exit_with_message

ROOT = ENV_FILE.parent
HOST = "127.0.0.1"


def main() -> None:
    """Raises SystemExit at the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", default="8000")
    port = parser.parse_args().port
    if not (port.isascii() and port.isdecimal() and 0 < int(port) < 65536):
        exit_with_message(f"PORT={port} is not a port: write a number from 1 to 65535")
    os.chdir(ROOT)
    try:
        refuse_taken_port(int(port))
        write_env_file(ENV_FILE)
        make_data_folder(ROOT / "var")
        prepare_installation()
        run_server(port)
    except ConfigurationError as error:
        exit_with_message(str(error))
    except KeyboardInterrupt:
        raise SystemExit(0) from None


def refuse_taken_port(port: int) -> None:
    """Raises ConfigurationError for a port that cannot be opened."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((HOST, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise ConfigurationError(
                    f"Port {port} is in use. Try another: make run PORT={port + 1}"
                ) from None
            raise ConfigurationError(f"Port {port} cannot be opened: {error.strerror}") from None


def write_env_file(file: Path) -> None:
    """A private file with random keys, only where there is none yet: a demo, where a second factor is welcome
    but not

    Raises ConfigurationError where it cannot be written.
    demanded. Whole or not at all."""
    if file.exists():
        return
    note = "# Made by `make run`. Keep these keys: without them the stored answers cannot be read."
    lines = (note, f"SECRET_KEY={new_secret()}", f"ANSWER_KEYS={new_keys()}", "DEMO=1", "REQUIRE_MFA=0", "")
    fresh = file.with_suffix(f".{os.getpid()}")
    try:
        fresh.touch(mode=0o600, exist_ok=False)
        fresh.write_text("\n".join(lines), encoding="utf-8")
        fresh.rename(file)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise ConfigurationError(f"{file} cannot be written: {error.strerror}") from None


def make_data_folder(folder: Path) -> None:
    """The folder of the database, for this user only; refused when nothing can be written there.

    Raises ConfigurationError where nothing can be written there.
    """
    trial = folder / f".writable-{os.getpid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        trial.write_bytes(bytes(64 * 1024))
    except OSError as error:
        raise ConfigurationError(f"{folder} cannot be written to: {error.strerror}") from None
    finally:
        with suppress(OSError):
            trial.unlink(missing_ok=True)


def prepare_installation() -> None:
    """Raises SystemExit where a command fails."""
    demo = ["--demo"] if Environment.read(ENV_FILE).on("DEMO", default=False) else []
    for command in (["bootstrap", *demo], ["collectstatic", "--no-input", "--verbosity=0"]):
        done = subprocess.run([sys.executable, "manage.py", *command], check=False)
        if done.returncode:
            raise SystemExit(done.returncode)


def run_server(port: str) -> None:
    """Become the production server; Ctrl-C reaches it directly."""
    print(f"\nBeforehand is at http://{HOST}:{port}   (Ctrl-C stops it; all data is kept)\n", flush=True)  # noqa: T201
    arguments = [
        "--bind",
        f"{HOST}:{port}",
        "--workers",
        "2",
        "--threads",
        "4",
        "--preload",
        "--no-control-socket",
    ]
    arguments += ["--config", "python:screening.worker", "--log-level", "warning"]
    gunicorn = [sys.executable, "-m", "gunicorn", *arguments, "screening.wsgi:application"]
    os.execv(sys.executable, gunicorn)  # noqa: S606


if __name__ == "__main__":
    main()
