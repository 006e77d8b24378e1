"""`make run`: two commands' worth of set-up in one, data kept, and one clear line when something is in the
way."""

from __future__ import annotations

import errno
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from screening import serve
from screening.environment import ConfigurationError, read_env_file

ROOT = Path(__file__).resolve().parents[2]


def test_the_first_run_writes_a_private_file_of_random_keys(tmp_path: Path) -> None:
    first, second = tmp_path / "a.env", tmp_path / "b.env"
    serve.write_env_file(first)
    serve.write_env_file(second)
    assert first.stat().st_mode & 0o777 == 0o600
    assert read_env_file(first).keys() == {"SECRET_KEY", "ANSWER_KEYS", "DEMO", "REQUIRE_MFA"}
    assert read_env_file(first)["ANSWER_KEYS"] != read_env_file(second)["ANSWER_KEYS"]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.env", "b.env"]


def test_the_second_run_keeps_the_keys(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("SECRET_KEY=mine\n")
    serve.write_env_file(file)
    assert file.read_text() == "SECRET_KEY=mine\n"


def test_keys_that_cannot_be_written_leave_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "write_text", disk_is_full)
    with pytest.raises(ConfigurationError, match=r"\.env cannot be written: No space left on device"):
        serve.write_env_file(tmp_path / ".env")
    assert not list(tmp_path.iterdir())


def test_a_full_disk_is_named_before_anything_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "write_bytes", disk_is_full)
    with pytest.raises(ConfigurationError, match="cannot be written to: No space left on device"):
        serve.make_data_folder(tmp_path / "var")


def disk_is_full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="cannot be written to: Not a directory"):
        serve.make_data_folder(tmp_path / "file" / "var")


def test_the_data_folder_is_for_this_user_only(tmp_path: Path) -> None:
    serve.make_data_folder(tmp_path / "var")
    assert (tmp_path / "var").stat().st_mode & 0o777 == 0o700
    assert not list((tmp_path / "var").iterdir())


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "٨٠٠٠"])
def test_a_port_that_is_none_is_one_line(port: str) -> None:
    done = start(ROOT, port).communicate(timeout=20)[0]
    assert done == f"PORT={port} is not a port: write a number from 1 to 65535\n"


def test_a_port_in_use_says_which_to_try() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = start(ROOT, str(port)).communicate(timeout=20)[0]
    assert done == f"Port {port} is in use. Try another: make run PORT={port + 1}\n"


def test_two_runs_serve_the_same_data_and_stop_cleanly(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".*", "var", "staticfiles", "__pycache__"))
    first = one_run(copy)
    keys = (copy / ".env").read_text()
    passwords = re.findall(r"password", first)
    assert "version 1 published" in first
    assert passwords
    second = one_run(copy)
    assert (copy / ".env").read_text() == keys
    assert "published" not in second
    assert "password" not in second


def one_run(copy: Path) -> str:
    """Everything that was printed from start to Ctrl-C, after the start page, the help page and the probes
    answered."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = start(copy, str(port))
    try:
        address = f"http://127.0.0.1:{port}"
        wait(f"{address}/readyz", server)
        for path in ("/", "/help-now/", "/healthz", "/accounts/login/"):
            with urllib.request.urlopen(address + path, timeout=10) as answer:
                assert answer.status == 200
    finally:
        server.send_signal(signal.SIGINT)
        printed = server.communicate(timeout=20)[0]
    assert server.returncode == 0, printed
    assert "Traceback" not in printed
    return printed


def wait(address: str, server: subprocess.Popen[str]) -> None:
    for _ in range(300):
        assert server.poll() is None, server.communicate()[0]
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server did not answer within a minute")


def start(folder: Path, port: str) -> subprocess.Popen[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-m", "screening.serve", "--port", port],
        cwd=folder,
        env=kept,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
