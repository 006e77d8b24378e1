"""What the operator writes into the environment is understood, or answered with one line that says what to
write."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from screening.environment import ConfigurationError, Environment, read_database_url, read_env_file

ROOT = Path(__file__).resolve().parents[2]
DEFAULT = Path("/data/default.sqlite3")


def test_no_url_means_sqlite_in_the_default_file() -> None:
    found = read_database_url("", default=DEFAULT)
    assert (found["ENGINE"], found["NAME"]) == ("django.db.backends.sqlite3", str(DEFAULT))
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in found["OPTIONS"]["init_command"]


def test_an_sqlite_url_with_four_slashes_is_an_absolute_path() -> None:
    assert (
        read_database_url("sqlite:////srv/my%20data/b.sqlite3", default=DEFAULT)["NAME"]
        == "/srv/my data/b.sqlite3"
    )


def test_a_postgresql_url_is_taken_apart() -> None:
    found = read_database_url(
        "postgresql://mia:p%40ss%2Fword@db.example:5433/clinic?sslmode=require", default=DEFAULT
    )
    assert found["ENGINE"] == "django.db.backends.postgresql"
    assert (found["USER"], found["PASSWORD"], found["HOST"]) == ("mia", "p@ss/word", "db.example")
    assert (found["PORT"], found["NAME"]) == (5433, "clinic")
    assert found["OPTIONS"]["sslmode"] == "require"
    assert found["OPTIONS"]["pool"]["max_size"] > 1


def test_a_postgresql_socket_and_no_pool_can_be_asked_for() -> None:
    found = read_database_url("postgresql://mia@/clinic?host=%2Frun%2Fpg&pool=0", default=DEFAULT)
    assert found["HOST"] == "/run/pg"
    assert "pool" not in found["OPTIONS"]


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///relative.db",
        "sqlite://host/file.db",
        "sqlite:////",
        "sqlite:////a.db?mode=ro",
        "mysql://a@b/c",
        "postgresql://a@b",
        "postgresql://a@b:port/c",
        "postgresql://a@b/c/d",
        "postgresql://[::1/c",
        "just words",
        "/srv/file.db",
    ],
)
def test_a_database_url_that_cannot_be_used_says_what_to_write_and_not_the_password(url: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        read_database_url(url, default=DEFAULT)
    assert "DATABASE_URL" in str(raised.value)
    assert "write" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_an_env_file_holds_names_and_values(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("# a comment\n\nA=1\nexport B = 'two = 2'\nC=\n")
    assert read_env_file(file) == {"A": "1", "B": "two = 2", "C": ""}


@pytest.mark.parametrize("content", ["A=1\nno equals sign\n", "A=1\n=2\n", "A=1\nnot a name=2\n"])
def test_a_bad_line_of_an_env_file_is_named(tmp_path: Path, content: str) -> None:
    file = tmp_path / ".env"
    file.write_text(content)
    with pytest.raises(ConfigurationError, match="line 2: expected NAME=value"):
        read_env_file(file)


def test_an_env_file_that_is_not_text_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_env_file(file)


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / ".env"
    file.write_text("SPECIAL_NAME=file\n")
    assert Environment.read(file).text("SPECIAL_NAME") == "file"
    monkeypatch.setenv("SPECIAL_NAME", "environment")
    assert Environment.read(file).text("SPECIAL_NAME") == "environment"


def test_a_switch_is_on_or_off_and_nothing_else() -> None:
    values = Environment({"ON": "True", "OFF": "0", "EMPTY": "", "BAD": "maybe"})
    assert values.on("ON", default=False)
    assert not values.on("OFF", default=True)
    assert not values.on("EMPTY", default=True)
    assert values.on("ABSENT", default=True)
    with pytest.raises(ConfigurationError, match="write 1 or 0"):
        values.on("BAD", default=True)


@pytest.mark.parametrize("value", ["Mars/Olympus", "utc ", "../etc/passwd"])
def test_a_word_that_is_not_among_those_known_is_named(value: str) -> None:
    with pytest.raises(ConfigurationError, match=r"TIME_ZONE=.* is not known: write for example UTC"):
        Environment({"TIME_ZONE": value}).one_of("TIME_ZONE", {"UTC", "America/Denver"}, "UTC")


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """manage.py in a fresh process without anyone's keys."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    unkeyed = {"SECRET_KEY": "", "ANSWER_KEYS": "", "DEBUG": "", "DEMO": "", "DATABASE_URL": ""}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**kept, **unkeyed, **environment},
        capture_output=True,
        text=True,
    )


def keys() -> dict[str, str]:
    lines = run("manage.py", "generate_keys").stdout.split()
    return dict(line.split("=", 1) for line in lines)


@pytest.mark.parametrize(
    "door", [("manage.py", "migrate"), ("manage.py", "screen", "-"), ("-c", "import screening.wsgi")]
)
def test_without_keys_every_door_stays_shut_with_one_line(door: tuple[str, ...]) -> None:
    done = run(*door)
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "SECRET_KEY is missing" in done.stderr
    assert "generate_keys" in done.stderr


def test_a_damaged_keyset_stops_the_server_with_one_line() -> None:
    done = run("-c", "import screening.wsgi", SECRET_KEY="x" * 50, ANSWER_KEYS="not-a-keyset", DEMO="1")
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "ANSWER_KEYS cannot be used" in done.stderr


def test_a_server_for_real_patients_names_its_hosts() -> None:
    done = run("-c", "import screening.wsgi", **keys())
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "ALLOWED_HOSTS is missing" in done.stderr


def test_generated_keys_need_no_quoting_and_open_the_door(tmp_path: Path) -> None:
    fresh = keys()
    assert set(fresh) == {"SECRET_KEY", "ANSWER_KEYS"}
    assert all(set(value) <= set(_BASE64URL) for value in fresh.values())
    assert keys() != fresh
    ready = {**fresh, "ALLOWED_HOSTS": "a.example", "STATIC_ROOT": str(tmp_path)}
    shut = run("-c", "import screening.wsgi", **ready)
    assert "run `python manage.py collectstatic`" in shut.stderr
    assert run("manage.py", "collectstatic", "--no-input", **ready).returncode == 0
    opened = run("-c", "import screening.wsgi", **ready)
    assert (opened.returncode, opened.stderr) == (0, "")
    assert_static_names_change_with_their_content(tmp_path)


def assert_static_names_change_with_their_content(tmp_path: Path) -> None:
    names = {file.name for file in tmp_path.iterdir()}
    hashed = [name for name in names if re.fullmatch(r"beforehand\.[0-9a-f]{12}\.css", name)]
    assert len(hashed) == 1
    assert {f"{hashed[0]}.gz", f"{hashed[0]}.br"} <= names


_BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def test_every_variable_that_is_read_is_explained_to_the_operator() -> None:
    settings = (ROOT / "screening" / "settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r"env\.\w+\(\"(\w+)\"", settings))
    assert len(read) > 10
    explained = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    assert {name for name in read if f"`{name}`" not in explained} == set()
